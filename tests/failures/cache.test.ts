/** Public failures of other gateways that told one customer what another had asked, each as a test of ours. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientOf, keyOf, startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

let upstream: Upstream;
let portico: TestPortico;

/** The same in all but who they are: ids, names and prices could be told apart by none of them. */
const site = (slug: string) => ({
  slug,
  name: "Same name",
  connections: [
    {
      id: "up",
      connector: "openai-compatible",
      settings: { baseUrl: `${upstream.url}/t/${slug}/v1` },
      secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
    },
  ],
  models: [
    {
      name: "shared",
      routes: [{ connection: "up", model: "ok" }],
      price: { inputPerMillion: 1000, outputPerMillion: 1000 },
      cache: { ttlSeconds: 3_600, agents: true },
      access: { levels: ["free", "pro"] },
    },
  ],
  agents: [
    {
      slug: "same",
      name: "Same",
      target: { model: "shared", prompt: "Be brief." },
      price: { free: true },
    },
  ],
  levels: [
    { slug: "free", name: "Free", default: true },
    { slug: "pro", name: "Pro" },
  ],
  users: ["free", "pro"].map((level) => ({
    email: `same-${level}@people.example`,
    level,
    credits: 10,
    apiKeys: [{ name: "k", key: keyOf(`${slug}-${level}`) }],
  })),
});

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico({ sites: [site("one"), site("two")] });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

async function ask(who: string, model = "shared"): Promise<string | null> {
  const response = await clientOf(portico, keyOf(who)).chat({ model });
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get("x-portico-cache");
}

it("Portkey: a cache whose key knows no tenant; here the same question on another site is asked anew", async () => {
  for (const model of ["shared", "agent/same"]) {
    expect([await ask("one-free", model), await ask("one-free", model)]).toEqual(["miss", "hit"]);
    expect([await ask("two-free", model), await ask("two-free", model)]).toEqual(["miss", "hit"]);
  }
  expect(upstream.lane("one").requests).toHaveLength(2);
  expect(upstream.lane("two").requests).toHaveLength(2);
});

it("Portkey: nor does it know who may ask; here another level of the same site asks anew", async () => {
  expect([await ask("one-free"), await ask("one-pro"), await ask("one-pro")]).toEqual([
    "hit",
    "miss",
    "hit",
  ]);
});
