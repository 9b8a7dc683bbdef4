import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { ROLES } from "../../src/contract/config.ts";
import type { Permission } from "../../src/contract/permissions.ts";
import { type AnyRole, may } from "../../src/core/permissions.ts";
import type { TestPortico } from "./support.ts";
import { startTwoSites, type TwoSites } from "./two-sites.ts";
import { codeOf, hostOf, type Visitor, visitor } from "./visitor.ts";
import {
  type Caller,
  type Expected,
  type ServedEndpoint,
  servedEndpoints,
  withCookie,
  wronglyAnswered,
} from "./walk.ts";

let world: TwoSites;
let portico: TestPortico;
let owner: Visitor;
let strangerOwner: Visitor;
let operator: Visitor;
let all: ServedEndpoint[];
let guarded: ServedEndpoint[];
const staff = new Map<AnyRole, Visitor>();

const PASSWORD = "password of the staff";

beforeAll(async () => {
  world = await startTwoSites();
  ({ portico, owner, strangerOwner, operator } = world);
  all = await servedEndpoints(portico);
  guarded = all.filter(({ auth }) => auth !== "public");
  for (const role of ROLES) staff.set(role, await employed(role));
}, 90_000);
afterAll(() => world?.stop());

/** Somebody of acme with the role, logged in. */
async function employed(role: AnyRole, name: string = role): Promise<Visitor> {
  const email = `${name}.of.staff@acme.example`;
  await owner.json("POST", "/api/admin/users", { email, password: PASSWORD, role });
  const person = visitor(portico.origin, hostOf(portico, "acme"));
  await person.logIn(email, PASSWORD);
  return person;
}

const acme = () => hostOf(portico, "acme");
const platform = () => hostOf(portico, null);
const walk = (caller: Caller, expected: (door: ServedEndpoint) => Expected) =>
  wronglyAnswered(portico, caller, guarded, expected);
const byAuth =
  (expected: Record<"user" | "console" | "operator", Expected>) =>
  ({ auth }: ServedEndpoint): Expected =>
    // What is for accounts of the platform is as far away as what is the operator's.
    auth === "public" ? null : expected[auth === "account" ? "operator" : auth];
const asPerson = (who: string, host: string, person: Visitor): Caller => ({
  who,
  host,
  headers: withCookie(host, person.cookie),
});

