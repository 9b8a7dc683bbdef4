/** What a warm chat request costs: counted on the real objects and the real database. */
import { applyD1Migrations, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, expect, inject, it } from "vitest";
import { chatWith, oauthSite, register, tokensFor } from "./oauth-site.ts";

const KEY = `sk-test-hot-path-${"0".repeat(24)}`;
const OPERATOR = { authorization: "Bearer pa-test-operator-token-0123456789" };

const config = () => ({
  sites: [
    {
      slug: "hot",
      name: "Hot",
      connections: [
        {
          id: "up",
          connector: "openai-compatible",
          settings: { baseUrl: `${inject("upstreamUrl")}/v1` },
          secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
        },
      ],
      models: [
        {
          name: "up/ok",
          routes: [{ connection: "up", model: "ok" }],
          price: { inputPerMillion: 1000, outputPerMillion: 1000 },
        },
      ],
      levels: [{ slug: "free", name: "Free", default: true, limits: { rpm: 1000 } }],
      users: [{ email: "hot@hot.example", credits: 100, apiKeys: [{ name: "k", key: KEY }] }],
    },
  ],
});

const call = (path: string, init: RequestInit = {}) =>
  exports.default.fetch(new Request(`http://localhost${path}`, init));

async function chat(stream: boolean): Promise<Response> {
  const response = await call("/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "up/ok", stream, messages: [{ role: "user", content: "hi" }] }),
  });
  expect(response.status).toBe(200);
  await response.text();
  return response;
}

async function queriesSent(): Promise<number> {
  const text = await (await call("/metrics", { headers: OPERATOR })).text();
  return Number(/portico_store_queries_total (\d+)/.exec(text)?.[1]);
}

const WALLET_CALLS = ["admit", "settle", "release", "progress", "authorise", "balance", "entries"];

/** Writes down every call that reaches a wallet, in order. */
async function watchWallets(): Promise<string[]> {
  const seen: string[] = [];
  await runInDurableObject(env.WALLET.getByName("site:any"), (instance) => {
    // Calls from outside find methods on the prototype only.
    const methods = Object.getPrototypeOf(instance) as Record<string, (...a: unknown[]) => unknown>;
    for (const name of WALLET_CALLS) {
      const original = methods[name];
      if (!original) throw new Error(`a wallet has no ${name}`);
      methods[name] = function (this: unknown, ...args: unknown[]) {
        seen.push(name);
        return original.apply(this, args);
      };
    }
  });
  return seen;
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const applied = await call("/api/platform/config", {
    method: "POST",
    headers: { ...OPERATOR, "content-type": "application/json" },
    body: JSON.stringify({ config: config() }),
  });
  expect(applied.status).toBe(200);
});

it.each([
  ["a whole answer", false],
  ["a stream", true],
])("%s takes two object calls and no query", async (_name, stream) => {
  await chat(stream);
  const seen = await watchWallets();
  const before = await queriesSent();
  const startedAt = Date.now();
  await chat(stream);
  await chat(stream);
  // Were the snapshot's freshness over meanwhile, one version check would be allowed behind.
  expect(Date.now() - startedAt).toBeLessThan(2_000);
  expect((await queriesSent()) - before).toBe(0);
  expect(seen).toEqual(["admit", "settle", "admit", "settle"]);
});

it("an app that acts as a user takes no more than a key of his", async () => {
  const site = await oauthSite();
  const { access_token } = await tokensFor(site, await register(site));
  await chatWith(site.slug, access_token);
  const seen = await watchWallets();
  const before = await queriesSent();
  const { status } = await chatWith(site.slug, access_token);
  expect(status).toBe(200);
  expect((await queriesSent()) - before).toBe(0);
  expect(seen).toEqual(["admit", "settle"]);
});

it("a request without an idempotency key, of a model without a cache, meets neither's object", async () => {
  await chat(false);
  await chat(true);
  expect(await listDurableObjectIds(env.IDEMPOTENCY)).toEqual([]);
  expect(await listDurableObjectIds(env.RESPONSE_CACHE)).toEqual([]);
});
