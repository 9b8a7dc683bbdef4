/**
 * What is not chat, over aimock: OpenAI's published client, with and without faults. Its Ollama has
 * embeddings of the old form alone, its Gemini one text at a time: neither is what we ask for.
 */
import { LLMock } from "@copilotkit/aimock";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  clientOf,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";
import { PRICES } from "./media-site.ts";

const PNG = "iVBORw0KGgo=";
const SOUND = Buffer.from("a sound").toString("base64");
const FAULTS = {
  drops: { dropRate: 1 },
  malformed: { malformedRate: 1 },
  limited: { rateLimitRate: 1 },
  disconnects: { disconnectRate: 1 },
} as const;
type Fault = keyof typeof FAULTS;
const KINDS = {
  embedding: PRICES.tokens,
  image: PRICES.images,
  speech: PRICES.characters,
  transcription: PRICES.seconds,
};
type Kind = keyof typeof KINDS;

let mock: LLMock;
let portico: TestPortico;
beforeAll(async () => {
  mock = new LLMock({ port: 0, logLevel: "silent" });
  mock.onEmbedding(/./, { embedding: [0.5, -0.25, 0.125] });
  mock.onImage(/./, { image: { b64Json: PNG } });
  mock.onSpeech(/./, { audio: SOUND, format: "mp3" });
  mock.onTranscription({
    transcription: { text: "Hello.", usage: { type: "duration", seconds: 3 } },
  });
  await mock.start();
  const names = ["ok", ...Object.keys(FAULTS)];
  const ids = Object.keys(KINDS).flatMap((kind) => names.map((name) => `${kind}-${name}`));
  const connections = ids.map((id) => ({
    id,
    connector: "openai",
    settings: { baseUrl: `${mock.url}/v1` },
    secrets: [{ apiKey: `sk-${"0".repeat(32)}` }],
  }));
  const models = Object.entries(KINDS).flatMap(([kind, price]) =>
    names.map((name) => ({
      name: `${kind}/${name}`,
      kind,
      price,
      // What it is asked for tells the mock what kind of a model it is.
      routes: [{ connection: `${kind}-${name}`, model: "any" }],
    })),
  );
  const acme = {
    slug: "acme",
    name: "Acme AI",
    connections,
    models,
    users: [
      {
        email: "ann@acme.example",
        password: "password-of-ann",
        credits: 1000,
        apiKeys: [{ name: "test", key: keyOf("ann") }],
      },
    ],
  };
  portico = await startTestPortico({ sites: [acme] });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await mock?.stop();
});

const client = () =>
  new OpenAI({ apiKey: keyOf("ann"), baseURL: portico.gateway, maxRetries: 0, timeout: 20_000 });
/** In micro-credits, by the statement. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const ann = clientOf(portico, keyOf("ann"));
  const before = await expectBalanced(ann);
  await work();
  return before.balance_micro - (await expectBalanced(ann)).balance_micro;
}

const ASKS: Record<Kind, (name: string) => Promise<unknown>> = {
  embedding: (name) =>
    client().embeddings.create({ model: `embedding/${name}`, input: ["one", "two"] }),
  image: (name) => client().images.generate({ model: `image/${name}`, prompt: "a cat" }),
  speech: async (name) => {
    const sound = await client().audio.speech.create({
      model: `speech/${name}`,
      input: "Hello.",
      voice: "alloy",
    });
    return Buffer.from(await sound.arrayBuffer()).toString("base64");
  },
  transcription: (name) => {
    const file = new File(["a sound"], "a.mp3", { type: "audio/mpeg" });
    return client().audio.transcriptions.create({ model: `transcription/${name}`, file });
  },
};

it("embeddings come in their order, as numbers", async () => {
  const cost = await costOf(async () => {
    const { data } = (await ASKS.embedding("ok")) as OpenAI.CreateEmbeddingResponse;
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    for (const { embedding } of data) expect(embedding).toEqual([0.5, -0.25, 0.125]);
  });
  // The mock counts nothing here: what was used is estimated.
  expect(cost).toBeGreaterThan(0);
});

it("an image is given as it was made, at the price of one", async () => {
  const cost = await costOf(async () => {
    expect(await ASKS.image("ok")).toMatchObject({ data: [{ b64_json: PNG }] });
  });
  expect(cost).toBe(40_000);
});

it("speech is the platform's bytes, paid by the character", async () => {
  expect(await costOf(async () => expect(await ASKS.speech("ok")).toBe(SOUND))).toBe(6000);
});

it("a transcript is paid by the seconds that were heard", async () => {
  const cost = await costOf(async () => {
    expect(await ASKS.transcription("ok")).toMatchObject({ text: "Hello." });
  });
  expect(cost).toBe(3000);
});

const faults = (Object.keys(FAULTS) as Fault[]).flatMap((fault) =>
  (Object.keys(KINDS) as Kind[]).map((kind) => [fault, kind] as const),
);
it.each(faults)("%s: a clear error for %s, and no charge", async (fault, kind) => {
  mock.setChaos(FAULTS[fault]);
  const failed = () =>
    expect(ASKS[kind](fault)).rejects.toMatchObject({
      status: fault === "limited" ? 503 : 502,
      message: expect.stringContaining("not available"),
    });
  const cost = await costOf(failed);
  mock.clearChaos();
  expect(cost).toBe(0);
});
