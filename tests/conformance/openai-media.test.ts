/** The published `openai` client beside chat, against the running server. */
import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../server/support.ts";
import { PICTURE } from "../support/upstream-files.ts";
import { HEARD_SECONDS, SOUND_BYTES, vectorOf } from "../support/upstream-media.ts";
import { type MediaSite, startMediaSite } from "./media-site.ts";

let site: MediaSite;
beforeAll(async () => {
  site = await startMediaSite();
}, 60_000);
afterAll(() => site?.stop());

const seenBody = () => site.upstream.requests.at(-1)?.body as Record<string, unknown>;
const picture = (name = "cat.png") => toFile(PICTURE, name, { type: "image/png" });
const recording = (bytes = 8000) =>
  toFile(Buffer.alloc(bytes, 7), "said.mp3", { type: "audio/mpeg" });

describe("embeddings", () => {
  it("come as the numbers that the upstream gave, and cost its tokens", async () => {
    let tokens = 0;
    const cost = await site.cost(async () => {
      const answer = await site
        .openai()
        .embeddings.create({ model: "embedding/ok", input: ["a", "b"] });
      expect(answer.data.map((entry) => entry.embedding)).toEqual([vectorOf(0, 4), vectorOf(1, 4)]);
      expect(answer.data.map((entry) => entry.index)).toEqual([0, 1]);
      expect(answer.model).toBe("embedding/ok");
      tokens = answer.usage.prompt_tokens;
    });
    expect(tokens).toBe(site.upstream.billed.at(-1)?.input);
    expect(cost).toBe(tokens * 1000);
    // The client asks for base64 by itself.
    expect(seenBody()).toMatchObject({ model: "ok", encoding_format: "base64" });
  });

  it.each(["embedding/ok", "embedding/floats"])(
    "%s: are answered in either encoding",
    async (model) => {
      const create = (encoding_format: "float" | "base64") =>
        site.openai().embeddings.create({ model, input: "x", dimensions: 3, encoding_format });
      const floats = await create("float");
      expect(floats.data[0]?.embedding).toEqual(vectorOf(0, 3));
      const coded = (await create("base64")).data[0]?.embedding as unknown as string;
      const bytes = Buffer.from(coded, "base64");
      expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual(vectorOf(0, 3));
    },
  );

  it("take token lists, dimensions and fields that nobody knows", async () => {
    const extra = { x_unknown: { deep: [1] } } as object;
    const answer = await site.openai().embeddings.create({
      model: "embedding/ok",
      input: [[1, 2, 3], [4]],
      dimensions: 8,
      ...extra,
    });
    expect(answer.data.map((entry) => entry.embedding.length)).toEqual([8, 8]);
    expect(seenBody()).toMatchObject({ input: [[1, 2, 3], [4]], dimensions: 8, ...extra });
    await site.openai().embeddings.create({ model: "embedding/ok", input: [1, 2, 3] });
    expect(seenBody().input).toEqual([[1, 2, 3]]);
  });

  it("without usage cost an estimate that says so", async () => {
    const { response } = await site
      .openai()
      .embeddings.create({ model: "embedding/no-usage", input: "twelve chars" })
      .withResponse();
    const record = await site.client().usage(response.headers.get("x-request-id") ?? "");
    expect(record).toMatchObject({ usage_source: "estimated", charged_micro: 3000, status: "ok" });
  });
});

