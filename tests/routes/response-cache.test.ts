/** Answers that are given again, as clients of the gateway and a site's admin meet them. */
import { beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Model } from "../../src/contract/admin.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import type { WalletEntry } from "../../src/contract/wallet.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const LANE = "response-cache";
const PASSWORD = "correct horse battery";
/** One token is 1000 µ; the scripted answer has eight. */
const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000 };
const CACHE = { ttlSeconds: 60 };
const keyOf = (name: string) => `sk-test-cached-${name}-${"0".repeat(24)}`;
const upstream = () => `${inject("upstreamUrl")}/t/${LANE}`;

const person = (name: string, level = "free") => ({
  email: `${name}@cached.example`,
  level,
  credits: name === "poor" ? 0 : 1_000,
  apiKeys: [{ name, key: keyOf(name) }],
});
const model = (name: string, cache: object | null, upstreamModel = "ok") => ({
  name,
  routes: [{ connection: "up", model: upstreamModel }],
  price: PRICE,
  cost: PRICE,
  ...(cache ? { cache: { ...CACHE, ...cache } } : {}),
});
const agent = (slug: string, on: string) => ({
  slug,
  name: slug,
  target: { model: on, prompt: "Be brief." },
  price: { perMessage: 2 },
  access: { everyone: true },
});
const siteOf = (slug: string, more: object = {}) => ({
  slug,
  name: slug,
  connections: [
    {
      id: "up",
      connector: "openai-compatible",
      settings: { baseUrl: `${upstream()}/v1` },
      secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
    },
  ],
  models: [
    model("free", {}),
    model("tenth", { price: 0.1 }),
    model("off", null),
    model("tools", { tools: true }, "tools"),
    model("no-tools", {}, "tools"),
    model("agents", { agents: true, price: 0.5 }),
    model("short", { ttlSeconds: 1 }),
    ...["cut-mid", "500", "error-mid"].map((name) => model(name, {}, name)),
    ...["no-usage", "reasoning"].map((name) => model(name, { price: 1 }, name)),
    { ...model("vectors", { price: 0.5 }), kind: "embedding" },
    { ...model("closed", {}), access: { levels: ["free", "pro"] } },
  ],
  agents: [agent("may", "agents"), agent("may-not", "free")],
  levels: [
    { slug: "free", name: "Free", default: true },
    { slug: "pro", name: "Pro" },
  ],
  users: [
    person("ann"),
    person("ben"),
    person("pro", "pro"),
    person("poor"),
    { email: "boss@cached.example", password: PASSWORD, role: "owner" },
  ],
  ...more,
});

let boss: Person;
beforeAll(async () => {
  await configure(siteOf("cached"));
  boss = await signIn("cached", "boss@cached.example", PASSWORD);
});

/** Each test asks something of its own. */
let question = "";
beforeEach(({ task }) => {
  question = task.id;
});

interface Ask {
  as?: string;
  path?: string;
}
const send = (body: object, { as = "ann", path = "/v1/chat/completions" }: Ask = {}) =>
  call(null, path, post(body, { authorization: `Bearer ${keyOf(as)}` }));
const chat = (name: string, more: object = {}) => ({
  model: name,
  messages: [{ role: "user", content: question }],
  ...more,
});

interface Answer {
  status: number;
  cache: string | null;
  text: string;
  requestId: string;
  credits: string | null;
}
async function ask(body: object, how: Ask = {}): Promise<Answer> {
  const response = await send(body, how);
  const text = await response.text();
  const header = (name: string) => response.headers.get(name);
  return {
    status: response.status,
    cache: header("x-portico-cache"),
    text,
    requestId: header("x-request-id") ?? "",
    credits: header("x-portico-credits"),
  };
}
async function caches(...bodies: [object, Ask?][]): Promise<(string | null)[]> {
  const all = [];
  for (const [body, how] of bodies) all.push((await ask(body, how)).cache);
  return all;
}