describe("every endpoint that is not public", () => {
  it("says who may call it, and those of the console what that takes", () => {
    expect(guarded.length).toBeGreaterThan(50);
    const unsaid = guarded.filter(
      ({ auth, permission }) => (auth === "console") === (permission === null),
    );
    expect(unsaid).toEqual([]);
    const open = all.filter(({ auth }) => auth === "public").map(({ key }) => key);
    // Ways to log in, what a page must know before, and documents: nothing of anybody's.
    const expected = /^(GET|POST) \/(api\/(auth|callback)\/|oauth\/|\.well-known\/)/;
    expect(open.filter((key) => !expected.test(key))).toEqual([]);
  });

  it("refuses nobody's request: 401, and of the operator's API a tenant knows nothing", async () => {
    const nobody = { who: "nobody", host: acme(), headers: withCookie(acme(), "") };
    expect(await walk(nobody, byAuth({ user: 401, console: 401, operator: 404 }))).toEqual([]);
    const there = { ...nobody, host: platform(), headers: {} };
    expect(await walk(there, byAuth({ user: 401, console: 401, operator: 401 }))).toEqual([]);
  });

  it("of the console is closed to every role that lacks its permission", async () => {
    for (const [role, person] of staff) {
      const lacks = ({ auth, permission }: ServedEndpoint) =>
        auth === "console" && !may(role, permission as Permission);
      const expected = (door: ServedEndpoint): Expected => {
        if (door.auth === "operator" || door.auth === "account") return 404;
        return lacks(door) ? 403 : null;
      };
      expect(await walk(asPerson(role, acme(), person), expected), role).toEqual([]);
    }
  });

  it("that reads is open to every role that has its permission", async () => {
    const notThere = /\{|oauth$/;
    for (const [role, person] of staff) {
      const expected = ({ key, auth, permission }: ServedEndpoint): Expected => {
        const isOpen = auth === "console" && may(role, permission as Permission);
        if (!isOpen || !key.startsWith("GET ") || notThere.test(key)) return null;
        // Those that need a query are told so: they were let in.
        return [200, 400];
      };
      expect(await walk(asPerson(role, acme(), person), expected), role).toEqual([]);
    }
  });

  it("of the operator is closed to the owner of a site, on his host and on the platform's", async () => {
    const athome = asPerson("an owner", acme(), owner);
    expect(await walk(athome, byAuth({ user: null, console: null, operator: 404 }))).toEqual([]);
    const there = asPerson("an owner", platform(), owner);
    expect(await walk(there, byAuth({ user: 401, console: 401, operator: 401 }))).toEqual([]);
  });

  it("takes another site's owner for nobody, with his cookie and with his key", async () => {
    const expected = byAuth({ user: 401, console: 401, operator: 404 });
    const stranger = asPerson("another owner", acme(), strangerOwner);
    expect(await walk(stranger, expected)).toEqual([]);
    const { text } = await strangerOwner.json<{ text: string }>("POST", "/api/portal/keys", {
      name: "k",
    });
    const headers = { authorization: `Bearer ${text}` };
    expect(await walk({ who: "another's key", host: acme(), headers }, expected)).toEqual([]);
  });

  it("takes whoever was disabled for nobody, on the next request, whatever he was", async () => {
    const expected = byAuth({ user: 401, console: 401, operator: 404 });
    for (const role of ["member", "admin"] as const) {
      const person = await employed(role, `disabled.${role}`);
      const { me } = await person.json<{ me: { id: string } }>("GET", "/api/auth/boot");
      await owner.json("PATCH", `/api/admin/users/${me.id}`, { enabled: false });
      expect(await walk(asPerson(`a disabled ${role}`, acme(), person), expected)).toEqual([]);
    }
  });

  it("takes the operator on a tenant's host for nobody, with his cookie and with his token", async () => {
    const byToken = { authorization: `Bearer ${portico.operatorToken}` };
    for (const headers of [withCookie(acme(), operator.cookie), byToken]) {
      const caller = { who: "the operator", host: acme(), headers };
      expect(await walk(caller, byAuth({ user: 401, console: 401, operator: 404 }))).toEqual([]);
    }
  });

  it("of the operator is closed to a token that is nearly his", async () => {
    const { operatorToken } = portico;
    for (const token of [`${operatorToken}x`, operatorToken.slice(0, -1), "pa-", "pa-undefined"]) {
      const headers = { authorization: `Bearer ${token}` };
      const caller = { who: token, host: platform(), headers };
      expect(await walk(caller, byAuth({ user: null, console: null, operator: 401 }))).toEqual([]);
    }
  });

  it("takes no part in a request from another origin, whoever's cookie comes along", async () => {
    const host = hostOf(portico, "acme");
    for (const origin of ["http://evil.example", `http://${hostOf(portico, "other")}`, "null"]) {
      const answer = await localRequest({
        origin: portico.origin,
        host,
        method: "PATCH",
        path: "/api/admin/site",
        body: { name: "Taken" },
        headers: { origin, cookie: owner.cookie },
      });
      expect([answer.status, codeOf(answer)]).toEqual([403, "origin_not_allowed"]);
    }
    const without = await localRequest({
      origin: portico.origin,
      host,
      method: "PATCH",
      path: "/api/admin/site",
      body: { name: "Taken" },
      headers: { cookie: owner.cookie },
    });
    expect(without.status).toBe(403);
    expect((await owner.json<{ name: string }>("GET", "/api/admin/site")).name).toBe("Acme AI");
  });
});