describe("images", () => {
  it("are made, paid by the piece at the row that fits size and quality", async () => {
    const cost = await site.cost(async () => {
      const { data, response } = await site
        .openai()
        .images.generate({
          model: "image/ok",
          prompt: "a cat",
          n: 2,
          size: "1024x1024",
          quality: "high",
        })
        .withResponse();
      expect(data.data?.map((image) => image.b64_json)).toEqual(
        Array(2).fill(PICTURE.toString("base64")),
      );
      expect(data).toMatchObject({ size: "1024x1024", quality: "high", x_upstream: "kept" });
      expect(response.headers.get("x-portico-credits")).toBe("0.32");
    });
    expect(cost).toBe(2 * 160_000);
    expect(seenBody()).toMatchObject({ model: "ok", prompt: "a cat", n: 2, quality: "high" });
  });

  it("of another size or quality cost the general price", async () => {
    const cost = await site.cost(() =>
      site.openai().images.generate({ model: "image/ok", prompt: "a cat", size: "1536x1024" }),
    );
    expect(cost).toBe(40_000);
  });

  it("cost the upstream's tokens where they are priced by tokens", async () => {
    let billed = 0;
    const cost = await site.cost(async () => {
      const made = await site
        .openai()
        .images.generate({ model: "image/by-tokens", prompt: "a cat" });
      billed = made.usage?.total_tokens ?? 0;
    });
    expect(billed).toBeGreaterThan(100);
    expect(cost).toBe(billed * 1000);
  });

  it("are edited, with all files and fields as they were sent", async () => {
    const cost = await site.cost(async () => {
      const made = await site.openai().images.edit({
        model: "image/ok",
        prompt: "with a hat",
        image: [await picture("one.png"), await picture("two.png")],
        mask: await picture("mask.png"),
        input_fidelity: "high",
      });
      expect(made.data).toHaveLength(1);
    });
    expect(cost).toBe(40_000);
    const file = { type: "image/png", base64: PICTURE.toString("base64") };
    expect(seenBody()).toMatchObject({
      model: "ok",
      prompt: "with a hat",
      input_fidelity: "high",
      "image[]": [
        { ...file, name: "one.png" },
        { ...file, name: "two.png" },
      ],
      mask: { ...file, name: "mask.png" },
    });
  });

  it("stream their unfinished states, and cost nothing where they never come", async () => {
    const events: string[] = [];
    const cost = await site.cost(async () => {
      const stream = await site.openai().images.generate({
        model: "image/ok",
        prompt: "a cat",
        stream: true,
        partial_images: 2,
      });
      for await (const event of stream) events.push(event.type);
    });
    expect(events).toEqual([
      "image_generation.partial_image",
      "image_generation.partial_image",
      "image_generation.completed",
    ]);
    expect(cost).toBe(40_000);
    const lost = await site.cost(async () => {
      const stream = await site
        .openai()
        .images.generate({ model: "image/error-mid", prompt: "a cat", stream: true });
      const reading = async () => {
        for await (const event of stream) expect(event.type).toContain("partial_image");
      };
      await expect(reading()).rejects.toThrow("not available");
    });
    expect(lost).toBe(0);
  });

  it("that a platform gives by address come as data where data is asked for", async () => {
    const ask = { prompt: "a cat", model: "image/flow", n: 2, size: "1024x1024" } as const;
    const plain = await site.openai().images.generate(ask);
    expect(plain.data?.[0]?.url).toContain("/files/cat.png");
    expect(seenBody()).toMatchObject({ batch_size: 2, image_size: "1024x1024" });
    expect(seenBody()).not.toHaveProperty("n");
    const inline = await site.openai().images.generate({ ...ask, response_format: "b64_json" });
    expect(inline.data?.map((image) => image.b64_json)).toEqual(
      Array(2).fill(PICTURE.toString("base64")),
    );
    expect(seenBody()?.response_format).toBeUndefined();
  });
});

