/** Second factors, sessions, and what a stolen or forged half of a log-in is worth. */
import { env } from "cloudflare:workers";
import { TOTP } from "otpauth";
import { beforeAll, describe, expect, it } from "vitest";
import type { OwnSession, SecondFactors } from "../../src/contract/account.ts";
import type { Boot, SecondFactorAsked } from "../../src/contract/auth.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { signSession } from "../../src/services/identity/sessions.ts";
import { servicesOf } from "../../src/services/services.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const SITE = "factors";
const PASSWORD = "correct horse battery";
const origin = `http://${SITE}.localhost`;
const at = (name: string) => `${name}@factors.example`;
const send = (path: string, body: unknown, slug = SITE) =>
  call(slug, path, post(body, { origin: `http://${slug}.localhost` }));
const withCookie = (path: string, cookie: string) => call(SITE, path, { headers: { cookie } });
const cookieOf = (answer: Response) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";

const codeAt = (secret: string, offsetSeconds = 0) =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + offsetSeconds * 1000 });

/** The session that a set-up answers with, its secret and its recovery codes. */
async function setUpTotp(person: Person) {
  const offer = await person.json<{ id: string; secret: string; url: string }>(
    "POST",
    "/api/auth/second-factors/totp",
    {},
  );
  // The step before: the present one is left for the log-in.
  const answer = await person.fetch("POST", "/api/auth/second-factors/totp/confirm", {
    id: offer.id,
    code: codeAt(offer.secret, -30),
  });
  const { recoveryCodes } = (await answer.json()) as { recoveryCodes: string[] };
  return { ...offer, recoveryCodes, cookie: cookieOf(answer), status: answer.status };
}

async function ticketOf(name: string, slug = SITE): Promise<string> {
  const answer = await send("/api/auth/login", { email: at(name), password: PASSWORD }, slug);
  expect(answer.headers.get("set-cookie")).toBeNull();
  const { secondFactor } = (await answer.json()) as SecondFactorAsked;
  return secondFactor.ticket;
}
const show = (ticket: string, shown: object, slug = SITE) =>
  send("/api/auth/second-factor", { ticket, shown }, slug);

beforeAll(async () => {
  const users = ["owner", "admin", "ann", "bob", "cyd", "dan", "eve", "fay", "gus"].map((name) => ({
    email: at(name),
    password: PASSWORD,
    role: name === "owner" || name === "admin" ? name : "member",
  }));
  await configure(
    { slug: SITE, name: "Factors: two", users },
    { slug: "factors-too", name: "Other", users },
  );
});

