import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { adminEndpoints } from "../../src/contract/admin.ts";
import { authEndpoints } from "../../src/contract/auth.ts";
import type { Endpoint, EndpointAuth } from "../../src/contract/endpoint.ts";
import { platformEndpoints } from "../../src/contract/platform.ts";
import { portalEndpoints } from "../../src/contract/portal.ts";
import type { TestPortico } from "./support.ts";
import { startTwoSites, type TwoSites } from "./two-sites.ts";
import { codeOf, hostOf, type Visitor } from "./visitor.ts";

let world: TwoSites;
let portico: TestPortico;
let owner: Visitor;
let member: Visitor;
let strangerOwner: Visitor;
let operator: Visitor;

beforeAll(async () => {
  world = await startTwoSites();
  ({ portico, owner, member, strangerOwner, operator } = world);
}, 60_000);
afterAll(() => world?.stop());

const ALL: [string, Endpoint][] = Object.entries({
  ...authEndpoints,
  ...portalEndpoints,
  ...adminEndpoints,
  ...platformEndpoints,
});
const GUARDED = ALL.filter(([, endpoint]) => endpoint.auth !== "public");

interface Caller {
  who: string;
  /** Host header. */
  host: string;
  headers: Record<string, string>;
}

/** Calls every guarded endpoint; answers the lines of those that were not refused as expected. */
async function wronglyAnswered(
  caller: Caller,
  expected: Record<Exclude<EndpointAuth, "public">, number | null>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [key, { auth }] of GUARDED) {
    const status = auth === "public" ? null : expected[auth];
    if (status === null) continue;
    const [method = "", template = ""] = key.split(" ");
    const path = template.replace(/\{\w+\}/g, "any");
    // The policy comes before the body is looked at: an empty object must never be told what it lacks.
    const body = method === "GET" ? {} : { body: {} };
    const answer = await localRequest({
      origin: portico.origin,
      host: caller.host,
      method,
      path,
      headers: caller.headers,
      ...body,
    });
    if (answer.status !== status || codeOf(answer) === "")
      wrong.push(`${key} as ${caller.who}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  return wrong;
}

const withCookie = (host: string, cookie: string): Record<string, string> => ({
  origin: `http://${host}`,
  cookie,
});

describe("every endpoint that is not public", () => {
  it("is one of many, and the public ones are these", () => {
    expect(GUARDED.length).toBeGreaterThan(50);
    const open = ALL.filter(([, { auth }]) => auth === "public").map(([key]) => key);
    expect(open).toEqual([
      "GET /api/auth/boot",
      "POST /api/auth/login",
      "POST /api/auth/register",
      "POST /api/auth/setup",
    ]);
  });

  it("refuses nobody's request: 401, and of the operator's API a tenant knows nothing", async () => {
    const host = hostOf(portico, "acme");
    expect(
      await wronglyAnswered(
        { who: "nobody", host, headers: { origin: `http://${host}` } },
        { user: 401, console: 401, operator: 404 },
      ),
    ).toEqual([]);
    const platform = hostOf(portico, null);
    expect(
      await wronglyAnswered(
        { who: "nobody", host: platform, headers: {} },
        { user: 401, console: 401, operator: 401 },
      ),
    ).toEqual([]);
  });

  it("of the console and of the operator is closed to a member", async () => {
    const host = hostOf(portico, "acme");
    expect(
      await wronglyAnswered(
        { who: "a member", host, headers: withCookie(host, member.cookie) },
        { user: null, console: 403, operator: 404 },
      ),
    ).toEqual([]);
  });

  it("of the operator is closed to the owner of a site, on his host and on the platform's", async () => {
    const host = hostOf(portico, "acme");
    expect(
      await wronglyAnswered(
        { who: "an owner", host, headers: withCookie(host, owner.cookie) },
        { user: null, console: null, operator: 404 },
      ),
    ).toEqual([]);
    const platform = hostOf(portico, null);
    expect(
      await wronglyAnswered(
        { who: "an owner", host: platform, headers: withCookie(platform, owner.cookie) },
        { user: 401, console: 401, operator: 401 },
      ),
    ).toEqual([]);
  });

  it("takes another site's owner for nobody", async () => {
    const host = hostOf(portico, "acme");
    expect(
      await wronglyAnswered(
        { who: "another owner", host, headers: withCookie(host, strangerOwner.cookie) },
        { user: 401, console: 401, operator: 404 },
      ),
    ).toEqual([]);
  });

  it("takes the operator on a tenant's host for nobody, with his cookie and with his token", async () => {
    const host = hostOf(portico, "acme");
    const byToken = { authorization: `Bearer ${portico.operatorToken}` };
    for (const headers of [withCookie(host, operator.cookie), byToken]) {
      expect(
        await wronglyAnswered(
          { who: "the operator", host, headers },
          { user: 401, console: 401, operator: 404 },
        ),
      ).toEqual([]);
    }
  });

  it("of the operator is closed to a token that is nearly his", async () => {
    const host = hostOf(portico, null);
    for (const token of [
      `${portico.operatorToken}x`,
      portico.operatorToken.slice(0, -1),
      "pa-",
      "pa-undefined",
    ]) {
      expect(
        await wronglyAnswered(
          { who: token, host, headers: { authorization: `Bearer ${token}` } },
          { user: null, console: null, operator: 401 },
        ),
      ).toEqual([]);
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