describe("speech", () => {
  it("comes as the upstream's bytes in the format asked for, and costs its characters", async () => {
    const cost = await site.cost(async () => {
      const answer = await site
        .openai()
        .audio.speech.create({ model: "speech/ok", input: "你好 there", voice: "alloy" });
      expect(answer.headers.get("content-type")).toBe("audio/mpeg");
      const sound = Buffer.from(await answer.arrayBuffer());
      expect(sound.byteLength).toBe(8 * SOUND_BYTES);
      expect([sound[0], sound[7 * SOUND_BYTES]]).toEqual([0, 7]);
    });
    expect(cost).toBe(8 * 1000);
    expect(seenBody()).toMatchObject({ voice: "alloy", response_format: "mp3", model: "ok" });
  });

  it("streams: the first bytes are there long before the last", async () => {
    const begun = Date.now();
    const answer = await site.openai().audio.speech.create({
      model: "speech/paced",
      input: "long",
      voice: "alloy",
      response_format: "wav",
    });
    expect(answer.headers.get("content-type")).toBe("audio/wav");
    const reader = answer.body?.getReader();
    await reader?.read();
    const first = Date.now() - begun;
    while (!(await reader?.read())?.done);
    expect(first).toBeLessThan((Date.now() - begun) / 2);
  });

  it("comes as events where they are asked for, from any upstream, and costs the tokens told", async () => {
    const ask = { input: "hello", voice: "alloy", stream_format: "sse" } as const;
    const eventsOf = async (model: string) => {
      const answer = await site.openai().audio.speech.create({ ...ask, model });
      expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
      const lines = (await answer.text()).split("\n").filter((line) => line.startsWith("data: "));
      return lines.map((line) => JSON.parse(line.slice(6)) as { type: string; audio?: string });
    };
    let events: { type: string; audio?: string }[] = [];
    const cost = await site.cost(async () => {
      events = await eventsOf("speech/by-tokens");
    });
    expect(cost).toBe((site.upstream.billed.at(-1)?.input ?? 0) * 1000 + 50_000);
    const others = await eventsOf("speech/flow");
    for (const list of [events, others]) {
      expect(list.at(-1)).toMatchObject({ type: "speech.audio.done" });
      const sound = list.slice(0, -1).map(({ audio = "" }) => Buffer.from(audio, "base64"));
      expect(Buffer.concat(sound).byteLength).toBe(8 * SOUND_BYTES);
    }
    expect(seenBody()).not.toHaveProperty("stream_format");
  });

  it("that breaks off in the middle is not taken for the whole", async () => {
    const answer = await site
      .openai()
      .audio.speech.create({ model: "speech/cut-mid", input: "hello", voice: "alloy" });
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it("that its listener leaves stops upstream, is settled once and holds nothing", async () => {
    const aborted = site.upstream.aborted;
    const cost = await site.cost(async () => {
      const answer = await site
        .openai()
        .audio.speech.create({ model: "speech/paced", input: "hello", voice: "alloy" });
      const reader = answer.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await eventually(async () => expect(site.upstream.aborted).toBe(aborted + 1));
      const id = answer.headers.get("x-request-id") ?? "";
      expect(await site.client().usage(id)).toMatchObject({
        status: "cancelled",
        charged_micro: 5000,
      });
    });
    expect(cost).toBe(5000);
  });
});

describe("transcription", () => {
  it("gives the text, and costs the seconds that were heard, a second begun being a second", async () => {
    const cost = await site.cost(async () => {
      const said = await site.openai().audio.transcriptions.create({
        model: "transcription/ok",
        file: await recording(),
        language: "en",
        timestamp_granularities: ["word", "segment"],
      });
      expect(said).toMatchObject({
        text: "Hello there.",
        usage: { type: "duration", seconds: HEARD_SECONDS },
      });
    });
    expect(cost).toBe(3000);
    expect(seenBody()).toMatchObject({
      model: "ok",
      language: "en",
      "timestamp_granularities[]": ["word", "segment"],
      file: { name: "said.mp3", type: "audio/mpeg", size: 8000 },
    });
  });

  it("costs tokens, sound among them, where the upstream counts tokens", async () => {
    const cost = await site.cost(async () =>
      site
        .openai()
        .audio.transcriptions.create({ model: "transcription/tokens", file: await recording() }),
    );
    expect(cost).toBe(36_000);
  });

  it.each([
    ["text", "Hello there.\n", 3000],
    ["srt", "1\n00:00:00,000 --> 00:00:02,500\nHello there.", 3000],
    ["vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nHello there.", 3000],
  ] as const)(
    "as %s is plain text, and paid all the same",
    async (response_format, text, micro) => {
      const cost = await site.cost(async () => {
        const said = await site.openai().audio.transcriptions.create({
          model: "transcription/ok",
          file: await recording(),
          response_format,
        });
        expect(said as unknown as string).toBe(text);
      });
      expect(cost).toBe(micro);
    },
  );

  it("as verbose JSON keeps what the upstream says", async () => {
    const said = await site.openai().audio.transcriptions.create({
      model: "transcription/ok",
      file: await recording(),
      response_format: "verbose_json",
    });
    expect(said).toMatchObject({ language: "english", duration: "2.5", segments: [] });
  });

  it.each(["transcription/ok", "transcription/flow"])("%s streams its text", async (model) => {
    const stream = await site
      .openai()
      .audio.transcriptions.create({ model, file: await recording(), stream: true });
    let text = "";
    let last = "";
    for await (const event of stream) {
      if (event.type === "transcript.text.delta") text += event.delta;
      last = event.type;
    }
    expect(text).toBe("Hello there.");
    expect(last).toBe("transcript.text.done");
  });

  it("translates", async () => {
    const said = await site
      .openai()
      .audio.translations.create({ model: "transcription/ok", file: await recording() });
    expect(said.text).toBe("Hello in English.");
    expect(site.upstream.requests.at(-1)?.path).toBe("/v1/audio/translations");
  });
});

it("the list of models says what each is for", async () => {
  const models = (await site.openai().models.list()).data as (OpenAI.Model & { kind: string })[];
  const kinds = Object.fromEntries(models.map(({ id, kind }) => [id, kind]));
  expect(kinds).toMatchObject({
    "chat/ok": "chat",
    "embedding/ok": "embedding",
    "image/ok": "image",
    "speech/ok": "speech",
    "transcription/ok": "transcription",
  });
});
