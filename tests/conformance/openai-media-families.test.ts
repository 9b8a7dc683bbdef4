/** The same work over every family of platforms: the client must not notice which one it is. */
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PICTURE } from "../support/upstream-files.ts";
import { GEMINI_IMAGE_TOKENS } from "../support/upstream-media-own.ts";
import { type MediaSite, startMediaSite } from "./media-site.ts";

let site: MediaSite;
beforeAll(async () => {
  site = await startMediaSite();
}, 60_000);
afterAll(() => site?.stop());

const seenBody = () => site.upstream.requests.at(-1)?.body as Record<string, unknown>;

describe.each(["ok", "flow", "gemini", "ollama"])("embeddings of %s", (family) => {
  const model = `embedding/${family}`;

  it("have the same direction in either encoding, and cost the tokens told or estimated", async () => {
    const create = (encoding_format: "float" | "base64") =>
      site
        .openai()
        .embeddings.create({ model, input: ["one", "two"], dimensions: 2, encoding_format });
    const floats = await create("float");
    expect(floats.data).toHaveLength(2);
    const [x = 0, y = 0] = floats.data[0]?.embedding ?? [];
    expect(x / y).toBeCloseTo(2, 6);
    let tokens = 0;
    const cost = await site.cost(async () => {
      const coded = await create("base64");
      tokens = coded.usage.total_tokens;
      const bytes = Buffer.from(coded.data[0]?.embedding as unknown as string, "base64");
      expect(bytes.byteLength).toBe(8);
      expect(bytes.readFloatLE(0)).toBeCloseTo(x, 6);
    });
    expect(tokens).toBeGreaterThan(0);
    expect(cost).toBe(tokens * 1000);
  });
});

describe.each(["gemini", "ollama"])("tokens in place of text for %s", (family) => {
  it("are refused before the call, for they mean nothing there", async () => {
    const sent = site.upstream.requests.length;
    const cost = await site.cost(async () => {
      const asked = site
        .openai()
        .embeddings.create({ model: `embedding/${family}`, input: [1, 2] });
      await expect(asked).rejects.toMatchObject({ status: 400, code: "upstream_rejected" });
    });
    expect(cost).toBe(0);
    expect(site.upstream.requests.length).toBe(sent);
  });
});

describe("images of Gemini", () => {
  it("are made in the nearest shape, cost their tokens, and what is not done is told", async () => {
    let warned: string | null = null;
    const cost = await site.cost(async () => {
      const { data, response } = await site
        .openai()
        .images.generate({
          model: "image/gemini",
          prompt: "a cat",
          size: "1792x1024",
          quality: "high",
        })
        .withResponse();
      expect(data.data?.map((image) => image.b64_json)).toEqual([PICTURE.toString("base64")]);
      expect(data.usage?.output_tokens).toBe(GEMINI_IMAGE_TOKENS);
      warned = response.headers.get("x-portico-warnings");
    });
    expect(cost).toBe((8 + GEMINI_IMAGE_TOKENS) * 1000);
    expect(warned).toBe("Gemini knows no quality.");
    expect(seenBody()).toMatchObject({
      generationConfig: { responseModalities: ["IMAGE"], imageConfig: { aspectRatio: "16:9" } },
    });
  });

  it("are edited, and come as the end of a stream where one is asked for", async () => {
    const image = await toFile(PICTURE, "cat.png", { type: "image/png" });
    const stream = await site
      .openai()
      .images.edit({ model: "image/gemini", prompt: "with a hat", image, stream: true });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { type: "image_edit.completed", b64_json: PICTURE.toString("base64") },
    ]);
    expect(JSON.stringify(seenBody())).toContain(PICTURE.toString("base64"));
  });
});
