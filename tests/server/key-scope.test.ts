/** A key that is for some models only, at every door of the gateway: refused before anything is held. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";

let upstream: Upstream;
let portico: TestPortico;

const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000, perImage: 0.01, perSecond: 0.001 };
const KINDS = ["chat", "embedding", "image", "speech", "transcription", "video"] as const;
/** Each kind twice: one that the key is for, and one that it is not. */
const MODELS = KINDS.flatMap((kind) =>
  ["open", "shut"].map((name) => ({
    name: `${name}/${kind}`,
    kind,
    price: PRICE,
    routes: [{ connection: "up", model: "ok" }],
  })),
);

beforeAll(async () => {
  upstream = await startUpstream();
  const agent = (slug: string) => ({ slug, name: slug, target: { model: "shut/chat" } });
  const user = {
    email: "ann@acme.example",
    credits: 1000,
    apiKeys: [
      { name: "whole", key: keyOf("whole"), scopes: ["gateway", "wallet"] },
      { name: "some", key: keyOf("some"), models: ["open/*", "agent/helper"] },
    ],
  };
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme",
        connections: [
          {
            id: "up",
            connector: "openai",
            settings: { baseUrl: `${upstream.url}/v1` },
            secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
          },
        ],
        models: [...MODELS, { ...MODELS[1], name: "shut/nickname" }],
        agents: ["helper", "secret"].map(agent),
        levels: [{ slug: "free", name: "Free", default: true }],
        users: [user],
      },
    ],
  });
});
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const messages = [{ role: "user", content: "hello" }];
const json = (body: object): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});
function form(model: string): RequestInit {
  const body = new FormData();
  body.set("model", model);
  body.set("file", new File([new Uint8Array(64)], "a.wav", { type: "audio/wav" }));
  return { body };
}

/** Every paid door, and what it is asked. */
const DOORS: [path: string, kind: string, ask: (model: string) => RequestInit][] = [
  ["/v1/chat/completions", "chat", (model) => json({ model, messages })],
  ["/v1/chat/completions", "chat", (model) => json({ model, messages, stream: true })],
  ["/v1/completions", "chat", (model) => json({ model, prompt: "hello" })],
  ["/v1/responses", "chat", (model) => json({ model, input: "hello" })],
  ["/v1/responses/input_tokens", "chat", (model) => json({ model, input: "hello" })],
  ["/v1/messages", "chat", (model) => json({ model, messages, max_tokens: 50 })],
  ["/v1/messages/count_tokens", "chat", (model) => json({ model, messages })],
  ["/v1/embeddings", "embedding", (model) => json({ model, input: "hello" })],
  ["/v1/images/generations", "image", (model) => json({ model, prompt: "a cat" })],
  ["/v1/audio/speech", "speech", (model) => json({ model, input: "hello", voice: "alloy" })],
  ["/v1/audio/transcriptions", "transcription", form],
  ["/api/v2/chat/completions", "chat", (model) => json({ model, messages })],
  ["/api/v2/image", "image", (model) => json({ model, prompt: "a cat" })],
  ["/api/v2/embeddings", "embedding", (model) => json({ model, input: "hello" })],
  // The last one: what it holds stands until somebody has seen the video.
  ["/v1/videos", "video", (model) => json({ model, prompt: "a cat" })],
];

function ask(key: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${keyOf(key)}` };
  return fetch(`${portico.origin}${path}`, {
    method: init.body === undefined ? "GET" : "POST",
    ...init,
    headers,
  });
}

describe.each(DOORS)("%s (%s)", (path, kind, body) => {
  it("refuses a model that the key is not for, before anything is held or asked", async () => {
    const whole = clientOf(portico, keyOf("whole"));
    const before = await expectBalanced(whole);
    const asked = upstream.requests.length;
    const refused = await ask("some", path, body(`shut/${kind}`));
    const { error } = (await refused.json()) as { error: { code?: string; message: string } };
    expect(refused.status).toBe(404);
    expect(error.message).toBe(`There is no model "shut/${kind}" that you may use.`);
    expect(upstream.requests.length).toBe(asked);
    expect(await whole.wallet()).toEqual(before);
    // The wallet itself has never heard of such a request.
    const told = await whole.get(`/usage/${refused.headers.get("x-request-id")}`);
    expect(told.status).toBe(404);
  });

  it("serves what the key is for, and the same user's whole key everything", async () => {
    for (const [key, model] of [
      ["some", `open/${kind}`],
      ["whole", `shut/${kind}`],
    ] as const) {
      const answer = await ask(key, path, body(model));
      expect(`${answer.status} ${answer.ok ? "" : await answer.text()}`).toBe("200 ");
      await answer.arrayBuffer();
    }
  });
});

describe("an agent", () => {
  it("that the key is for answers, whatever the model behind it; others are not there", async () => {
    const some = clientOf(portico, keyOf("some"));
    expect((await some.chat({ model: "agent/helper" })).status).toBe(200);
    const refused = await some.chat({ model: "agent/secret" });
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { code: "agent_not_found" } });
  });
});

it("the short name of a model is no way around", async () => {
  const statusOf = async (key: string) =>
    (await clientOf(portico, keyOf(key)).chat({ model: "nickname" })).status;
  expect(await statusOf("whole")).toBe(200);
  expect(await statusOf("some")).toBe(404);
});

describe("lists of models", () => {
  const opened = KINDS.map((kind) => `open/${kind}`);
  const idsOf = async (key: string, path: string, headers = {}) => {
    const list = (await (await ask(key, path, { headers })).json()) as
      | { data: { id: string }[] }
      | { model: string }[];
    return Array.isArray(list) ? list.map(({ model }) => model) : list.data.map(({ id }) => id);
  };

  it("have what the key is for, for clients of OpenAI", async () => {
    expect((await idsOf("some", "/v1/models")).sort()).toEqual(["agent/helper", ...opened].sort());
    expect(await idsOf("whole", "/v1/models")).toHaveLength(MODELS.length + 3);
    expect((await ask("some", "/v1/models/shut/chat")).status).toBe(404);
    expect((await ask("some", "/v1/models/open/chat")).status).toBe(200);
  });

  it("have what the key is for, for clients of Anthropic", async () => {
    const version = { "anthropic-version": "2023-06-01" };
    expect(await idsOf("some", "/v1/models", version)).toEqual(["agent/helper", "open/chat"]);
    expect(await idsOf("whole", "/v1/models", version)).toHaveLength(5);
  });

  it("have what the key is for, for clients of AIGNE", async () => {
    const names = JSON.stringify(await (await ask("some", "/api/ai/models")).json());
    expect(names).toContain("open/chat");
    expect(names).not.toContain("shut/");
    const status = async (key: string) =>
      await (await ask(key, "/api/v2/status?model=shut/chat")).json();
    expect(await status("some")).toMatchObject({ available: false, code: 404 });
    expect(await status("whole")).toMatchObject({ available: true });
  });
});
