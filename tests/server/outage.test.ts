import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningSqld, startSqld } from "../support/sqld.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { siteConfig } from "./site.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";
import { codeOf, hostOf, type Visitor, visitor } from "./visitor.ts";

/** Longer than a snapshot may be old in normal operation. */
const PAST_STALE_MS = 10_500;

let sqld: RunningSqld;
let upstream: Upstream;
let portico: TestPortico;
let ann: Visitor;
/** Held as a connection is when the database's machine is lost. */
let sqldIsUp = true;

async function loseDatabase(): Promise<void> {
  if (sqldIsUp) await sqld.close();
  sqldIsUp = false;
}

beforeAll(async () => {
  sqld = await startSqld();
  upstream = await startUpstream();
  portico = await startTestPortico(siteConfig(`${upstream.url}/v1`), {
    env: { LIBSQL_URL: sqld.url },
  });
  ann = visitor(portico.origin, hostOf(portico, "acme"));
  await ann.logIn("ann@acme.example", "password-of-ann");
}, 90_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
  if (sqld) await loseDatabase();
});

it("while the database is lost, warm sites are served from what is known, exactly charged, and the rest says so", async () => {
  const client = clientOf(portico, keyOf("ann"));
  const { text: minted } = await ann.json<{ text: string }>("POST", "/api/portal/keys", {
    name: "mine",
  });
  for (const key of [keyOf("ann"), minted])
    expect((await clientOf(portico, key).chat({ model: "up/ok" })).status).toBe(200);
  await ann.json("GET", "/api/portal/wallet");
  const before = await expectBalanced(client);

  await loseDatabase();
  await new Promise((resolve) => setTimeout(resolve, PAST_STALE_MS));

  let charged = 0;
  for (const key of [keyOf("ann"), minted]) {
    const response = await clientOf(portico, key).chat({ model: "up/ok" });
    expect(response.status).toBe(200);
    const { usage } = (await response.json()) as { usage: { total_tokens: number } };
    charged += usage.total_tokens * 1000;
  }
  expect(charged).toBeGreaterThan(0);
  const after = await expectBalanced(client);
  expect(before.balance_micro - after.balance_micro).toBe(charged);

  // The portal goes on too: wallet, gallery, and a whole conversation.
  expect(await ann.json("GET", "/api/portal/wallet")).toMatchObject({
    balance_micro: after.balance_micro,
  });
  const run = await ann.call("POST", "/api/portal/runs", {
    target: "up/ok",
    text: "still there?",
    clientId: crypto.randomUUID(),
  });
  expect(run.text).toContain('"status":"done"');

  // What needs the database fails, and says that it is not the caller's fault.
  const unknown = await clientOf(portico, keyOf("never-seen")).chat({ model: "up/ok" });
  expect([
    unknown.status,
    ((await unknown.json()) as { error: { code: string } }).error.code,
  ]).toEqual([503, "unavailable"]);
  const login = await ann.call("POST", "/api/auth/login", {
    email: "ann@acme.example",
    password: "password-of-ann",
  });
  expect([login.status, codeOf(login)]).toEqual([503, "unavailable"]);
  expect((await fetch(`${portico.origin}/healthz`)).status).toBe(503);
}, 60_000);
