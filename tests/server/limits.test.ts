/** Limits as a client meets them, and as an admin changes them while it works. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { clientOf, eventually, keyOf, startTestPortico, type TestPortico } from "./support.ts";
import { hostOf, type Visitor, visitor } from "./visitor.ts";

let upstream: Upstream;
let portico: TestPortico;
let boss: Visitor;

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme",
        edition: "standard",
        connections: [
          {
            id: "up",
            connector: "openai-compatible",
            settings: { baseUrl: `${upstream.url}/v1` },
            secrets: [{ apiKey: "sk-upstream-secret-0123456789" }],
          },
        ],
        models: ["ok", "slow-300ms"].map((model) => ({
          name: model,
          routes: [{ connection: "up", model }],
        })),
        levels: [
          { slug: "free", name: "Free", default: true },
          { slug: "narrow", name: "Narrow", limits: { concurrency: 2 } },
        ],
        users: [
          { email: "boss@acme.example", password: "password-of-boss", role: "owner" },
          { email: "ann@acme.example", credits: 10, apiKeys: [{ name: "k", key: keyOf("ann") }] },
          {
            email: "ben@acme.example",
            credits: 10,
            level: "narrow",
            apiKeys: [{ name: "k", key: keyOf("ben") }],
          },
        ],
      },
    ],
  });
  boss = visitor(portico.origin, hostOf(portico, "acme"));
  await boss.logIn("boss@acme.example", "password-of-boss");
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

it("a limit that is changed in the console is in force within ten seconds, for keys in use", async () => {
  const ann = clientOf(portico, keyOf("ann"));
  for (let i = 0; i < 4; i++) expect((await ann.chat({ model: "ok" })).status).toBe(200);
  const { data } = await boss.json<{ data: { id: string; slug: string }[] }>(
    "GET",
    "/api/admin/levels",
  );
  const free = data.find((level) => level.slug === "free");
  const changedAt = Date.now();
  await boss.json("PUT", `/api/admin/levels/${free?.id}`, {
    slug: "free",
    name: "Free",
    default: true,
    limits: { rpm: 1 },
  });
  const refused = await eventually(async () => {
    const response = await ann.chat({ model: "ok" });
    if (response.status !== 429) throw new Error(`still ${response.status}`);
    return response;
  }, 10_000);
  expect(Date.now() - changedAt).toBeLessThan(10_000);
  expect(await refused.json()).toMatchObject({
    error: { code: "rate_limit_rpm", type: "rate_limit_error" },
  });
  // A whole minute's log is looked at: the next request fits when the oldest has left it.
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(30);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(refused.headers.get("x-ratelimit-limit-requests")).toBe("1");
  expect(refused.headers.get("x-ratelimit-remaining-requests")).toBe("0");
});

it("requests at once are limited, and a place is free again when one has ended", async () => {
  const ben = clientOf(portico, keyOf("ben"));
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => ben.chat({ model: "slow-300ms" })),
  );
  const refused = answers.filter((response) => response.status === 429);
  expect(answers.filter((response) => response.status === 200)).toHaveLength(2);
  expect(refused).toHaveLength(3);
  for (const response of refused) {
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({ error: { code: "rate_limit_concurrency" } });
  }
  await eventually(async () => {
    const again = await ben.chat({ model: "ok" });
    if (again.status !== 200) throw new Error(`still ${again.status}`);
  });
});
