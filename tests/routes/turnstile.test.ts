/** Turnstile: who is asked, what passes, and that nothing that goes wrong lets anybody through. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUMAN_HEADER } from "../../src/contract/human.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { APP } from "../support/upstream-identity-client.ts";
import type { Person } from "./person.ts";
import { makeSite, PASSWORD, upstream, Visitor } from "./sign-in-visitor.ts";
import { call, errorOf, post } from "./support.ts";

const SITE_KEY = "0x4AAAAAAAtestsitekey";
const SLUG = "human";
const HOST = `${SLUG}.localhost`;
const environment = readEnvironment(env) as { turnstileUrl: string };
const { turnstileUrl } = environment;
let owner: Person;
let tokens = 0;

const human = (host = HOST) => `human@${host}#${tokens++}`;

function register(token?: string): Promise<Response> {
  const body = { email: `new-${crypto.randomUUID()}@new.example`, password: PASSWORD };
  const more = token === undefined ? {} : { [HUMAN_HEADER]: token };
  return call(SLUG, "/api/auth/register", post(body, more));
}

function logIn(email: string, password: string, token?: string): Promise<Response> {
  const more = token === undefined ? {} : { [HUMAN_HEADER]: token };
  return call(SLUG, "/api/auth/login", post({ email, password }, more));
}

beforeAll(async () => {
  environment.turnstileUrl = `${upstream("turnstile")}/siteverify`;
  owner = await makeSite(SLUG);
  await makeSite("unasked");
  await owner.json("PUT", "/api/admin/sign-in", {
    turnstileSiteKey: SITE_KEY,
    turnstileSecret: APP.secret,
  });
});
afterAll(() => {
  environment.turnstileUrl = turnstileUrl;
});

describe("registration", () => {
  it("takes a token that Turnstile knows, once", async () => {
    const token = human();
    expect((await register(token)).status).toBe(200);
    const again = await register(token);
    expect(again.status).toBe(403);
    expect(await errorOf(again)).toMatchObject({ code: "human_check_failed" });
  });

  it.each([
    ["none", undefined],
    ["one that was made up", "made-up"],
    ["one of another host", human("evil.localhost")],
  ])("refuses %s", async (_, token) => {
    expect((await register(token)).status).toBe(403);
  });

  it("is not asked for at a site that has not set it up", async () => {
    const body = { email: "plain@new.example", password: PASSWORD };
    expect((await call("unasked", "/api/auth/register", post(body))).status).toBe(200);
  });
});

describe("log-in", () => {
  it("asks nobody who knows his password, and whoever has tried an e-mail three times", async () => {
    expect((await logIn("ann@acme.example", PASSWORD)).status).toBe(200);
    for (let tries = 0; tries < 3; tries++) {
      expect((await logIn("bob@other.example", "wrong password")).status).toBe(401);
    }
    const fourth = await logIn("bob@other.example", PASSWORD);
    expect(await errorOf(fourth)).toMatchObject({ code: "human_check_failed" });
    expect((await logIn("bob@other.example", PASSWORD, human())).status).toBe(200);
  });
});

describe("what goes wrong lets nobody through", () => {
  it("a check that cannot be reached", async () => {
    environment.turnstileUrl = "http://127.0.0.1:9/siteverify";
    const refused = await register(human());
    environment.turnstileUrl = `${upstream("turnstile")}/siteverify`;
    expect(refused.status).toBe(503);
  });

  it("a secret that Turnstile does not know", async () => {
    const wrong = { turnstileSiteKey: SITE_KEY, turnstileSecret: "a-wrong-secret" };
    await owner.json("PUT", "/api/admin/sign-in", wrong);
    expect((await register(human())).status).toBe(403);
    const right = { turnstileSiteKey: SITE_KEY, turnstileSecret: APP.secret };
    await owner.json("PUT", "/api/admin/sign-in", right);
    expect((await register(human())).status).toBe(200);
  });
});

describe("the pages", () => {
  const cspOf = async (path: string, cookie = "") =>
    (await call(SLUG, path, { headers: { cookie } })).headers.get("content-security-policy") ?? "";

  it("may load Turnstile where nobody is signed in, and at no other time", async () => {
    for (const path of ["/login", "/admin/"]) {
      expect(await cspOf(path)).toContain("script-src 'self' https://challenges.cloudflare.com;");
      expect(await cspOf(path)).toContain("frame-src 'self' https://challenges.cloudflare.com;");
      const unasked = await call("unasked", path);
      expect(unasked.headers.get("content-security-policy")).not.toContain("cloudflare");
    }
    const visitor = new Visitor(HOST);
    await visitor.logIn("ann@acme.example");
    const signedIn = await visitor.fetch("/");
    const csp = signedIn.headers.get("content-security-policy");
    expect(csp).not.toContain("cloudflare");
    expect(csp).toContain("require-trusted-types-for 'script'");
  });

  it("know the site key and never the secret", async () => {
    const boot = await (await call(SLUG, "/api/auth/boot")).text();
    expect(boot).toContain(SITE_KEY);
    expect(boot).not.toMatch(/secret|sealed/i);
    const page = await owner.json<Record<string, unknown>>("GET", "/api/admin/sign-in");
    expect(JSON.stringify(page)).not.toContain(APP.secret);
    expect(page.turnstileSecretHint).toBe("…");
  });
});

it("without its site key Turnstile is gone, secret and all; a site key alone is refused", async () => {
  await owner.json("PUT", "/api/admin/sign-in", {});
  expect((await register()).status).toBe(200);
  const alone = await owner.fetch("PUT", "/api/admin/sign-in", { turnstileSiteKey: SITE_KEY });
  expect(alone.status).toBe(400);
  expect(await errorOf(alone)).toMatchObject({ param: "turnstileSecret" });
});