async function chargeOf(requestId: string, as = "ann"): Promise<WalletEntry | undefined> {
  const headers = { authorization: `Bearer ${keyOf(as)}` };
  const response = await call(null, "/v1/wallet/entries?limit=50", { headers });
  const { data } = (await response.json()) as { data: WalletEntry[] };
  return data.find((entry) => entry.request_id === requestId);
}
async function asked(): Promise<number> {
  const state = await (await fetch(`${upstream()}/__state`)).json<{ requests: unknown[] }>();
  return state.requests.length;
}

interface Chunk {
  choices: { delta?: { content?: string }; message?: { content: string } }[];
}
const said = ({ text }: Answer): string => {
  if (text.startsWith("{")) return (JSON.parse(text) as Chunk).choices[0]?.message?.content ?? "";
  const lines = text.split("\n").filter((line) => line.startsWith("data: {"));
  const chunks = lines.map((line) => JSON.parse(line.slice(6)) as Chunk);
  return chunks.map(({ choices }) => choices[0]?.delta?.content ?? "").join("");
};

describe("an answer that is given again", () => {
  it("is asked of the upstream once, has an id of its own, and costs nothing where it is free", async () => {
    const before = await asked();
    const first = await ask(chat("free"));
    const second = await ask(chat("free"));
    expect((await asked()) - before).toBe(1);
    expect([first.cache, second.cache]).toEqual(["miss", "hit"]);
    expect(said(second)).toBe(said(first));
    expect(said(first)).not.toBe("");
    expect(second.requestId).not.toBe(first.requestId);
    expect(Number(first.credits)).toBeGreaterThan(0);
    expect(second.credits).toBe("0");
    expect((await chargeOf(second.requestId))?.amount_micro ?? 0).toBe(0);
  });

  it.each([
    ["tenth", 0.1],
    ["no-usage", 1],
    ["reasoning", 1],
  ])("of the model %s costs its share of the price", async (name, share) => {
    const [first, second] = [await ask(chat(name)), await ask(chat(name))];
    expect(second.cache).toBe("hit");
    const whole = Number(first.credits) * 1e6;
    expect(whole).toBeGreaterThan(0);
    expect(Number(second.credits) * 1e6).toBe(Math.ceil(whole * share));
    const charge = await chargeOf(second.requestId);
    expect(charge?.amount_micro).toBe(-Math.ceil(whole * share));
  });

  it("streams where the first was whole, is whole where the first was a stream, and says the same", async () => {
    const stream = { stream: true };
    const whole = await ask(chat("free"));
    const replay = await ask(chat("free", stream));
    expect([replay.cache, said(replay)]).toEqual(["hit", said(whole)]);
    expect(replay.text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    question += "-other";
    const streamed = await ask(chat("free", stream));
    const [again, asWhole] = [await ask(chat("free", stream)), await ask(chat("free"))];
    expect([streamed.cache, again.cache, asWhole.cache]).toEqual(["miss", "hit", "hit"]);
    expect([said(again), said(asWhole)]).toEqual([said(streamed), said(streamed)]);
  });

  it("stands in the records as one of the cache, at no cost to the site", async () => {
    await ask(chat("tenth"));
    const { requestId } = await ask(chat("tenth"));
    const record = await recordOf(requestId);
    expect(record).toMatchObject({ status: "ok", connection: "(cache)", cost_micro: 0 });
    expect(record.attempts).toHaveLength(1);
    expect(record.tokens.output).toBeGreaterThan(0);
  });

  it("is the same for the other person of the level, and in the other order of fields", async () => {
    const body = chat("free", { temperature: 0, user: "a", metadata: { a: "1" } });
    const other = Object.fromEntries(Object.entries(body).reverse());
    expect(await caches([body], [{ ...other, user: "b", metadata: {} }, { as: "ben" }])).toEqual([
      "miss",
      "hit",
    ]);
  });

  it("serves AIGNE's protocol, whole or streamed", async () => {
    const input = { messages: chat("free").messages, modelOptions: { model: "free" } };
    const bodies = [false, true, true].map((streaming): [object, Ask] => [
      { input, agent: "$CHAT_MODEL", options: { streaming } },
      { path: "/api/v2/chat" },
    ]);
    expect(await caches(...bodies)).toEqual(["miss", "hit", "hit"]);
  });

  it("serves Anthropic's protocol and that of completions, each its own", async () => {
    const message = chat("free", { max_tokens: 100 });
    const anthropic = { path: "/v1/messages" };
    const hits = await caches(
      [message, anthropic],
      [message, anthropic],
      [{ ...message, stream: true }, anthropic],
      [chat("free")],
    );
    expect(hits).toEqual(["miss", "hit", "hit", "miss"]);
    const prompt = { model: "free", prompt: question };
    const completions = { path: "/v1/completions" };
    expect(await caches([prompt, completions], [prompt, completions])).toEqual(["miss", "hit"]);
  });

  it("serves embeddings, numbers or base64, each at its share of the price", async () => {
    const body = { model: "vectors", input: [question, "other"] };
    const embeddings = { path: "/v1/embeddings" };
    const [first, second] = [await ask(body, embeddings), await ask(body, embeddings)];
    expect([first.cache, second.cache]).toEqual(["miss", "hit"]);
    const dataOf = ({ text }: Answer) => (JSON.parse(text) as { data: unknown[] }).data;
    expect(dataOf(second)).toEqual(dataOf(first));
    expect(dataOf(first)).toHaveLength(2);
    const whole = Number(first.credits) * 1e6;
    expect(whole).toBeGreaterThan(0);
    expect(Number(second.credits) * 1e6).toBe(whole / 2);
    const others = [
      { ...body, encoding_format: "base64" },
      { ...body, input: ["other", question] },
    ];
    expect(await caches([others[0] ?? {}, embeddings], [others[1] ?? {}, embeddings])).toEqual([
      "miss",
      "miss",
    ]);
    expect(await caches([body, { ...embeddings, as: "pro" }])).toEqual(["miss"]);
  });

  it("is not waited for: of many at once each is answered anew, and the next is a hit", async () => {
    const before = await asked();
    const many = await Promise.all(Array.from({ length: 5 }, () => ask(chat("tenth"))));
    expect(many.map(({ cache }) => cache)).toEqual(many.map(() => "miss"));
    expect((await asked()) - before).toBe(5);
    expect(await caches([chat("tenth")])).toEqual(["hit"]);
  });

  it("ends with its time", async () => {
    expect(await caches([chat("short")], [chat("short")])).toEqual(["miss", "hit"]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await caches([chat("short")])).toEqual(["miss"]);
  });
});

describe("an answer is not given again", () => {
  it("where the model does not say so", async () => {
    expect(await caches([chat("off")], [chat("off")])).toEqual(["miss", "miss"]);
  });

  it("where something else is asked", async () => {
    const others = [{}, { temperature: 0 }, { temperature: 1 }, { seed: 1 }, { max_tokens: 50 }];
    const bodies = others.map((more): [object] => [chat("free", more)]);
    expect(await caches(...bodies)).toEqual(others.map(() => "miss"));
  });

  it("to people of another level, even where everyone may ask", async () => {
    for (const name of ["free", "closed"]) {
      const bodies: [object, Ask][] = ["ann", "pro", "ben"].map((as) => [chat(name), { as }]);
      expect(await caches(...bodies)).toEqual(["miss", "miss", "hit"]);
    }
  });

  it("to whoever could not pay for a new one, or has no right to ask", async () => {
    await ask(chat("tenth"));
    expect((await ask(chat("tenth"), { as: "poor" })).status).toBe(402);
    const wrong = await call(
      null,
      "/v1/chat/completions",
      post(chat("tenth"), { authorization: `Bearer ${keyOf("nobody")}` }),
    );
    expect(wrong.status).toBe(401);
  });

  it("with tools, unless the model's setting says so", async () => {
    const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
    const twice = (name: string) => caches([chat(name, { tools })], [chat(name, { tools })]);
    expect(await twice("no-tools")).toEqual(["miss", "miss"]);
    expect(await twice("tools")).toEqual(["miss", "hit"]);
    const again = JSON.parse((await ask(chat("tools", { tools }))).text);
    expect(again.choices[0].finish_reason).toBe("tool_calls");
    expect(again.choices[0].message.tool_calls[0].function.name).toBe("f");
  });

  it("of an agent, unless the setting of its model says so; then at a share of its price", async () => {
    expect(await caches([chat("agent/may-not")], [chat("agent/may-not")])).toEqual([
      "miss",
      "miss",
    ]);
    await ask(chat("agent/may"));
    const again = await ask(chat("agent/may"));
    expect([again.cache, again.credits]).toEqual(["hit", "1"]);
    // The same words to the model itself are another request.
    expect(await caches([chat("agents")])).toEqual(["miss"]);
  });

  it.each(["cut-mid", "500", "error-mid"])("that failed: %s", async (name) => {
    const before = await asked();
    const failed = [
      await ask(chat(name, { stream: true })),
      await ask(chat(name, { stream: true })),
    ];
    expect((await asked()) - before).toBe(2);
    expect(failed.map(({ cache }) => cache)).not.toContain("hit");
  });

  it("that was cut by its own limit", async () => {
    const body = chat("free", { max_tokens: 2 });
    const [first, second] = [await ask(body), await ask(body)];
    expect(JSON.parse(first.text).choices[0].finish_reason).toBe("length");
    expect(second.cache).toBe("miss");
  });

  it("of which several were asked for", async () => {
    const body = { model: "free", prompt: question, n: 2 };
    const path = "/v1/completions";
    expect(await caches([body, { path }], [body, { path }])).toEqual(["miss", "miss"]);
  });
});

describe("an admin", () => {
  const modelId = async (name: string): Promise<string> => {
    const { data } = await boss.json<{ data: Model[] }>("GET", "/api/admin/models");
    return data.find((one) => one.name === name)?.id ?? "";
  };

  it("sees what is kept, and purges it at once", async () => {
    const path = `/api/admin/models/${await modelId("free")}/cache`;
    await ask(chat("free"));
    const state = await boss.json<{ answers: number; bytes: number }>("GET", path);
    expect(state.answers).toBeGreaterThan(0);
    expect(state.bytes).toBeGreaterThan(0);
    expect(await boss.json("DELETE", path)).toEqual({ removed: state.answers });
    expect(await boss.json("GET", path)).toEqual({ answers: 0, bytes: 0 });
    expect(await caches([chat("free")])).toEqual(["miss"]);
  });

  it("does so for models of the own site alone", async () => {
    const path = "/api/admin/models/mod_elsewhere/cache";
    expect((await boss.fetch("GET", path)).status).toBe(404);
    expect((await boss.fetch("DELETE", path)).status).toBe(404);
  });

  it("finds the setting as it was written, and may take it away", async () => {
    const { data } = await boss.json<{ data: Model[] }>("GET", "/api/admin/models");
    const tenth = data.find((one) => one.name === "tenth");
    expect(tenth?.cache).toEqual({ ttlSeconds: 60, price: 0.1, tools: false, agents: false });
    const { id, priceVersion: _, cache: __, ...config } = tenth as Model;
    await boss.json("PUT", `/api/admin/models/${id}`, config);
    expect(await caches([chat("tenth")], [chat("tenth")])).toEqual(["miss", "miss"]);
    await boss.json("PUT", `/api/admin/models/${id}`, { ...config, cache: tenth?.cache });
  });

  it.each([
    [{ ttlSeconds: 0 }, "cache.ttlSeconds"],
    [{ ttlSeconds: 60, price: 1.5 }, "cache.price"],
    [{ ttlSeconds: 60, price: 0.00001 }, "cache.price"],
  ])("is refused %o", async (cache, param) => {
    const body = { ...model("new", null), cache };
    const response = await boss.fetch("POST", "/api/admin/models", body);
    expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
  });

  it("is refused a cache for a model that makes pictures", async () => {
    const body = { ...model("new", {}), kind: "image" };
    const response = await boss.fetch("POST", "/api/admin/models", body);
    expect([response.status, (await errorOf(response)).param]).toEqual([400, "cache"]);
  });
});

async function recordOf(requestId: string): Promise<UsageRecord> {
  for (let tries = 0; tries < 100; tries++) {
    const response = await boss.fetch("GET", `/api/admin/requests/${requestId}`);
    if (response.ok) return response.json();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no record of ${requestId}`);
}
