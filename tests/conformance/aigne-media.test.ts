/** Images, videos, embeddings and OpenAI's protocol at the root, with AIGNE Hub's newest client and without. */
import dns from "node:dns";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { keyOf } from "../server/support.ts";
import { PICTURE } from "../support/upstream-files.ts";
import { vectorOf } from "../support/upstream-media.ts";
import { MADE_SECONDS, VIDEO } from "../support/upstream-videos.ts";
import { aigneClients, type Clients, INSTALL_MS, readStream } from "./aigne-clients.ts";
import { type MediaSite, startMediaSite } from "./media-site.ts";

let site: MediaSite;
let clients: Clients;
beforeAll(async () => {
  clients = await aigneClients();
  site = await startMediaSite();
}, INSTALL_MS);
afterAll(() => site?.stop());
beforeEach(() => site.upstream.reset());

const at = (model: string, name = "ann") => ({
  origin: site.portico.origin,
  key: keyOf(name),
  model,
});
const seen = () => site.upstream.requests.at(-1)?.body as Record<string, unknown>;
const data = PICTURE.toString("base64");

async function post(path: string, body: unknown, name = "ann") {
  const response = await fetch(`${site.portico.origin}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${keyOf(name)}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

describe("an image", () => {
  it("is made for the client, and charged by what was made", async () => {
    let credits = 0;
    const cost = await site.cost(async () => {
      const model = clients.image(at("aignehub/image/ok"));
      const input = { prompt: "a cat", n: 2, size: "512x512", outputFileType: "file" };
      const { images, usage } = await model.invoke(input);
      expect(images).toMatchObject([
        { type: "file", data, mimeType: "image/png" },
        { type: "file", data },
      ]);
      credits = usage?.aigneHubCredits ?? 0;
    });
    expect(seen()).toEqual({ model: "ok", prompt: "a cat", n: 2, size: "512x512" });
    expect(cost).toBe(80_000);
    expect(Math.round(credits * 1e6)).toBe(cost);
  });

  it("is a file on the client's disk where it says nothing else", async () => {
    const { images } = await clients.image(at("aignehub/image/ok")).invoke({ prompt: "a cat" });
    expect(images).toMatchObject([{ type: "local", path: expect.stringMatching(/\.png$/) }]);
  });

  it("is edited from others", async () => {
    const image = [{ type: "file", data, mimeType: "image/png" }];
    const input = { prompt: "with a hat", image, outputFileType: "file" };
    await clients.image(at("aignehub/image/ok")).invoke(input);
    const { path, body } = site.upstream.requests.at(-1) ?? {};
    expect(path).toBe("/v1/images/edits");
    expect(body).toMatchObject({ prompt: "with a hat", image: { base64: data } });
  });

  it.each(["image/gemini", "image/flow"])("%s: is made by other families too", async (model) => {
    const { images } = await clients.image(at(`aignehub/${model}`)).invoke({
      prompt: "a cat",
      outputFileType: "file",
    });
    expect(images).toMatchObject([{ type: "file" }]);
  });

  it("is asked for as the documents show it", async () => {
    const asked = { model: "image/ok", prompt: "a cat", n: 1, responseFormat: "b64_json" };
    for (const path of ["images/generate", "image/generations", "images/generations", "image"]) {
      const { json } = await post(`/api/v2/${path}`, asked);
      expect(json).toMatchObject({
        images: [{ b64_json: data, base64: data, b64Json: data }],
        data: [{ b64_json: data }],
        model: "image/ok",
        usage: { aigneHubCredits: 0.04 },
      });
    }
    const urls = await post("/api/v2/images/generate", { model: "image/urls", prompt: "a cat" });
    expect(urls.json).toMatchObject({ data: [{ url: expect.stringContaining("/files/cat.png") }] });
  });

  it("that failed, is not paid or asked wrongly is told in this protocol, and costs nothing", async () => {
    const cost = await site.cost(async () => {
      const failing = clients.image(at("aignehub/image/500")).invoke({ prompt: "a cat" });
      await expect(failing).rejects.toThrow("The upstream is not available.");
      const unknown = clients.image(at("aignehub/image/nope")).invoke({ prompt: "a cat" });
      await expect(unknown).rejects.toMatchObject({ type: "not_found_error" });
      const input = { n: 0, prompt: "x", modelOptions: { model: "image/ok" } };
      const wrong = await post("/api/v2/image", { input });
      expect(wrong).toMatchObject({ status: 400, json: { error: { param: "input.n" } } });
      const local = { ...input, n: 1, image: [{ type: "local", path: "/a.png" }] };
      const mistaken = await post("/api/v2/image", { input: local });
      expect(mistaken.json).toMatchObject({
        error: { param: expect.stringMatching(/^input\.image/) },
      });
      const fetched = { ...input, n: 1, image: ["http://127.0.0.1:9/a.png"] };
      const unreachable = await post("/api/v2/image", { input: fetched });
      expect(unreachable).toMatchObject({ status: 400, json: { error: { param: "input.image" } } });
    });
    expect(cost).toBe(0);
    const input = { prompt: "a cat", n: 4 };
    const poor = clients.image(at("aignehub/image/ok", "poor")).invoke(input);
    await expect(poor).rejects.toMatchObject({ type: "NOT_ENOUGH" });
    await expect(poor).rejects.toThrow(/\/wallet/);
  });
});

describe("a video", () => {
  it.each(["ok", "grok-ok", "gemini-ok", "flow-ok"])(
    "of %s is waited for, handed over and charged",
    async (name) => {
      const unsaid = name === "flow-ok";
      let credits = 0;
      const cost = await site.cost(async () => {
        const made = await clients.video(at(`aignehub/video/${name}`)).invoke({
          prompt: "a cat",
          ...(unsaid ? {} : { seconds: String(MADE_SECONDS) }),
          outputFileType: "file",
        });
        expect(made.videos).toMatchObject([
          { type: "file", data: VIDEO.toString("base64"), mimeType: "video/mp4" },
        ]);
        if (!unsaid) expect(made.seconds).toBe(MADE_SECONDS);
        credits = made.usage?.aigneHubCredits ?? 0;
      });
      expect(cost).toBe((unsaid ? 2 : 1) * MADE_SECONDS * 1000);
      expect(Math.round(credits * 1e6)).toBe(cost);
    },
  );

  it("that could not be made says why, and costs nothing", async () => {
    const cost = await site.cost(async () => {
      const failing = clients.video(at("aignehub/video/fails")).invoke({ prompt: "a cat" });
      await expect(failing).rejects.toThrow("It may not be shown.");
      const refused = clients.video(at("aignehub/video/400")).invoke({ prompt: "a cat" });
      await expect(refused).rejects.toThrow("The request was malformed.");
    });
    expect(cost).toBe(0);
    const wrong = await post("/api/v2/video", {
      input: { prompt: "x", model: "video/ok", size: "1" },
    });
    expect(wrong).toMatchObject({ status: 400, json: { error: { param: "input.size" } } });
  });
});

describe("embeddings", () => {
  it("are asked for in either shape, and given as numbers", async () => {
    const old = await post("/api/v2/embeddings", { model: "embedding/ok", input: ["a", "b"] });
    expect(old.json).toMatchObject({
      object: "list",
      data: [{ embedding: vectorOf(0, 4), index: 0 }, { embedding: vectorOf(1, 4) }],
    });
    const input = { input: "a", modelOptions: { model: "embedding/ok" } };
    const fresh = await post("/api/v2/embeddings", { input, options: {} });
    expect(fresh.json).toMatchObject({
      embeddings: [vectorOf(0, 4)],
      modelWithProvider: "embedding/ok",
      usage: { inputTokens: 2, outputTokens: 0, aigneHubCredits: 0.002 },
    });
    const empty = await post("/api/v2/embeddings", { input: { ...input, input: "" } });
    expect(empty).toMatchObject({ status: 400, json: { error: { param: "input.input" } } });
  });
});

describe("a client that takes the vendor in front for a protocol", () => {
  it("talks OpenAI's to the root, with the end of the model's name", async () => {
    const model = clients.direct(at("openai/ok"));
    const input = { messages: [{ role: "user", content: "hello" }] };
    const cost = await site.cost(async () => {
      expect(await model.invoke(input)).toMatchObject({ text: expect.stringMatching(/^Hello/) });
      const { whole } = await readStream(await model.invoke(input, { streaming: true }));
      expect(whole.text).toMatch(/^Hello/);
    });
    expect(cost).toBe(2 * 17 * 1000);
    const image = await post("/images/generations", { model: "ok", prompt: "a cat" });
    expect(image.json).toMatchObject({ data: [{ b64_json: data }] });
    const video = await post("/videos", { model: "ok", prompt: "a cat" });
    expect(video.json).toMatchObject({ object: "video", status: "queued" });
    const unknown = await post("/chat/completions", { model: "nope", ...input });
    expect(unknown).toMatchObject({ status: 404, json: { error: { code: "model_not_found" } } });
  });
});

it("the client lists models on the host of the site", async () => {
  const { lookup } = dns;
  // Node leaves names under localhost to the machine, which may not know them.
  dns.lookup = ((name: string, ...rest: unknown[]) =>
    Reflect.apply(lookup, dns, [name.replace(/^.*\.localhost$/, "127.0.0.1"), ...rest])) as never;
  // It asks whatever hub the environment names.
  vi.stubEnv("AIGNE_HUB_API_URL", `http://acme.localhost:${site.portico.port}`);
  try {
    const listed = await clients.image(at("aignehub/image/ok")).models();
    expect(listed).toContainEqual(
      expect.objectContaining({
        provider: "image",
        model: "ok",
        type: "image_generation",
        output_credits_per_token: "0.04",
      }),
    );
  } finally {
    dns.lookup = lookup;
    vi.unstubAllEnvs();
  }
});
