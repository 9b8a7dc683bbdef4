/** Prices over HTTP: set by the console, kept as versions, explained to whoever was charged. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Model, PriceVersion } from "../../src/contract/admin.ts";
import type { ModelPrice } from "../../src/contract/config.ts";
import type { UsageRecord } from "../../src/contract/usage.ts";
import { call, configure, errorOf, post } from "./support.ts";

const KEY = `sk-test-prices-${"0".repeat(24)}`;
const price = { inputPerMillion: 1000, outputPerMillion: 2000 };
const cost = { inputPerMillion: 300, outputPerMillion: 700 };
const person = (name: string, role: string) => ({
  email: `${name}@priced.example`,
  password: `password-of-${name}`,
  role,
  credits: 100,
});

let owner: Caller;
let member: Caller;

type Caller = (method: string, path: string, body?: unknown) => Promise<Response>;

async function logIn(name: string): Promise<Caller> {
  const origin = "http://priced.localhost";
  const email = `${name}@priced.example`;
  const password = `password-of-${name}`;
  const answer = await call("priced", "/api/auth/login", post({ email, password }, { origin }));
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const headers = { origin, cookie, "content-type": "application/json" };
  return (method, path, body) =>
    call("priced", path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

beforeAll(async () => {
  await configure({
    slug: "priced",
    name: "Priced",
    connections: [
      {
        id: "up",
        connector: "openai-compatible",
        settings: { baseUrl: `${inject("upstreamUrl")}/v1` },
        secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
      },
    ],
    models: [
      { name: "up/ok", routes: [{ connection: "up", model: "ok" }], price, cost },
      { name: "up/plain", routes: [{ connection: "up", model: "ok" }], price },
      { name: "up/500", routes: [{ connection: "up", model: "500" }], price, cost },
    ],
    agents: [
      { slug: "helper", name: "Helper", target: { model: "up/ok" } },
      { slug: "gift", name: "Gift", target: { model: "up/ok" }, price: { free: true } },
    ],
    levels: [{ slug: "free", name: "Free", default: true, limits: { rpm: 1000 } }],
    users: [
      person("boss", "owner"),
      { ...person("ann", "member"), apiKeys: [{ name: "k", key: KEY }] },
    ],
  });
  [owner, member] = [await logIn("boss"), await logIn("ann")];
  const names = ["up/ok", "up/plain", "up/500", "agent/helper", "agent/gift"];
  const all = await Promise.all(names.map((name) => recordOf(name)));
  for (const record of all) first[record.model] = record;
}, 30_000);

/** What was used before any price changed, by the name that was asked for. */
const first: Record<string, UsageRecord> = {};
const firstOf = (name: string): UsageRecord => {
  const record = first[name];
  if (!record) throw new Error(`no record of ${name}`);
  return record;
};

const modelsNow = async (): Promise<Model[]> =>
  ((await (await owner("GET", "/api/admin/models")).json()) as { data: Model[] }).data;
const modelNow = async (name: string): Promise<Model> => {
  const found = (await modelsNow()).find((one) => one.name === name);
  if (!found) throw new Error(`no model ${name}`);
  return found;
};
const historyOf = async (target: string): Promise<PriceVersion[]> => {
  const answer = await owner("GET", `/api/admin/prices?target=${target}`);
  return ((await answer.json()) as { data: PriceVersion[] }).data;
};
const setPrices = (prices: { id: string; price: ModelPrice; cost?: ModelPrice | null }[]) =>
  owner("PUT", "/api/admin/models/prices", { prices });
const explained = (target: string, version: number | string) =>
  member("GET", `/api/portal/prices/${encodeURIComponent(target)}/${version}`);

/** One chat; its record as the console shows it, some seconds later, when the outbox has brought it. */
async function recordOf(model: string): Promise<UsageRecord> {
  const headers = { authorization: `Bearer ${KEY}` };
  const messages = [{ role: "user", content: "hi" }];
  const answer = await call("priced", "/v1/chat/completions", post({ model, messages }, headers));
  await answer.text();
  const id = answer.headers.get("x-request-id");
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = await owner("GET", `/api/admin/requests/${id}`);
    if (found.status === 200) return (await found.json()) as UsageRecord;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the record did not come");
}

