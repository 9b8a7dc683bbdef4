import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { KEYED_DOORS, OPERATOR_DOORS } from "./doors.ts";
import { keyOf, type TestPortico } from "./support.ts";
import { startTwoSites, type TwoSites } from "./two-sites.ts";
import { codeOf, hostOf, type Visitor } from "./visitor.ts";
import { type Expected, withCookie, wronglyAnswered } from "./walk.ts";

let world: TwoSites;
let portico: TestPortico;
let owner: Visitor;
let member: Visitor;

beforeAll(async () => {
  world = await startTwoSites();
  ({ portico, owner, member } = world);
}, 90_000);
afterAll(() => world?.stop());

/** What the doors that take any path lead to. */
const EXAMPLES: Record<string, string> = {
  "ALL /api/v2/audio/*": "POST /api/v2/audio/speech",
  "ALL /videos/*": "GET /videos/any",
};
const DOORS = KEYED_DOORS.map((key) => ({ key: EXAMPLES[key] ?? key }));
/** Answers whether there is a way in, so that being shut out is an answer too. */
const STATUS = "GET /api/v2/status";
/** What is open to strangers is listed for whoever shows no key: clients ask before they log in. */
const LISTS = /^GET \/api\/(ai|ai-providers|v2)\/models$/;
const acme = () => hostOf(portico, "acme");
const walk = (
  who: string,
  host: string,
  headers: Record<string, string>,
  expected: Expected = 401,
) =>
  wronglyAnswered(portico, { who, host, headers }, DOORS, ({ key }) =>
    key === STATUS ? 200 : expected,
  );
const walkKeyless = (who: string, headers: Record<string, string>) =>
  wronglyAnswered(portico, { who, host: acme(), headers }, DOORS, ({ key }) =>
    key === STATUS || LISTS.test(key) ? 200 : 401,
  );
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("every door of the gateway", () => {
  it("is closed to nobody, on a site's host and on the platform's", async () => {
    expect(await walkKeyless("nobody", {})).toEqual([]);
    expect(await walk("nobody", hostOf(portico, null), {})).toEqual([]);
  });

  it("is closed to a browser's session, an owner's too: a page must not spend by a link", async () => {
    for (const person of [member, owner]) {
      expect(await walkKeyless("a session", withCookie(acme(), person.cookie))).toEqual([]);
    }
  });

  it("is closed to another site's key, brought along or ours, in every header", async () => {
    const { text } = await world.strangerOwner.json<{ text: string }>("POST", "/api/portal/keys", {
      name: "k",
    });
    for (const key of [keyOf("boss-other"), text]) {
      expect(await walk("another's key", acme(), bearer(key))).toEqual([]);
      expect(await walk("another's key", acme(), { "x-api-key": key })).toEqual([]);
      expect(await walk("another's key", acme(), { "api-key": key })).toEqual([]);
    }
  });

  it("is closed to the key of somebody who is disabled, and to a key that was revoked", async () => {
    // Of what is paid the wallet decides, once it is known what is wanted: it is asked for nothing here.
    const shut = [400, 401, 403];
    expect(await walk("a disabled user's key", acme(), bearer(keyOf("gone")), shut)).toEqual([]);
    const { key, text } = await member.json<{ key: { id: string }; text: string }>(
      "POST",
      "/api/portal/keys",
      { name: "short-lived" },
    );
    await member.json("DELETE", `/api/portal/keys/${key.id}`);
    expect(await walk("a revoked key", acme(), bearer(text), shut)).toEqual([]);
    const chat = { model: "up/ok", messages: [{ role: "user", content: "hi" }] };
    const codes = await Promise.all(
      [keyOf("gone"), text].map(async (own) => {
        const headers = bearer(own);
        const order = { origin: portico.origin, host: acme(), method: "POST", headers };
        const path = "/v1/chat/completions";
        return codeOf(await localRequest({ ...order, path, body: chat }));
      }),
    );
    expect(codes).toEqual(["user_disabled", "invalid_api_key"]);
  });

  it("tells whoever is shut out so where it is asked for its status", async () => {
    const order = { origin: portico.origin, host: acme(), method: "GET", path: "/api/v2/status" };
    for (const headers of [{}, bearer(keyOf("gone")), bearer(keyOf("boss-other"))]) {
      const { text } = await localRequest({ ...order, headers });
      expect(JSON.parse(text)).toMatchObject({ available: false });
    }
  });

  it("is closed to the operator's token: it pays for nothing", async () => {
    const headers = bearer(portico.operatorToken);
    expect(await walk("the operator's token", acme(), headers)).toEqual([]);
  });

  it("is open to a key of the site, so that the walks above were refused for who came", async () => {
    const headers = bearer(keyOf("boss-acme"));
    expect(await walk("a key of the site", acme(), headers, [200, 400, 404, 405, 501])).toEqual([]);
  });
});

describe("a door of the operator", () => {
  const doors = OPERATOR_DOORS.map((key) => ({ key }));

  it("is open to his token on the platform's host, and is not there on a site's", async () => {
    const headers = bearer(portico.operatorToken);
    const there = { who: "the operator", host: hostOf(portico, null), headers };
    expect(await wronglyAnswered(portico, there, doors, () => 200)).toEqual([]);
    const elsewhere = { ...there, host: acme() };
    expect(await wronglyAnswered(portico, elsewhere, doors, () => 404)).toEqual([]);
  });

  it("is closed to nobody and to the keys of sites", async () => {
    for (const headers of [{}, bearer(keyOf("boss-acme"))]) {
      const caller = { who: "no operator", host: hostOf(portico, null), headers };
      expect(await wronglyAnswered(portico, caller, doors, () => 401)).toEqual([]);
    }
  });
});
