/** Access tokens that die, seen through the running gateway: one refresh, and none that is lost. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { cozeConsents } from "../support/upstream-coze-oauth.ts";
import { type Consenting, startConsenting } from "./connections-oauth-support.ts";
import { eventually, expectBalanced } from "./support.ts";

let world: Consenting;
beforeAll(async () => {
  world = await startConsenting(["account"]);
}, 60_000);
afterAll(() => world?.stop());
beforeEach(async () => {
  Object.assign(cozeConsents, { delayMs: 0, failures: 0 });
  await world.authorise("account");
  cozeConsents.asked.length = 0;
});

const chat = (init?: RequestInit) => world.client.chat({ model: "agent/account" }, init);
const chats = (count: number) => Promise.all(Array.from({ length: count }, () => chat()));
const statuses = (answers: Response[]) => answers.map(({ status }) => status);
const refreshes = () => cozeConsents.asked.filter(({ grant }) => grant === "refresh_token");

it("a token that the platform refuses is refreshed once for twenty who meet it at once", async () => {
  cozeConsents.withdrawAccess();
  cozeConsents.delayMs = 150;
  const answers = await chats(20);
  expect(statuses(answers)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(refreshes()).toEqual([{ grant: "refresh_token", ok: true }]);
  expect((await chat()).status).toBe(200);
  expect(refreshes()).toHaveLength(1);
  expect(await world.connection("account")).toMatchObject({
    health: "connected",
    secrets: [{ authorised: true, disabledReason: null }],
  });
});

it("the call's record tells the attempt that was refused and the one that answered", async () => {
  cozeConsents.withdrawAccess();
  const response = await chat();
  const { attempts, status } = await world.client.usage(response.headers.get("x-request-id") ?? "");
  expect(status).toBe("ok");
  expect(attempts.map(({ outcome }) => outcome)).toEqual(["unauthorized", "ok"]);
});

it("each refresh token is used once, over many deaths", async () => {
  for (let death = 1; death <= 4; death++) {
    cozeConsents.withdrawAccess();
    expect(statuses(await chats(5))).toEqual([200, 200, 200, 200, 200]);
    expect(refreshes()).toHaveLength(death);
  }
  expect(refreshes().every(({ ok }) => ok)).toBe(true);
});

it("a test and the list of agents fetch another token too", async () => {
  const { boss } = world;
  cozeConsents.withdrawAccess();
  const path = "/api/admin/connections/account";
  expect(await boss.json("POST", `${path}/test`)).toMatchObject({ ok: true, account: "Ann" });
  cozeConsents.withdrawAccess();
  const { data } = await boss.json<{ data: unknown[] }>("GET", `${path}/offers`);
  expect(data).toHaveLength(3);
  expect(refreshes()).toEqual([
    { grant: "refresh_token", ok: true },
    { grant: "refresh_token", ok: true },
  ]);
});

it("an address that is only tried in the form gets no refresh token, and ends no consent", async () => {
  const { boss, upstream } = world;
  const { secrets } = await world.connection("account");
  const form = {
    id: "account",
    name: "Account",
    connector: "coze",
    settings: { baseUrl: `${upstream.url}/v1/elsewhere` },
    secrets: [{ id: secrets[0]?.id }],
  };
  const tried = await boss.json("POST", "/api/admin/connections/test", form);
  expect(tried).toMatchObject({ ok: false });
  const bodies = upstream.requests
    .filter(({ path }) => path.startsWith("/v1/elsewhere"))
    .map(({ body }) => JSON.stringify(body));
  expect(bodies.length).toBeGreaterThan(0);
  expect(cozeConsents.given.filter((one) => bodies.some((body) => body.includes(one)))).toEqual([]);
  expect((await world.connection("account")).secrets[0]).toMatchObject({ authorised: true });
  expect((await chat()).status).toBe(200);
});

it("a client that leaves during a refresh loses no token", async () => {
  cozeConsents.withdrawAccess();
  cozeConsents.delayMs = 400;
  const abort = new AbortController();
  const left = chat({ signal: abort.signal }).catch(() => null);
  await eventually(async () => {
    const path = world.upstream.requests.at(-1)?.path;
    if (!path?.endsWith("/oauth2/token")) throw new Error("no refresh yet");
  });
  abort.abort();
  await left;
  expect((await chat()).status).toBe(200);
  expect(refreshes()).toEqual([{ grant: "refresh_token", ok: true }]);
});

it("a refresh that fails for the moment is shared by those who wait, and repeated later", async () => {
  cozeConsents.withdrawAccess();
  cozeConsents.failures = 1;
  cozeConsents.delayMs = 100;
  expect(new Set(statuses(await chats(10)))).toEqual(new Set([502]));
  expect(refreshes()).toEqual([{ grant: "refresh_token", ok: false }]);
  const { secrets } = await world.connection("account");
  expect(secrets[0]).toMatchObject({ authorised: true, disabledReason: null });
  await eventually(async () => {
    const { status } = await chat();
    if (status !== 200) throw new Error(`still ${status}`);
  }, 15_000);
  expect(refreshes()).toHaveLength(2);
}, 30_000);

it("a revoked consent disables the key with its reason, and asks no more until it is given again", async () => {
  const before = await expectBalanced(world.client);
  cozeConsents.revoke();
  expect(new Set(statuses(await chats(10)))).toEqual(new Set([502]));
  expect(refreshes()).toEqual([{ grant: "refresh_token", ok: false }]);
  const connection = await eventually(async () => {
    const one = await world.connection("account");
    if (one.health !== "needs_attention") throw new Error(`it is ${one.health}`);
    return one;
  });
  const reason = "unauthorized: refresh token *** is invalid";
  expect(connection.healthDetail).toBe(`Ann: ${reason}`);
  expect(connection.secrets[0]).toMatchObject({ authorised: false, disabledReason: reason });
  const asked = world.upstream.requests.length;
  expect(new Set(statuses(await chats(5)))).toEqual(new Set([502]));
  expect(world.upstream.requests.length, "the platform is left alone").toBe(asked);
  // What nobody answered costs nothing.
  expect((await expectBalanced(world.client)).balance_micro).toBe(before.balance_micro);

  await world.authorise("account");
  expect((await chat()).status).toBe(200);
  expect(await world.connection("account")).toMatchObject({
    health: "connected",
    secrets: [{ authorised: true, disabledReason: null }],
  });
}, 30_000);
