/** `Idempotency-Key` as clients of the gateway meet it, on every call that costs something. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { WalletEntry } from "../../src/contract/wallet.ts";
import { signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const PASSWORD = "correct horse battery";
const LANE = "idempotency";
const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000 };
const MEDIA = { perImage: 0.04, perMillionCharacters: 1000, perSecond: 0.001, ...PRICE };
const keyOf = (name: string) => `sk-test-idempotent-${name}-${"0".repeat(24)}`;
const upstream = () => `${inject("upstreamUrl")}/t/${LANE}`;

const person = (name: string, keys = [name]) => ({
  email: `${name}@idem.example`,
  password: PASSWORD,
  credits: 10_000,
  apiKeys: keys.map((key) => ({ name: key, key: keyOf(key) })),
});
const model = (name: string, kind = "chat", price: object = PRICE) => ({
  name: `${kind}/${name}`,
  kind,
  price,
  routes: [{ connection: "up", model: name === "long" ? "chunks-600+bytes-16000" : name }],
});

beforeAll(async () => {
  await configure({
    slug: "idem",
    name: "Idem",
    connections: [
      {
        id: "up",
        connector: "openai-compatible",
        settings: { baseUrl: `${upstream()}/v1` },
        secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
      },
    ],
    models: [
      ...["ok", "500", "slow-300ms", "error-mid", "cut-mid", "long"].map((name) => model(name)),
      ...["embedding", "image", "speech", "transcription", "video"].map((kind) =>
        model("ok", kind, MEDIA),
      ),
      model("cut-mid", "speech", MEDIA),
    ],
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [person("ann", ["ann", "ann-two"]), person("ben"), { ...person("poor"), credits: 0 }],
  });
});

let count = 0;
const fresh = () => `key-${++count}`;

interface Ask {
  key?: string;
  as?: string;
  path?: string;
}
const send = (body: BodyInit | object, { key, as = "ann", path = "/v1/chat/completions" }: Ask) => {
  const headers = {
    authorization: `Bearer ${keyOf(as)}`,
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
  return call(
    null,
    path,
    body instanceof FormData ? { method: "POST", body, headers } : post(body, headers),
  );
};
const chat = (model: string, more: object = {}) => ({
  model: `chat/${model}`,
  messages: [{ role: "user", content: "hi" }],
  ...more,
});

async function charges(as = "ann"): Promise<WalletEntry[]> {
  const headers = { authorization: `Bearer ${keyOf(as)}` };
  const response = await call(null, "/v1/wallet/entries?limit=200", { headers });
  const { data } = (await response.json()) as { data: WalletEntry[] };
  return data.filter(({ type }) => type === "charge");
}
async function asked(): Promise<number> {
  const state = await (await fetch(`${upstream()}/__state`)).json<{ requests: unknown[] }>();
  return state.requests.length;
}

/** What the work costs: calls upstream, and charges. */
async function costOf<Value>(work: () => Promise<Value>) {
  const before = [await asked(), (await charges()).length] as const;
  const value = await work();
  return {
    value,
    calls: (await asked()) - before[0],
    charges: (await charges()).length - before[1],
  };
}

function soundForm(): FormData {
  const form = new FormData();
  form.set("model", "transcription/ok");
  form.set("file", new File([new Uint8Array(2_000)], "sound.mp3", { type: "audio/mpeg" }));
  return form;
}
const aigne = (streaming: boolean) => ({
  input: { messages: chat("ok").messages, modelOptions: { model: "chat/ok" } },
  agent: "$CHAT_MODEL",
  options: { streaming },
});
const MESSAGES = { ...chat("ok"), max_tokens: 50 };
const PAID: [string, string, () => BodyInit | object][] = [
  ["a chat", "/v1/chat/completions", () => chat("ok")],
  ["a streamed chat", "/v1/chat/completions", () => chat("ok", { stream: true })],
  ["a message", "/v1/messages", () => MESSAGES],
  ["a streamed message", "/v1/messages", () => ({ ...MESSAGES, stream: true })],
  ["a completion", "/v1/completions", () => ({ model: "chat/ok", prompt: "hi" })],
  ["a response", "/v1/responses", () => ({ model: "chat/ok", input: "hi" })],
  ["a streamed response", "/v1/responses", () => ({ model: "chat/ok", input: "hi", stream: true })],
  ["an embedding", "/v1/embeddings", () => ({ model: "embedding/ok", input: "hi" })],
  ["an image", "/v1/images/generations", () => ({ model: "image/ok", prompt: "hi" })],
  ["speech", "/v1/audio/speech", () => ({ model: "speech/ok", input: "hi", voice: "alloy" })],
  ["a chat of AIGNE", "/api/v2/chat", () => aigne(false)],
  ["a streamed chat of AIGNE", "/api/v2/chat", () => aigne(true)],
  ["a transcription", "/v1/audio/transcriptions", soundForm],
];

