/** An upstream that keeps its clients waiting: a request ends when its time is up, and costs what it should. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { PRICE } from "./site.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";

const TIMEOUT_MS = 1_500;
/** Model → what the first of its connections does. Each ails apart from the others. */
const MODELS = {
  silent: "hang",
  "silent-stream": "hang+chunks-8",
  stalled: "stall",
  late: "slow-600ms+500",
};
let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  const at = (id: string) => ({
    id,
    connector: "openai-compatible",
    settings: { baseUrl: `${upstream.url}/v1` },
    secrets: [{ apiKey: `sk-${id}-0123456789abcdef` }],
  });
  const routes = (model: string) => [
    { connection: "slow", model },
    { connection: "spare", model: "ok", priority: 1 },
  ];
  const ann = { email: "ann@acme.example", password: "password-of-ann", credits: 100 };
  const site = {
    slug: "acme",
    name: "Acme AI",
    connections: [at("slow"), at("spare")],
    models: Object.entries(MODELS).map(([name, model]) => ({
      name,
      routes: routes(model),
      price: PRICE,
    })),
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [{ ...ann, apiKeys: [{ name: "test", key: keyOf("ann") }] }],
  };
  portico = await startTestPortico(
    { sites: [site] },
    { env: { PORTICO_REQUEST_TIMEOUT_MS: String(TIMEOUT_MS) } },
  );
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const ann = () => clientOf(portico, keyOf("ann"));
const outcomesOf = async (answer: Response) => {
  const record = await ann().usage(answer.headers.get("x-request-id") ?? "");
  return record.attempts.map(({ connection, outcome }) => [connection, outcome]);
};

it.each([
  ["silent", false],
  ["silent-stream", true],
])(
  "one that never answers takes the whole time: no route is begun after it, and nothing is charged (%s)",
  async (model, stream) => {
    const before = await ann().wallet();
    const since = performance.now();
    const answer = await ann().chat({ model, stream });
    const tookMs = performance.now() - since;
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ error: { code: "upstream_timeout" } });
    expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 100);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + 1_500);
    expect(await outcomesOf(answer)).toEqual([["slow", "timeout"]]);
    // By now it is known to ail, and the other comes first.
    const next = await ann().chat({ model, stream });
    expect(next.status).toBe(200);
    await next.text();
    expect(await outcomesOf(next)).toEqual([["spare", "ok"]]);
    const after = await expectBalanced(ann());
    const record = await ann().usage(next.headers.get("x-request-id") ?? "");
    expect(before.balance_micro - after.balance_micro).toBe(record.charged_micro);
  },
);

it("one that falls silent in its answer is ended, and what it has delivered is charged", async () => {
  const before = await ann().wallet();
  const answer = await ann().chat({ model: "stalled", stream: true });
  const text = await answer.text();
  expect(text).toContain("Hello");
  expect(text).toContain("upstream_timeout");
  expect(await outcomesOf(answer)).toEqual([["slow", "timeout"]]);
  const record = await ann().usage(answer.headers.get("x-request-id") ?? "");
  expect(record).toMatchObject({ status: "error", usage_source: "estimated" });
  expect(record.charged_micro).toBeGreaterThan(0);
  const after = await expectBalanced(ann());
  expect(before.balance_micro - after.balance_micro).toBe(record.charged_micro);
});

it("one that fails in time leaves the rest of it to the next", async () => {
  const answer = await ann().chat({ model: "late" });
  expect(answer.status).toBe(200);
  expect(await outcomesOf(answer)).toEqual([
    ["slow", "unavailable"],
    ["spare", "ok"],
  ]);
});