describe("an authenticator app", () => {
  it("is asked for after the password, and its code lets in once", async () => {
    const ann = await signIn(SITE, at("ann"), PASSWORD);
    const set = await setUpTotp(ann);
    expect(set.url).toMatch(/^otpauth:\/\/totp\/Factors/);
    expect(set.recoveryCodes).toHaveLength(10);
    const ticket = await ticketOf("ann");
    const code = codeAt(set.secret);
    const inside = await show(ticket, { code });
    expect(inside.status).toBe(200);
    expect(await inside.json()).toMatchObject({ email: at("ann") });
    const sessions = await withCookie("/api/auth/sessions", cookieOf(inside));
    const { data } = (await sessions.json()) as { data: OwnSession[] };
    expect(data.find(({ current }) => current)?.method).toBe("password+totp");
    // Seen over the shoulder, it is worth nothing; nor is the step before it.
    expect((await show(await ticketOf("ann"), { code })).status).toBe(401);
    const older = { code: codeAt(set.secret, -30) };
    expect((await show(await ticketOf("ann"), older)).status).toBe(401);
  });

  it("lets one of many in who show the same code at the same time", async () => {
    const set = await setUpTotp(await signIn(SITE, at("bob"), PASSWORD));
    const ticket = await ticketOf("bob");
    const code = codeAt(set.secret);
    const answers = await Promise.all(Array.from({ length: 6 }, () => show(ticket, { code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("is kept sealed, and recovery codes as hashes", async () => {
    const cyd = await signIn(SITE, at("cyd"), PASSWORD);
    const set = await setUpTotp(cyd);
    const rows = JSON.stringify(
      (await env.DB.prepare("SELECT * FROM second_factors").all()).results,
    );
    expect(rows).not.toContain(set.secret);
    for (const code of set.recoveryCodes) {
      expect(rows).not.toContain(code);
      expect(rows).not.toContain(code.replace("-", ""));
    }
  });

  it("protects nothing before its first right code, and then nothing goes round it", async () => {
    const dan = await signIn(SITE, at("dan"), PASSWORD);
    const offer = await dan.json<{ id: string; secret: string }>(
      "POST",
      "/api/auth/second-factors/totp",
      {},
    );
    await signIn(SITE, at("dan"), PASSWORD);
    const wrong = await dan.fetch("POST", "/api/auth/second-factors/totp/confirm", {
      id: offer.id,
      code: codeAt(offer.secret, -600),
    });
    expect(await errorOf(wrong)).toMatchObject({ param: "code" });
    const set = await setUpTotp(dan);
    // The session from before has not shown the factor: it neither adds nor removes one.
    for (const [method, path] of [
      ["POST", "/api/auth/second-factors/totp"],
      ["POST", "/api/auth/second-factors/recovery"],
      ["DELETE", `/api/auth/second-factors/${set.id}`],
    ] as const) {
      expect((await dan.fetch(method, path, method === "POST" ? {} : undefined)).status).toBe(403);
    }
    const renewed = await call(SITE, `/api/auth/second-factors/${set.id}`, {
      method: "DELETE",
      headers: { origin, cookie: set.cookie },
    });
    expect(renewed.status).toBe(204);
    await signIn(SITE, at("dan"), PASSWORD);
  });

  it("is guessed ten times at most", async () => {
    await setUpTotp(await signIn(SITE, at("eve"), PASSWORD));
    const ticket = await ticketOf("eve");
    const guesses = await Promise.all(
      Array.from({ length: 15 }, (_, at) => show(ticket, { code: String(at).padStart(6, "0") })),
    );
    expect(guesses.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5);
    expect((await show(await ticketOf("eve"), { code: "000000" })).status).toBe(429);
  });
});

describe("recovery codes", () => {
  it("let in once each, and new ones void the old", async () => {
    const set = await setUpTotp(await signIn(SITE, at("fay"), PASSWORD));
    const [first = "", second = ""] = set.recoveryCodes;
    const typed = { recoveryCode: first.toUpperCase().replace("-", " ") };
    const inside = await show(await ticketOf("fay"), typed);
    expect(inside.status).toBe(200);
    expect((await show(await ticketOf("fay"), typed)).status).toBe(401);
    const cookie = cookieOf(inside);
    const listed = await withCookie("/api/auth/second-factors", cookie);
    expect(((await listed.json()) as SecondFactors).recoveryCodesLeft).toBe(9);
    const renewed = await call(SITE, "/api/auth/second-factors/recovery", {
      ...post({}, { origin, cookie }),
    });
    expect(renewed.status).toBe(200);
    expect((await show(await ticketOf("fay"), { recoveryCode: second })).status).toBe(401);
  });
});

describe("a ticket", () => {
  it("is no session, is good at its own site only, and ends with a new password", async () => {
    const ticket = await ticketOf("ann");
    expect((await withCookie("/api/auth/sessions", `portico=${ticket}`)).status).toBe(401);
    expect((await show(ticket, { code: "000000" }, "factors-too")).status).toBe(401);
    expect((await show(`${ticket}x`, { code: "000000" })).status).toBe(401);
    const grown = "UPDATE users SET session_epoch = session_epoch + 1 WHERE email = ?";
    await env.DB.prepare(grown).bind(at("ann")).run();
    expect(await errorOf(await show(ticket, { code: "000000" }))).toMatchObject({
      code: "expired_session",
    });
  });
});

describe("a site that demands a second factor", () => {
  it("shows its console to nobody without one, and leads there who lacks it", async () => {
    const demand = (secondFactor: boolean) =>
      env.DB.prepare(
        "UPDATE sites SET sign_in = ?, config_version = config_version + 1 WHERE slug = ?",
      )
        .bind(JSON.stringify({ secondFactor }), SITE)
        .run();
    const owner = await signIn(SITE, at("owner"), PASSWORD);
    await demand(true);
    await expect
      .poll(async () => (await owner.fetch("GET", "/api/admin/mail")).status, { timeout: 5_000 })
      .toBe(403);
    const refused = await errorOf(await owner.fetch("GET", "/api/admin/mail"));
    expect(refused).toMatchObject({ code: "second_factor_needed" });
    expect(await owner.json<Boot>("GET", "/api/auth/boot")).toMatchObject({
      secondFactorNeeded: true,
    });
    const set = await setUpTotp(owner);
    expect((await withCookie("/api/admin/mail", set.cookie)).status).toBe(200);
    const member = await signIn(SITE, at("gus"), PASSWORD);
    expect(await member.json<Boot>("GET", "/api/auth/boot")).toMatchObject({
      secondFactorNeeded: false,
    });
  });

  it("has an owner who removes the factor of who has lost it; a lesser role does not", async () => {
    const find =
      "SELECT id FROM users WHERE email = ? AND site_id = (SELECT id FROM sites WHERE slug = ?)";
    const idOf = async (name: string) =>
      (await env.DB.prepare(find).bind(at(name), SITE).first<{ id: string }>())?.id ?? "";
    const remove = async (name: string, cookie: string) =>
      await call(SITE, `/api/admin/users/${await idOf(name)}/second-factors`, {
        method: "DELETE",
        headers: { origin, cookie },
      });
    const admin = await setUpTotp(await signIn(SITE, at("admin"), PASSWORD));
    expect((await remove("owner", admin.cookie)).status).toBe(403);
    expect((await remove("cyd", admin.cookie)).status).toBe(204);
    expect((await remove("cyd", admin.cookie)).status).toBe(404);
    await signIn(SITE, at("cyd"), PASSWORD);
  });
});

describe("sessions", () => {
  it("are listed with where they were begun, and end one by one, at once", async () => {
    const here = await signIn(SITE, at("gus"), PASSWORD);
    const there = await signIn(SITE, at("gus"), PASSWORD);
    const list = async (person: Person) =>
      (await person.json<{ data: OwnSession[] }>("GET", "/api/auth/sessions")).data;
    const own = (await list(there)).find(({ current }) => current);
    expect((await list(here)).filter(({ current }) => current)).toHaveLength(1);
    expect(own).toMatchObject({ method: "password" });
    const end = await here.fetch("DELETE", `/api/auth/sessions/${own?.id}`);
    expect(end.status).toBe(204);
    expect((await there.fetch("GET", "/api/auth/sessions")).status).toBe(401);
    expect((await list(here)).map(({ id }) => id)).not.toContain(own?.id);
  });

  it("are ended by their owner alone", async () => {
    const gus = await signIn(SITE, at("gus"), PASSWORD);
    const dan = await signIn(SITE, at("dan"), PASSWORD);
    const { data } = await dan.json<{ data: OwnSession[] }>("GET", "/api/auth/sessions");
    const theft = await gus.fetch("DELETE", `/api/auth/sessions/${data[0]?.id}`);
    expect(theft.status).toBe(404);
    expect((await dan.fetch("GET", "/api/auth/sessions")).status).toBe(200);
  });

  it("end everywhere but here", async () => {
    const there = await signIn(SITE, at("gus"), PASSWORD);
    const here = await signIn(SITE, at("gus"), PASSWORD);
    const answer = await here.fetch("POST", "/api/auth/sessions/end");
    expect(answer.status).toBe(204);
    expect((await there.fetch("GET", "/api/auth/sessions")).status).toBe(401);
    expect((await here.fetch("GET", "/api/auth/sessions")).status).toBe(401);
    const renewed = await withCookie("/api/auth/sessions", cookieOf(answer));
    expect(((await renewed.json()) as { data: OwnSession[] }).data).toHaveLength(1);
  });

  it("are new at every log-in: one that was planted before is not taken over", async () => {
    const planted = await signIn(SITE, at("gus"), PASSWORD);
    const first = await planted.json<{ data: OwnSession[] }>("GET", "/api/auth/sessions");
    const fixed = "portico=planted-by-somebody-else";
    const answer = await call(SITE, "/api/auth/login", {
      ...post({ email: at("gus"), password: PASSWORD }, { origin, cookie: fixed }),
    });
    expect(cookieOf(answer)).not.toBe(fixed);
    expect((await withCookie("/api/auth/sessions", fixed)).status).toBe(401);
    const after = await withCookie("/api/auth/sessions", cookieOf(answer));
    const current = ((await after.json()) as { data: OwnSession[] }).data.find(
      (one) => one.current,
    );
    expect(first.data.map(({ id }) => id)).not.toContain(current?.id);
  });
});

describe("a forged session token", () => {
  const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const owned = async () => {
    const answer = await send("/api/auth/login", { email: at("gus"), password: PASSWORD });
    const token = cookieOf(answer).replace("portico=", "");
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
    return { head, body, signature, claims };
  };
  const status = async (token: string) =>
    (await withCookie("/api/auth/sessions", `portico=${token}`)).status;

  it("of no algorithm, of another one, or changed after it was signed, is none", async () => {
    const { head, body, signature, claims } = await owned();
    expect(await status(`${head}.${body}.${signature}`)).toBe(200);
    expect(await status(`${b64({ alg: "none", typ: "JWT" })}.${body}.`)).toBe(401);
    expect(await status(`${b64({ alg: "HS512", typ: "JWT" })}.${body}.${signature}`)).toBe(401);
    expect(await status(`${head}.${b64({ ...claims, sf: true })}.${signature}`)).toBe(401);
  });

  it("for another site, or under another key, is none", async () => {
    const { claims } = await owned();
    const services = servicesOf(env, readEnvironment(env));
    const session = {
      siteId: String(claims.aud),
      userId: String(claims.sub),
      sessionId: String(claims.sid),
      epoch: Number(claims.ep),
      expiresAt: Date.now() + 60_000,
    };
    expect(await status(await signSession(services.keys.session, session))).toBe(200);
    const elsewhere = { ...session, siteId: "site_platform" };
    expect(await status(await signSession(services.keys.session, elsewhere))).toBe(401);
    expect(await status(await signSession(services.keys.keyTag, session))).toBe(401);
    const past = { ...session, expiresAt: Date.now() - 1_000 };
    expect(await status(await signSession(services.keys.session, past))).toBe(401);
  });
});