describe("what a request costs the site", () => {
  it("stands in its record beside what the user paid, by the same tokens", () => {
    const { tokens, charged_micro, cost_micro } = firstOf("up/ok");
    expect(charged_micro).toBe(tokens.input * 1000 + tokens.output * 2000);
    expect(cost_micro).toBe(tokens.input * 300 + tokens.output * 700);
  });

  it("is counted for an agent too, also one that is free", () => {
    const { tokens, charged_micro, cost_micro } = firstOf("agent/gift");
    expect(charged_micro).toBe(0);
    expect(cost_micro).toBe(tokens.input * 300 + tokens.output * 700);
  });

  it("is null where nobody has set a cost, and nothing where the upstream failed", () => {
    expect(firstOf("up/plain").cost_micro).toBeNull();
    expect(firstOf("up/500").cost_micro).toBe(0);
  });

  it("is told to no user", async () => {
    const { request_id } = firstOf("up/ok");
    const headers = { authorization: `Bearer ${KEY}` };
    const own = await (await call("priced", `/v1/usage/${request_id}`, { headers })).json();
    expect(own).toMatchObject({ request_id, cost_micro: null });
    const models = await (await member("GET", "/api/portal/agents")).text();
    expect(models).not.toContain("300");
  });
});

describe("a statement", { timeout: 30_000 }, () => {
  it("is explained by the version that was charged, after the price has changed", async () => {
    const { price_version } = firstOf("up/ok");
    const { id } = await modelNow("up/ok");
    await setPrices([{ id, price: { perRequest: 5 } }]);
    const answer = await explained("up/ok", price_version ?? 0);
    const told = (await answer.json()) as Record<string, unknown>;
    expect(told).toEqual({
      target: "up/ok",
      version: price_version,
      price,
      at: expect.stringMatching(/Z$/),
    });
    await setPrices([{ id, price }]);
  });

  it("of an agent that is paid by tokens shows its own versions, and never its model", async () => {
    const before = firstOf("agent/helper");
    const { id } = await modelNow("up/ok");
    await setPrices([{ id, price: { inputPerMillion: 1 } }]);
    const after = await recordOf("agent/helper");
    expect(after.price_version).toBeGreaterThan(before.price_version ?? 0);
    expect(after.charged_micro).toBe(after.tokens.input);
    for (const [record, shown] of [
      [before, price],
      [after, { inputPerMillion: 1 }],
    ] as const) {
      const text = await (await explained("agent/helper", record.price_version ?? 0)).text();
      expect(JSON.parse(text)).toMatchObject({ target: "agent/helper", price: shown });
      expect(text).not.toContain("up/ok");
    }
    await setPrices([{ id, price }]);
  });

  it("has no other versions than those there were", async () => {
    for (const version of [0, 999, -1, "x", "1.5"]) {
      const answer = await explained("up/ok", version);
      expect([answer.status, (await errorOf(answer)).code]).toEqual([404, "not_found"]);
    }
    expect((await explained("up/nowhere", 1)).status).toBe(404);
  });
});

describe("prices of several models", () => {
  it("are set together, undone by setting the old ones, and all of it stays in the history", async () => {
    const before = (await modelsNow()).filter((one) => one.name !== "up/500");
    const history = await historyOf(before[0]?.id ?? "");
    const changed = before.map(({ id }) => ({ id, price: { perRequest: 7 }, cost: null }));
    expect((await setPrices(changed)).status).toBe(204);
    for (const { name } of before) {
      const now = await modelNow(name);
      expect([now.price, now.cost]).toEqual([{ perRequest: 7 }, undefined]);
    }
    const undo = before.map(({ id, price, cost }) => ({ id, price, cost: cost ?? null }));
    await setPrices(undo);
    expect((await modelNow("up/ok")).cost).toEqual(cost);
    const [last, middle, ...rest] = await historyOf(before[0]?.id ?? "");
    expect(rest).toEqual(history);
    expect(middle).toMatchObject({
      price: { perRequest: 7 },
      cost: null,
      by: "boss@priced.example",
    });
    expect(last).toMatchObject({ price, cost, version: (middle?.version ?? 0) + 1 });
  });

  it("keep each model's cost where none is given", async () => {
    const { id } = await modelNow("up/ok");
    await setPrices([{ id, price: { perRequest: 1 } }]);
    expect((await modelNow("up/ok")).cost).toEqual(cost);
    await setPrices([{ id, price }]);
  });

  it("change nothing where one of them is unknown or wrong", async () => {
    const before = await modelsNow();
    const { id } = await modelNow("up/ok");
    const unknown = await setPrices([
      { id, price: { perRequest: 9 } },
      { id: "mod_0000000000000000", price: {} },
    ]);
    expect((await errorOf(unknown)).code).toBe("model_not_found");
    for (const wrong of [{ perRequest: -1 }, { perRequest: 1e-10 }, { inputPerMillion: 2e6 }]) {
      expect((await errorOf(await setPrices([{ id, price: wrong }]))).code).toBe("invalid_value");
    }
    const image = { images: [{ size: "", credits: 1 }] };
    expect((await setPrices([{ id, price: image }])).status).toBe(400);
    expect(await modelsNow()).toEqual(before);
  });

  it("and their history are for the console alone", async () => {
    expect((await member("PUT", "/api/admin/models/prices", { prices: [] })).status).toBe(403);
    expect((await member("GET", "/api/admin/prices?target=mod_x")).status).toBe(403);
  });
});
