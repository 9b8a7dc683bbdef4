/**
 * Nothing that an upstream sends may stop the Worker, reach a client who was to get an answer, or
 * cost anything: each oddity, behind each family of platforms, as one answer and as a stream.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRICE } from "../server/site.ts";
import {
  clientOf,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import {
  INNER,
  ODDITY_NAMES,
  type OddUpstream,
  startOddUpstream,
} from "../support/upstream-odd.ts";

const TIMEOUT_MS = 2_000;
const CREDITS = 1_000;
/** Connector → a key of its own kind, and what follows the host in its base URL. */
const FAMILIES = {
  "openai-compatible": ["sk-upstream-secret-0123456789", "/v1"],
  anthropic: ["sk-ant-api03-upstream-0123456789", ""],
  gemini: ["AQ.Ab8RN6K0123456789abcdef", ""],
  bedrock: ["ABSKQmVkcm9ja0FQSUtleS0wMTIz", ""],
  ollama: ["ollama-key-0123456789", ""],
  dify: ["app-0123456789abcdef01234567", "/v1"],
} as const;
type Family = keyof typeof FAMILIES;
const FAMILY_NAMES = Object.keys(FAMILIES) as Family[];

let odd: OddUpstream;
let good: Upstream;
let portico: TestPortico;

const idOf = (family: Family, at: number) => `${family}-${at}`;
const targetOf = (family: Family, at: number) =>
  family === "dify" ? `agent/${idOf(family, at)}` : idOf(family, at);

beforeAll(async () => {
  odd = await startOddUpstream();
  good = await startUpstream();
  const each = FAMILY_NAMES.flatMap((family) =>
    ODDITY_NAMES.map((oddity, at) => ({ family, oddity, id: idOf(family, at) })),
  );
  const connections = each.map(({ family, oddity, id }) => ({
    id,
    connector: family,
    settings: { baseUrl: `${odd.urlOf(oddity)}${FAMILIES[family][1]}` },
    secrets: [{ apiKey: FAMILIES[family][0] }],
  }));
  const models = each
    .filter(({ family }) => family !== "dify")
    .map(({ id }) => ({ name: id, routes: [{ connection: id, model: "m" }], price: PRICE }));
  const agents = each
    .filter(({ family }) => family === "dify")
    .map(({ id }) => ({
      slug: id,
      name: id,
      target: { connection: id },
      price: { perMessage: 1 },
    }));
  const up = {
    id: "good",
    connector: "openai-compatible",
    settings: { baseUrl: `${good.url}/v1` },
    secrets: [{ apiKey: "sk-good-secret-0123456789" }],
  };
  const ann = { email: "ann@acme.example", password: "password-of-ann", credits: CREDITS };
  const limits = { rpm: 5000, concurrency: 200 };
  const site = {
    slug: "acme",
    name: "Acme AI",
    edition: "standard",
    connections: [...connections, up],
    models: [...models, { name: "good", routes: [{ connection: "good", model: "ok" }] }],
    agents,
    levels: [{ slug: "free", name: "Free", default: true, limits }],
    users: [{ ...ann, apiKeys: [{ name: "test", key: keyOf("ann") }] }],
  };
  portico = await startTestPortico(
    { sites: [site] },
    { env: { PORTICO_REQUEST_TIMEOUT_MS: String(TIMEOUT_MS) } },
  );
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await odd?.close();
  await good?.close();
});

const ann = () => clientOf(portico, keyOf("ann"));

describe.each(FAMILY_NAMES)("%s, answered by", (family) => {
  it.each(ODDITY_NAMES.map((oddity, at) => [oddity, at] as const))(
    "%s: a clear error, no word of the platform, and nothing charged",
    async (_, at) => {
      for (const stream of [false, true]) {
        const since = performance.now();
        const answer = await ann().chat({ model: targetOf(family, at), stream });
        const text = await answer.text();
        expect(text).not.toContain(INNER);
        expect(text).not.toContain(FAMILIES[family][0]);
        expect(answer.status, text).toBeGreaterThanOrEqual(500);
        expect(JSON.parse(text).error.code).toMatch(/^upstream_/);
        expect(performance.now() - since).toBeLessThan(TIMEOUT_MS + 1_500);
      }
    },
    15_000,
  );
});

it("and after all of that another is answered, and the wallet is whole", async () => {
  const answer = await ann().chat({ model: "good" });
  expect(answer.status).toBe(200);
  await answer.text();
  const wallet = await expectBalanced(ann());
  expect(wallet.balance_micro).toBe(CREDITS * 1_000_000);
});
