import { describe, expect, it } from "vitest";
import type { FormField, MediaFile } from "../../src/core/media.ts";
import {
  decodeSpeech,
  decodeTranscription,
  encodeTranscript,
  soundType,
  speechEnd,
  speechEvent,
  transcriptEvents,
} from "../../src/front/openai-media-audio.ts";
import { decodeEmbedding, encodeEmbedding } from "../../src/front/openai-media-embeddings.ts";
import {
  decodeEdit,
  decodeGeneration,
  encodeImages,
  imageEvents,
} from "../../src/front/openai-media-images.ts";

const NO_USAGE = { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
const field = (name: string, value: string | MediaFile): FormField => ({ name, value });
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const file = (content: string, mime = "application/octet-stream", name = "a"): MediaFile => ({
  name,
  mime,
  bytes: bytesOf(content),
});
const PNG = "\x89PNG\r\n\x1a\n";

describe("a request for embeddings", () => {
  const inputs = (input: unknown) => {
    const decoded = decodeEmbedding({ model: "m", input }, "usr_1");
    return decoded.ok ? decoded.value.input.inputs : decoded.error;
  };

  it("takes one text, several, tokens and lists of them; each as a list", () => {
    expect(inputs("a")).toEqual(["a"]);
    expect(inputs(["a", "b"])).toEqual(["a", "b"]);
    expect(inputs([1, 2])).toEqual([[1, 2]]);
    expect(inputs([[1], [2, 3]])).toEqual([[1], [2, 3]]);
  });

  it.each([[""], [[]], [["a", ""]], [[[]]], [["a", 1]], [[1.5]], [[-1]], [null], [{}]])(
    "%j is refused at its field",
    (input) => {
      expect(inputs(input)).toMatchObject({
        code: "invalid_value",
        param: expect.stringMatching(/^input(\.\d)?$/),
      });
    },
  );

  it("wants numbers where it does not say, and keeps what nobody knows", () => {
    const body = { model: "m", input: "a", x_unknown: 1 };
    expect(decodeEmbedding(body, "usr_1")).toMatchObject({
      ok: true,
      value: { model: "m", input: { encoding: "float", dimensions: null, raw: body } },
    });
  });

  it("that is no object says so", () => {
    expect(decodeEmbedding([], "usr_1")).toMatchObject({
      ok: false,
      error: { code: "invalid_value" },
    });
  });
});

describe("embeddings", () => {
  const answer = (vector: number[] | string, encoding: "float" | "base64") => {
    const ending = { model: "m", encoding, inputTokens: 3, credits: "0.003" };
    return JSON.parse(encodeEmbedding({ vectors: [vector] }, ending));
  };
  const exact = [0.5, -1.25, 3];

  it("become base64 and numbers again without a change", () => {
    const coded = answer(exact, "base64").data[0].embedding;
    expect(coded).toBe("AAAAPwAAoL8AAEBA");
    expect(answer(coded, "float").data[0].embedding).toEqual(exact);
    expect(answer(coded, "base64").data[0].embedding).toBe(coded);
    expect(answer(exact, "float").data[0].embedding).toEqual(exact);
  });

  it("tell their tokens and what they cost", () => {
    expect(answer(exact, "float")).toMatchObject({
      object: "list",
      model: "m",
      data: [{ object: "embedding", index: 0 }],
      usage: { prompt_tokens: 3, total_tokens: 3, credits: "0.003" },
    });
  });
});

describe("a request for images", () => {
  it("leaves to the model what it does not say", () => {
    expect(decodeGeneration({ model: "m", prompt: "p" }, "usr_1")).toMatchObject({
      ok: true,
      value: {
        model: "m",
        input: { prompt: "p", count: 1, size: null, quality: null, answer: null, stream: false },
      },
    });
  });

  it("says what it says", () => {
    const body = { model: "m", prompt: "p", n: 3, size: "auto", quality: "hd", stream: true };
    expect(decodeGeneration({ ...body, response_format: "b64_json" }, "usr_1")).toMatchObject({
      ok: true,
      value: { input: { count: 3, size: "auto", quality: "hd", answer: "base64", stream: true } },
    });
  });

  it.each([
    ["prompt", { prompt: "" }],
    ["prompt", { prompt: "x".repeat(32_001) }],
    ["n", { n: 0 }],
    ["n", { n: 1.5 }],
    ["response_format", { response_format: "png" }],
    ["size", { size: "" }],
  ])("a bad %s is refused at its field", (param, part) => {
    const decoded = decodeGeneration({ model: "m", prompt: "p", ...part }, "usr_1");
    expect(decoded).toMatchObject({ ok: false, error: { param } });
  });
});

describe("an edit", () => {
  const edit = (...fields: FormField[]) =>
    decodeEdit([field("model", "m"), field("prompt", "p"), ...fields], "usr_1");

  it("reads numbers and switches that a form can only write as texts", () => {
    const decoded = edit(field("n", "2"), field("stream", "true"), field("image", file(PNG)));
    expect(decoded).toMatchObject({ ok: true, value: { input: { count: 2, stream: true } } });
    for (const n of ["two", "", "11", "-1"]) {
      expect(edit(field("n", n), field("image", file(PNG)))).toMatchObject({
        error: { param: "n" },
      });
    }
  });

  it("knows images by their first bytes, under any spelling of the field", () => {
    const decoded = edit(
      field("image[]", file(PNG, "text/plain")),
      field("image[1]", file("\xff\xd8\xff\xe0")),
      field("image", file("RIFF\x01\x02\x03\x04WEBPVP8 ")),
      field("mask", file(PNG)),
    );
    const input = decoded.ok ? decoded.value.input : null;
    expect(input?.images.map(({ mime }) => mime)).toEqual([
      "image/png",
      "image/jpeg",
      "image/webp",
    ]);
    expect(input?.mask?.mime).toBe("image/png");
  });

  it.each(["<svg/>", "RIFF\x01\x02\x03\x04WAVE", "%PDF", "\x89"])("%j is no image", (content) => {
    const decoded = edit(field("image", file(content, "image/png")));
    expect(decoded).toMatchObject({ ok: false, error: { code: "invalid_value", param: "image" } });
  });

  it("with a text or an empty file in place of the image is refused", () => {
    expect(edit(field("image", "https://files.example/a.png"))).toMatchObject({
      error: { param: "image" },
    });
    expect(edit(field("image", file("")))).toMatchObject({ error: { param: "image" } });
  });

  it("keeps the other texts of the form, lists as lists", () => {
    const decoded = edit(
      field("x[]", "1"),
      field("y", "1"),
      field("y", "2"),
      field("image", file(PNG)),
    );
    expect(decoded.ok && decoded.value.input.raw).toEqual({
      model: "m",
      prompt: "p",
      "x[]": ["1"],
      y: ["1", "2"],
    });
  });
});

describe("images", () => {
  const ending = { created: 5, usage: { ...NO_USAGE, input: 1, output: 2 }, credits: "0.5" };
  const made = { base64: "QQ==", url: null, revisedPrompt: null };

  it("keep what an upstream of the same protocol says beside them", () => {
    const native = { created: 9, size: "1x1", usage: { output_tokens: 2, x: 1 }, data: "replaced" };
    expect(JSON.parse(encodeImages({ images: [made], native }, ending))).toEqual({
      created: 9,
      size: "1x1",
      data: [{ b64_json: "QQ==" }],
      usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3, x: 1, credits: "0.5" },
    });
  });

  it("by address, with the prompt that the model made of the client's", () => {
    const image = { base64: null, url: "https://a.example/b.png", revisedPrompt: "fine" };
    expect(JSON.parse(encodeImages({ images: [image], native: null }, ending))).toMatchObject({
      created: 5,
      data: [{ url: "https://a.example/b.png", revised_prompt: "fine" }],
    });
  });

  it("end a stream that had no events, each with one, made or edited", () => {
    const names = (edited: boolean) =>
      imageEvents({ images: [made, made], native: null }, edited, ending).map(({ name }) => name);
    expect(names(false)).toEqual(Array(2).fill("image_generation.completed"));
    expect(names(true)).toEqual(Array(2).fill("image_edit.completed"));
  });
});

