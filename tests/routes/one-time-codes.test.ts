/** Codes by mail: log-in, registration, a new password, another e-mail; and what guessing gets. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { readEnvironment } from "../../src/http/environment.ts";
import { sweepCodes } from "../../src/services/identity/one-time-codes.ts";
import { servicesOf } from "../../src/services/services.ts";
import { codeFor, codesIssued, mailsTo } from "./mailbox.ts";
import { signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const SITE = "codes";
const PASSWORD = "correct horse battery";
const origin = `http://${SITE}.localhost`;
const people = ["ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal", "ida"];
const at = (name: string) => `${name}@codes.example`;

const send = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(SITE, path, post(body, { origin, ...headers }));
const ask = (purpose: string, email: string) => send("/api/auth/codes", { purpose, email });
const cookieOf = (answer: Response) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const wrongFor = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

beforeAll(async () => {
  await configure({
    slug: SITE,
    name: "Codes & Co",
    locale: "en",
    users: people.map((name) => ({ email: at(name), password: PASSWORD })),
  });
});

describe("log-in by a code", () => {
  it("lets in whoever has the code, once", async () => {
    expect((await ask("login", at("ann"))).status).toBe(204);
    const code = await codeFor(at("ann"));
    const answer = await send("/api/auth/login/code", { email: at("ann"), code });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ email: at("ann") });
    expect(cookieOf(answer)).toMatch(/^portico=ey/);
    const again = await send("/api/auth/login/code", { email: at("ann"), code });
    expect(await errorOf(again)).toMatchObject({ code: "invalid_value", param: "code" });
  });

  it("has read the address, so it is verified", async () => {
    const row = await env.DB.prepare("SELECT email_verified_at AS at FROM users WHERE email = ?")
      .bind(at("ann"))
      .first<{ at: number | null }>();
    expect(row?.at).toBeGreaterThan(0);
  });

  it("is in the site's language, with its name, and the name cannot be markup", async () => {
    const [mail] = await mailsTo(at("ann"));
    expect(mail?.subject).toContain("Codes & Co");
    expect(mail?.text).toContain("10 minutes");
    expect((mail as unknown as { html: string }).html).toContain("Codes &#38; Co");
  });

  it("voids a code by asking for another", async () => {
    await ask("login", at("bob"));
    const first = await codeFor(at("bob"));
    await ask("login", at("bob"));
    await codesIssued(at("bob"), 2);
    const second = await codeFor(at("bob"), 2);
    if (first !== second) {
      const old = await send("/api/auth/login/code", { email: at("bob"), code: first });
      expect(old.status).toBe(400);
    }
    expect((await send("/api/auth/login/code", { email: at("bob"), code: second })).status).toBe(
      200,
    );
  });

  it("lets one of many in who use the same code at the same time", async () => {
    await ask("login", at("cyd"));
    const code = await codeFor(at("cyd"));
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send("/api/auth/login/code", { email: at("cyd"), code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("is over after five guesses, made in parallel or not", async () => {
    await ask("login", at("dan"));
    const code = await codeFor(at("dan"));
    const guesses = await Promise.all(
      Array.from({ length: 20 }, () =>
        send("/api/auth/login/code", { email: at("dan"), code: wrongFor(code) }),
      ),
    );
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([400]));
    const row = await env.DB.prepare("SELECT attempts FROM codes WHERE email = ?")
      .bind(at("dan"))
      .first<{ attempts: number }>();
    expect(row?.attempts).toBe(5);
    expect((await send("/api/auth/login/code", { email: at("dan"), code })).status).toBe(400);
  });

  it("is no way in ten minutes later", async () => {
    await ask("login", at("hal"));
    const code = await codeFor(at("hal"));
    const past = "UPDATE codes SET expires_at = ? WHERE email = ?";
    await env.DB.prepare(past).bind(Date.now(), at("hal")).run();
    expect((await send("/api/auth/login/code", { email: at("hal"), code })).status).toBe(400);
    await sweepCodes(servicesOf(env, readEnvironment(env)));
    const left = "SELECT count(*) AS count FROM codes WHERE email = ?";
    expect(await env.DB.prepare(left).bind(at("hal")).first()).toEqual({ count: 0 });
  });

  it("keeps no code that a copy of the store could tell", async () => {
    await ask("login", at("ida"));
    const code = await codeFor(at("ida"));
    const row = await env.DB.prepare("SELECT * FROM codes WHERE email = ?").bind(at("ida")).first();
    expect(JSON.stringify(row)).not.toContain(code);
    expect(row?.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("who has an account", () => {
  it("is not told by asking for a code: neither by the answer nor by what is done before it", async () => {
    const known = await ask("reset", at("eve"));
    const unknown = await ask("reset", "nobody@codes.example");
    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
    const names = (answer: Response) => [...answer.headers.keys()].toSorted();
    expect(names(known)).toEqual(names(unknown));
    // The same row is made for both, so that a guess costs the same; only one is written to.
    await codesIssued("nobody@codes.example", 1);
    await codeFor(at("eve"));
    expect(await mailsTo("nobody@codes.example")).toEqual([]);
  });

  it("is not told by guessing", async () => {
    const texts = await Promise.all(
      [at("eve"), "nobody@codes.example", "never-asked@codes.example"].map(async (email) => {
        const { request_id: _, ...error } = await errorOf(
          await send("/api/auth/login/code", { email, code: "000000" }),
        );
        return JSON.stringify(error);
      }),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it("is told by mail to the owner of the address who registers again", async () => {
    await ask("register", at("eve"));
    await codesIssued(at("eve"), 2);
    await expect
      .poll(async () => (await mailsTo(at("eve"))).map((mail) => mail.subject))
      .toContain("You have an account already · Codes & Co");
  });

  it("cannot be written to more than five times in a quarter of an hour", async () => {
    const email = "busy@codes.example";
    for (let count = 0; count < 5; count++) expect((await ask("login", email)).status).toBe(204);
    const refused = await ask("login", email);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("a new password by a code", () => {
  it("ends every session, and the old password with them", async () => {
    const before = await signIn(SITE, at("fay"), PASSWORD);
    await ask("reset", at("fay"));
    const code = await codeFor(at("fay"));
    const body = { email: at("fay"), code, password: "another fine password" };
    expect((await send("/api/auth/reset", body)).status).toBe(200);
    expect((await before.fetch("GET", "/api/auth/sessions")).status).toBe(401);
    const old = await send("/api/auth/login", { email: at("fay"), password: PASSWORD });
    expect(old.status).toBe(401);
    await signIn(SITE, at("fay"), "another fine password");
    await expect
      .poll(async () => (await mailsTo(at("fay"))).map((mail) => mail.subject))
      .toContain("Your password was changed · Codes & Co");
  });

  it("is not set by a code for log-in", async () => {
    await ask("login", at("gus"));
    const code = await codeFor(at("gus"));
    const body = { email: at("gus"), code, password: "another fine password" };
    expect((await send("/api/auth/reset", body)).status).toBe(400);
    await signIn(SITE, at("gus"), PASSWORD);
  });
});

describe("another e-mail", () => {
  it("takes the password and the code at the new address, and the old one is told", async () => {
    const gus = await signIn(SITE, at("gus"), PASSWORD);
    const wanted = { email: "gus2@codes.example" };
    const laptop = await gus.fetch("POST", "/api/auth/email/code", {
      ...wanted,
      password: "guess",
    });
    expect(await errorOf(laptop)).toMatchObject({ param: "password" });
    const asked = { ...wanted, password: PASSWORD };
    expect((await gus.fetch("POST", "/api/auth/email/code", asked)).status).toBe(204);
    const code = await codeFor(wanted.email);
    const changed = await gus.json("POST", "/api/auth/email", { ...wanted, code });
    expect(changed).toMatchObject({ email: wanted.email });
    await signIn(SITE, wanted.email, PASSWORD);
    await expect.poll(async () => (await mailsTo(at("gus")))[0]?.text).toContain(wanted.email);
  });

  it("is not changed by somebody else's code, nor to an address that is taken", async () => {
    const hal = await signIn(SITE, at("hal"), PASSWORD);
    const ida = await signIn(SITE, at("ida"), PASSWORD);
    await hal.fetch("POST", "/api/auth/email/code", {
      email: "new@codes.example",
      password: PASSWORD,
    });
    const code = await codeFor("new@codes.example");
    const theft = await ida.fetch("POST", "/api/auth/email", { email: "new@codes.example", code });
    expect(theft.status).toBe(400);
    await hal.fetch("POST", "/api/auth/email/code", { email: at("ida"), password: PASSWORD });
    await expect.poll(async () => (await mailsTo(at("ida")))[0]?.subject).toContain("already");
    await signIn(SITE, at("ida"), PASSWORD);
  });
});
