/** `aigne hub connect`, by the published command line, from its question to a chat with its key. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { DeviceRequest } from "../../src/contract/oauth.ts";
import type { ApiKey } from "../../src/contract/portal.ts";
import { siteConfig } from "../server/site.ts";
import { clientOf, eventually, startTestPortico, type TestPortico } from "../server/support.ts";
import { hostOf, type Visitor, visitor } from "../server/visitor.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { type RunningCli, runAigne } from "./aigne-cli.ts";
import { INSTALL_MS } from "./aigne-clients.ts";

let upstream: Upstream;
let portico: TestPortico;
let ann: Visitor;
let cli: RunningCli | null = null;
const SESSION = "/.well-known/service/api/access-key/session";

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico(siteConfig(`${upstream.url}/v1`));
  ann = visitor(portico.origin, hostOf(portico, "acme"));
  await ann.logIn("ann@acme.example", "password-of-ann");
}, INSTALL_MS);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});
afterEach(() => cli?.stop());

/** Runs the command line up to the page that it opens; answers what that page is asked by. */
async function connect(): Promise<{ running: RunningCli; code: string }> {
  const running = runAigne(["hub", "connect", `http://${hostOf(portico, "acme")}`]);
  cli = running;
  const page = await running.page();
  const led = await ann.call("GET", `${page.pathname}${page.search}`);
  expect(led.status).toBe(302);
  const target = new URL(String(led.headers.location), page);
  expect(target.pathname).toBe("/device");
  return { running, code: target.searchParams.get("connect") ?? "" };
}

const keys = async () => (await ann.json<{ data: ApiKey[] }>("GET", "/api/portal/keys")).data;

it("gets a key after the user's yes, keeps it, and the key chats until it is revoked", async () => {
  const { running, code } = await connect();
  const path = `/api/portal/oauth/device?code=${encodeURIComponent(code)}`;
  expect(await ann.json<DeviceRequest>("GET", path)).toMatchObject({
    kind: "connect",
    app: { name: "AIGNE CLI" },
    scopes: ["gateway"],
  });
  await ann.json("POST", "/api/portal/oauth/device", { code, allow: true, creditsPerMonth: 5 });
  const { code: exit, said } = await running.ended;
  expect([exit, said]).toEqual([0, expect.stringContaining("connected successfully")]);
  const kept = running.kept();
  expect(kept?.key).toMatch(/^blocklet-[A-Za-z0-9_-]{43}$/);
  expect(kept?.host).toContain(hostOf(portico, "acme"));
  const client = clientOf(portico, kept?.key ?? "");
  expect((await client.chat({ model: "up/ok" })).status).toBe(200);
  const made = (await keys()).find((key) => key.prefix.startsWith("blocklet-"));
  expect(made).toMatchObject({ name: "AIGNE CLI", limits: { creditsPerMonth: 5 } });
  await ann.json("DELETE", `/api/portal/keys/${made?.id}`);
  expect((await client.chat({ model: "up/ok" })).status).toBe(401);
}, 60_000);

it("ends without a key when the user says no", async () => {
  const before = (await keys()).length;
  const { running, code } = await connect();
  await ann.json("POST", "/api/portal/oauth/device", { code, allow: false });
  expect((await running.ended).said).toContain("Failed to connect");
  expect(running.kept()).toBeNull();
  expect((await keys()).length).toBe(before);
}, 60_000);

it("is answered once, and a session that was fetched and closed is gone", async () => {
  const { id } = await ann.json<{ id: string }>("POST", SESSION);
  const code = Buffer.from(id).toString("base64url");
  const yes = () => ann.call("POST", "/api/portal/oauth/device", { code, allow: true });
  const before = (await keys()).length;
  const answers = await Promise.all([yes(), yes(), yes()]);
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect((await keys()).length).toBe(before + 1);
  const session = () => ann.call("GET", `${SESSION}?sid=${id}`);
  const told = JSON.parse((await session()).text) as Record<string, string>;
  expect(told.accessKeySecret).not.toContain("blocklet-");
  await ann.call("DELETE", `${SESSION}?sid=${id}`);
  await eventually(async () => expect((await session()).status).toBe(404));
});