describe("speech", () => {
  it("is MP3 unless something else is asked for, by a voice of any kind", () => {
    const decode = (more: object) => decodeSpeech({ model: "m", input: "hi", ...more }, "usr_1");
    expect(decode({})).toMatchObject({
      value: { input: { format: "mp3", voice: null, stream: false } },
    });
    expect(decode({ voice: { id: "v1" }, stream_format: "sse" })).toMatchObject({
      value: { input: { voice: "v1", stream: true } },
    });
    expect(decode({ voice: "alloy" })).toMatchObject({ value: { input: { voice: "alloy" } } });
    expect(decode({ response_format: "mid" })).toMatchObject({
      error: { param: "response_format" },
    });
    expect(decode({ input: "x".repeat(100_001) })).toMatchObject({ error: { param: "input" } });
  });

  it("is sent as what the upstream says it is, where that is sound, else as what was ordered", () => {
    expect(soundType("mp3", "audio/x-wav")).toBe("audio/x-wav");
    expect(soundType("opus", "application/octet-stream")).toBe("audio/opus");
    expect(soundType("wav", undefined)).toBe("audio/wav");
  });

  it("as events carries its bytes in base64 and its tokens at the end", () => {
    const whole = Uint8Array.of(9, 1, 2, 3);
    expect(JSON.parse(speechEvent(whole.subarray(1)))).toEqual({
      type: "speech.audio.delta",
      audio: "AQID",
    });
    expect(JSON.parse(speechEnd({ ...NO_USAGE, input: 3, output: 4 }))).toEqual({
      type: "speech.audio.done",
      usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
    });
  });
});