describe("the second call with one key", () => {
  it.each(PAID)("for %s gives the first's answer, and costs nothing", async (_name, path, body) => {
    const key = fresh();
    const first = await send(body(), { key, path });
    const bytes = await first.arrayBuffer();
    expect(first.status).toBe(200);
    const { value, ...cost } = await costOf(async () => {
      const second = await send(body(), { key, path });
      return { second, bytes: await second.arrayBuffer() };
    });
    const { second } = value;
    expect(cost).toEqual({ calls: 0, charges: 0 });
    expect([second.status, second.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
    expect(Buffer.compare(Buffer.from(value.bytes), Buffer.from(bytes))).toBe(0);
    for (const name of ["content-type", "x-request-id", "request-id", "x-portico-credits"]) {
      expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
    expect(second.headers.get("server-timing")).toBeNull();
  });

  it("for a video gives the same job", async () => {
    const key = fresh();
    const body = { model: "video/ok", prompt: "hi", seconds: "4" };
    const first = await (await send(body, { key, path: "/v1/videos" })).json();
    const { value, calls } = await costOf(() => send(body, { key, path: "/v1/videos" }));
    expect(calls).toBe(0);
    expect(await value.json()).toEqual(first);
  });

  it("at the same moment is told to wait, and the upstream is asked once", async () => {
    const key = fresh();
    const { value, ...cost } = await costOf(async () => {
      const both = await Promise.all([1, 2].map(() => send(chat("slow-300ms"), { key })));
      return Promise.all(both.map(async (one) => ({ one, text: await one.text() })));
    });
    expect(cost).toEqual({ calls: 1, charges: 1 });
    const [done, refused] = value.sort((a, b) => a.one.status - b.one.status);
    expect([done?.one.status, refused?.one.status]).toEqual([200, 409]);
    expect(refused?.one.headers.get("retry-after")).toBe("1");
    const { error } = JSON.parse(refused?.text ?? "") as { error: Record<string, string> };
    expect(error.code).toBe("conflict");
    expect(error.message).toContain(done?.one.headers.get("x-request-id"));
  });

  it("for something else is refused, and runs nothing", async () => {
    const key = fresh();
    await (await send(chat("ok"), { key })).text();
    const others: [object, Ask][] = [
      [chat("ok", { temperature: 1 }), { key }],
      [MESSAGES, { key, path: "/v1/messages" }],
    ];
    for (const [body, ask] of others) {
      const { value, ...cost } = await costOf(() => send(body, ask));
      expect(value.status).toBe(422);
      expect(cost).toEqual({ calls: 0, charges: 0 });
    }
    const refused = await send(chat("ok", { temperature: 1 }), { key });
    expect(await errorOf(refused)).toMatchObject({
      code: "invalid_value",
      param: "Idempotency-Key",
    });
  });

  it("by another API key of the same person, or by another person, is a request of its own", async () => {
    const key = fresh();
    const ids = [];
    for (const as of ["ann", "ann-two", "ben"]) {
      const response = await send(chat("ok"), { key, as });
      await response.text();
      expect(response.headers.get("idempotent-replayed")).toBeNull();
      ids.push(response.headers.get("x-request-id"));
    }
    expect(new Set(ids).size).toBe(3);
  });
});

describe("a key", () => {
  it("is free again where nothing was paid", async () => {
    const cases: [object, Ask, number][] = [
      [{ model: "chat/ok" }, {}, 400],
      [chat("none"), {}, 404],
      [chat("500"), {}, 502],
      [chat("ok"), { as: "poor" }, 402],
    ];
    for (const [body, ask, status] of cases) {
      const key = fresh();
      const both = [await send(body, { ...ask, key }), await send(body, { ...ask, key })];
      expect(both.map((one) => one.status)).toEqual([status, status]);
      expect(both[1]?.headers.get("idempotent-replayed")).toBeNull();
    }
    const key = fresh();
    await (await send(chat("500"), { key })).text();
    const { value, charges: paid } = await costOf(async () =>
      (await send(chat("ok"), { key })).text(),
    );
    expect([JSON.parse(value).object, paid]).toEqual(["chat.completion", 1]);
  });

  it("stays with an answer that broke after something of it was paid", async () => {
    for (const stream of [true, false]) {
      const key = fresh();
      const body = chat("cut-mid", { stream });
      const first = await costOf(async () => (await send(body, { key })).text());
      expect(first).toMatchObject({ calls: 1, charges: 1 });
      const second = await costOf(async () => (await send(body, { key })).text());
      expect(second).toEqual({ value: first.value, calls: 0, charges: 0 });
    }
  });

  it("of a file that broke off is told that its answer is not kept", async () => {
    const ask = { key: fresh(), path: "/v1/audio/speech" };
    const body = { model: "speech/cut-mid", input: "hi", voice: "alloy" };
    const first = await send(body, ask);
    await expect(first.arrayBuffer()).rejects.toThrow();
    const second = await send(body, ask);
    expect(second.status).toBe(409);
    expect((await errorOf(second)).message).toContain(first.headers.get("x-request-id"));
  });

  it("of an answer that is too long to keep is told so, and the request never runs twice", async () => {
    const key = fresh();
    const body = chat("long", { stream: true });
    const first = await costOf(async () => (await send(body, { key })).arrayBuffer());
    expect(first.value.byteLength).toBeGreaterThan(8 * 1024 * 1024);
    const { value, ...cost } = await costOf(() => send(body, { key }));
    expect([value.status, cost]).toEqual([409, { calls: 0, charges: 0 }]);
  }, 60_000);

  it.each(["", "with space", "ümlaut", "x".repeat(256)])("%j is refused", async (key) => {
    const response = await send(chat("ok"), { key: Buffer.from(key).toString("latin1") });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, "Idempotency-Key"]);
  });
});

it("a revoked API key does not get the answers that it had", async () => {
  const ann = await signIn("idem", "ann@idem.example", PASSWORD);
  const made = await ann.json<{ key: { id: string }; text: string }>("POST", "/api/portal/keys", {
    name: "short-lived",
  });
  const headers = { authorization: `Bearer ${made.text}`, "idempotency-key": fresh() };
  const ask = async () => {
    const response = await call("idem", "/v1/chat/completions", post(chat("ok"), headers));
    await response.text();
    return response.status;
  };
  expect([await ask(), await ask()]).toEqual([200, 200]);
  expect((await ann.fetch("DELETE", `/api/portal/keys/${made.key.id}`)).ok).toBe(true);
  expect(await ask()).toBe(401);
});
