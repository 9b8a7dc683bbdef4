/** Public failures of other gateways that cost somebody money, each as a test of ours. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { UsageRecord } from "../../src/contract/usage.ts";
import {
  clientOf,
  eventually,
  expectBalanced,
  type GatewayClient,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

/** 1 token = 1 000 µ, but a cached one costs a tenth. */
const PRICE = { inputPerMillion: 1000, outputPerMillion: 1000, cachedInputPerMillion: 100 };
const BEHAVIOURS = ["ok", "paced", "no-usage", "ignore-limit", "500", "slow-300ms", "cut-mid"];
const PEOPLE = {
  ten: 10,
  ann: 1_000,
  ben: 1_000,
  cat: 1_000,
  // Pays for a short answer, not for a long one.
  dan: 0.2,
  eve: 1_000,
  fay: 10,
};

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme",
        connections: [
          {
            id: "up",
            connector: "openai-compatible",
            settings: { baseUrl: `${upstream.url}/v1` },
            secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
          },
        ],
        models: BEHAVIOURS.map((model) => ({
          name: model,
          routes: [{ connection: "up", model }],
          price: PRICE,
        })),
        agents: [
          { slug: "one", name: "One credit", target: { model: "ok" }, price: { perMessage: 1 } },
          { slug: "slow", name: "Slow", target: { model: "slow-300ms" }, price: { perMessage: 1 } },
        ],
        levels: [{ slug: "free", name: "Free", default: true }],
        users: Object.entries(PEOPLE).map(([name, credits]) => ({
          email: `${name}@acme.example`,
          credits,
          apiKeys: [
            {
              name: "k",
              key: keyOf(name),
              scopes: ["gateway", "wallet"],
              ...(name === "fay" ? { limits: { creditsPerDay: 3 } } : {}),
            },
          ],
        })),
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const of = (name: keyof typeof PEOPLE) => clientOf(portico, keyOf(name));
const idOf = (response: Response) => response.headers.get("x-request-id") ?? "";

async function statuses(client: GatewayClient, count: number, model: string): Promise<number[]> {
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const response = await client.chat({ model });
      await response.text();
      return response.status;
    }),
  );
}

/** Reads the first piece of a stream and goes away. */
async function leave(client: GatewayClient, model: string): Promise<UsageRecord> {
  const abort = new AbortController();
  const response = await client.chat({ model, stream: true }, { signal: abort.signal });
  await response.body?.getReader().read();
  abort.abort();
  return await client.usage(idOf(response));
}

it("new-api #6609, #6607 and one-api #2440: check and deduct cannot race, 64 spenders on a balance for ten get ten answers", async () => {
  const served = await statuses(of("ten"), 64, "agent/one");
  expect(served.filter((status) => status === 200)).toHaveLength(10);
  expect(served.filter((status) => status === 402)).toHaveLength(54);
  expect((await expectBalanced(of("ten"))).balance_micro).toBe(0);
});

it("LiteLLM #34732 and #40095: a cap of a key holds under concurrency, while requests are in flight", async () => {
  const served = await statuses(of("fay"), 16, "agent/slow");
  expect(served.filter((status) => status === 200)).toHaveLength(3);
  expect(new Set(served.filter((status) => status !== 200))).toEqual(new Set([402]));
  expect((await expectBalanced(of("fay"))).balance_micro).toBe(7_000_000);
});

it("new-api #7241: a client that disconnects pays for input and for what was delivered", async () => {
  const record = await leave(of("ann"), "paced");
  expect(record).toMatchObject({ status: "cancelled", uncollected_micro: 0 });
  expect(record.tokens.input).toBeGreaterThan(0);
  expect(record.charged_micro).toBeGreaterThan(0);
  await expectBalanced(of("ann"));
});

it("new-api #5235 and AIGNE Hub: an answer without usage is not free, streamed or not", async () => {
  for (const stream of [true, false]) {
    const response = await of("ben").chat({ model: "no-usage", stream });
    await response.text();
    const record = await of("ben").usage(idOf(response));
    expect(record).toMatchObject({ status: "ok", usage_source: "estimated" });
    expect(record.charged_micro).toBeGreaterThan(0);
  }
});

it("LiteLLM PR #30519: a cancelled request leaks no reservation", async () => {
  const client = of("cat");
  const records = await Promise.all(Array.from({ length: 6 }, () => leave(client, "paced")));
  const wallet = await expectBalanced(client);
  expect(wallet.held_micro).toBe(0);
  const charged = records.reduce((sum, record) => sum + record.charged_micro, 0);
  expect(1_000_000_000 - wallet.balance_micro).toBe(charged);
});

it("sub2api #7002: overdraft is no feature: an upstream that ignores its limit is cut, nothing goes below zero", async () => {
  const client = of("dan");
  upstream.script("ignore-limit", { chunks: 600, paceMs: 2 });
  const response = await client.chat({ model: "ignore-limit", stream: true });
  const text = await response.text();
  expect(text).toContain('"finish_reason":"length"');
  const record = await client.usage(idOf(response));
  expect(record.charged_micro).toBeLessThanOrEqual(200_000);
  const wallet = await expectBalanced(client);
  expect(wallet.balance_micro).toBe(200_000 - record.charged_micro);
});

it("AIGNE Hub: cached tokens are charged once, at their own price", async () => {
  upstream.script("ok", { cachedTokens: 4 });
  const response = await of("eve").chat({ model: "ok" });
  const { usage } = (await response.json()) as {
    usage: { prompt_tokens: number; completion_tokens: number };
  };
  upstream.script("ok", { cachedTokens: 0 });
  const record = await of("eve").usage(idOf(response));
  expect(record.tokens.cachedInput).toBe(4);
  const full = usage.prompt_tokens - 4 + usage.completion_tokens;
  expect(record.charged_micro).toBe(full * 1_000 + 4 * 100);
});

it("AIGNE Hub: two events of one moment are two records: ids do not come from the clock", async () => {
  const client = of("eve");
  const responses = await Promise.all(
    Array.from({ length: 12 }, () => client.chat({ model: "ok" })),
  );
  const records = await Promise.all(responses.map((response) => client.usage(idOf(response))));
  expect(new Set(records.map((record) => record.request_id)).size).toBe(12);
});

it("a request that failed upstream before its first word costs nothing, and says why", async () => {
  const client = of("eve");
  const before = await expectBalanced(client);
  const response = await client.chat({ model: "500" });
  expect(response.status).toBe(502);
  await response.text();
  const record = await client.usage(idOf(response));
  expect(record).toMatchObject({ status: "error", charged_micro: 0 });
  await eventually(async () => {
    const after = await expectBalanced(client);
    if (after.balance_micro !== before.balance_micro) throw new Error("it was charged");
  });
});