describe("a recording", () => {
  const decode = (given: MediaFile | string, ...more: FormField[]) =>
    decodeTranscription([field("model", "m"), field("file", given), ...more], "usr_1", false);

  it.each([
    ["audio/mpeg", "a.mp3"],
    ["video/webm", "a.webm"],
    ["application/octet-stream", "a.m4a"],
    ["application/octet-stream", "blob"],
    ["application/ogg", "a.ogg"],
  ])("of type %s called %s is taken", (mime, name) => {
    expect(decode(file("x", mime, name)).ok).toBe(true);
  });

  it.each([
    ["image/png", "a.mp3"],
    ["text/plain", "a.txt"],
    ["application/octet-stream", "a.PDF"],
  ])("of type %s called %s is refused", (mime, name) => {
    expect(decode(file("x", mime, name))).toMatchObject({ ok: false, error: { param: "file" } });
  });

  it("comes alone", () => {
    const two = decode(file("x", "audio/wav"), field("file", file("y", "audio/wav")));
    expect(two).toMatchObject({ ok: false, error: { param: "file" } });
  });

  it("is transcribed into JSON unless something else is asked for", () => {
    const sound = file("x", "audio/wav");
    expect(decode(sound)).toMatchObject({ value: { input: { format: "json", stream: false } } });
    const more = [
      field("response_format", "vtt"),
      field("stream", "true"),
      field("language", "de"),
    ];
    expect(decode(sound, ...more)).toMatchObject({
      value: { input: { format: "vtt", stream: true, language: "de" } },
    });
    expect(decode(sound, field("stream", "maybe"))).toMatchObject({ error: { param: "stream" } });
  });
});

describe("a transcript", () => {
  const transcript = { text: "Hi.", native: '{"text":"Hi.","x":1}' };

  it("in JSON is what the upstream wrote, byte by byte", () => {
    expect(encodeTranscript(transcript, "json").body).toBe(transcript.native);
    expect(encodeTranscript({ text: "Hi.", native: null }, "json").body).toBe('{"text":"Hi."}');
  });

  it("as text is the text and nothing else", () => {
    expect(encodeTranscript(transcript, "text")).toEqual({
      type: "text/plain; charset=utf-8",
      body: "Hi.\n",
    });
  });

  it("as a stream that had no events comes in one piece", () => {
    expect(transcriptEvents(transcript).map(({ data }) => JSON.parse(data))).toEqual([
      { type: "transcript.text.delta", delta: "Hi." },
      { type: "transcript.text.done", text: "Hi." },
    ]);
  });
});
