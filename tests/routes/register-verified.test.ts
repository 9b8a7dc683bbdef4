/** Registration where the site asks for a code, and what the way in leaves behind. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { AuditEntry } from "../../src/contract/audit.ts";
import type { Boot } from "../../src/contract/auth.ts";
import { codeFor, codesIssued, mailsTo } from "./mailbox.ts";
import { signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const SITE = "verified";
const PASSWORD = "correct horse battery";
const OWNER = "owner@verified.example";
const origin = `http://${SITE}.localhost`;
const send = (path: string, body: unknown) =>
  call(SITE, path, post(body, { origin, "user-agent": "Mozilla/5.0 Firefox/140.0" }));
const register = (email: string, code?: string) =>
  send("/api/auth/register", {
    email,
    password: PASSWORD,
    ...(code === undefined ? {} : { code }),
  });
const ask = (email: string) => send("/api/auth/codes", { purpose: "register", email });

beforeAll(async () => {
  await configure({
    slug: SITE,
    name: "Verified",
    locale: "zh-CN",
    users: [{ email: OWNER, password: PASSWORD, role: "owner" }],
  });
  await env.DB.prepare(
    "UPDATE sites SET sign_in = ?, config_version = config_version + 1 WHERE slug = ?",
  )
    .bind(JSON.stringify({ verifyEmail: true }), SITE)
    .run();
  const boot = async () =>
    ((await (await call(SITE, "/api/auth/boot")).json()) as Boot).site.verifyEmail;
  await vi.waitFor(async () => expect(await boot()).toBe(true), { timeout: 5_000 });
});

describe("registration", () => {
  it("takes the code from the mail, and the address is verified", async () => {
    const email = "ann@verified.example";
    expect(await errorOf(await register(email))).toMatchObject({ param: "code" });
    await ask(email);
    const code = await codeFor(email);
    expect((await mailsTo(email))[0]?.subject).toContain("注册验证码");
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    expect((await register(email, wrong)).status).toBe(400);
    const answer = await register(email, code);
    expect(answer.status).toBe(200);
    const row = await env.DB.prepare("SELECT email_verified_at AS at FROM users WHERE email = ?")
      .bind(email)
      .first<{ at: number | null }>();
    expect(row?.at).toBeGreaterThan(0);
  });

  it("does not take a code that was mailed to another address", async () => {
    await ask("bob@verified.example");
    const code = await codeFor("bob@verified.example");
    await ask("eve@verified.example");
    await codesIssued("eve@verified.example", 1);
    const theft = await register("eve@verified.example", code);
    const own = await codeFor("eve@verified.example");
    if (own !== code) expect(theft.status).toBe(400);
  });

  it("tells nobody without the code whether there is an account", async () => {
    const { request_id: _, ...known } = await errorOf(await register(OWNER, "000000"));
    const { request_id: __, ...unknown } = await errorOf(
      await register("nobody@verified.example", "000000"),
    );
    expect(known).toEqual(unknown);
  });
});

describe("a sign-in", () => {
  it("is in the audit with how, from where and by what; so is one that was refused", async () => {
    await send("/api/auth/login", { email: OWNER, password: "a wrong password" });
    await send("/api/auth/login", { email: OWNER, password: PASSWORD });
    const owner = await signIn(SITE, OWNER, PASSWORD);
    const { data } = await owner.json<{ data: AuditEntry[] }>(
      "GET",
      "/api/admin/audit?action=sign_in",
    );
    const mine = data.filter(({ agent }) => agent.startsWith("Firefox"));
    expect(mine).toContainEqual(
      expect.objectContaining({
        outcome: "done",
        actor: expect.objectContaining({ kind: "user", name: OWNER }),
        asked: { method: "password" },
      }),
    );
    expect(mine).toContainEqual(
      expect.objectContaining({
        outcome: "refused",
        code: "invalid_login",
        actor: { kind: "nobody", id: "", name: OWNER },
      }),
    );
    expect(JSON.stringify(data)).not.toContain(PASSWORD);
  });
});
