/** Mail by SMTP and by an API: what arrives, what is tried again, and what cannot be smuggled in. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { MailInput, MailPage, SentMail } from "../../src/contract/mail.ts";
import { readEnvironment } from "../../src/http/environment.ts";
import { mimeOf } from "../../src/services/mail/mime.ts";
import { deliverMails } from "../../src/services/mail/send.ts";
import { sendBySmtp } from "../../src/services/mail/smtp.ts";
import { servicesOf } from "../../src/services/services.ts";
import { type Person, signIn } from "./person.ts";
import { call, configure, errorOf, post } from "./support.ts";

const SITE = "mail";
const PASSWORD = "correct horse battery";
const SENDER = "no-reply@portico.example";
const SMTP_PASSWORD = "smtp-password-0123456789";
const API_KEY = "re_0123456789abcdefghij";
const people = ["owner", "ann", "later-bob", "unknown-cyd", "dan", "member"];
const at = (name: string) => `${name}@mail.example`;

interface Taken {
  from: string;
  raw: string;
  key?: string;
}
let owner: Person;
const services = () => servicesOf(env, readEnvironment(env));

const smtp = (more: object = {}): MailInput => ({
  transport: "smtp",
  sender: SENDER,
  secret: SMTP_PASSWORD,
  settings: {
    host: "127.0.0.1",
    port: inject("mailServers").plain,
    security: "none",
    user: SENDER,
    ...more,
  },
});
const viaApi = (secret = API_KEY): MailInput => ({
  transport: "http",
  sender: SENDER,
  secret,
  settings: { url: `${inject("mailServers").api}/emails` },
});
const use = (settings: MailInput) => owner.fetch("PUT", "/api/admin/mail", settings);
const test = (settings: MailInput | null) =>
  owner.json<{ ok: boolean; problem: string | null; detail: string }>(
    "POST",
    "/api/admin/mail/test",
    { settings },
  );
const ask = (email: string) =>
  call(
    SITE,
    "/api/auth/codes",
    post({ purpose: "login", email }, { origin: `http://${SITE}.localhost` }),
  );
const takenFor = async (to: string): Promise<Taken[]> =>
  await (await fetch(`${inject("mailServers").api}/taken?to=${to}`)).json();
const outbox = async (): Promise<SentMail[]> =>
  (await owner.json<{ data: SentMail[] }>("GET", "/api/admin/mail/sent")).data;
const outboxOf = async (to: string) => (await outbox()).find(({ recipient }) => recipient === to);

beforeAll(async () => {
  await configure({
    slug: SITE,
    name: "邮件 “Mail” Bcc: evil@mail.example",
    locale: "zh-CN",
    users: people.map((name) => ({
      email: at(name),
      password: PASSWORD,
      role: name === "owner" ? "owner" : "member",
    })),
  });
  owner = await signIn(SITE, at("owner"), PASSWORD);
});

describe("a site without a way to send", () => {
  it("keeps mail for the console of one's own machine, and says so", async () => {
    const page = await owner.json<MailPage>("GET", "/api/admin/mail");
    expect(page).toEqual({
      own: null,
      deployment: { transport: "outbox", sender: "" },
      binding: false,
      development: true,
    });
    await ask(at("dan"));
    await expect.poll(() => outboxOf(at("dan"))).toMatchObject({ state: "kept", attempts: 1 });
    expect((await outboxOf(at("dan")))?.text).toMatch(/\d{6}/);
    expect(await test(null)).toMatchObject({ ok: false, problem: "settings" });
  });

  it("has its outbox shown to the console alone", async () => {
    const member = await signIn(SITE, at("member"), PASSWORD);
    expect((await member.fetch("GET", "/api/admin/mail/sent")).status).toBe(403);
  });
});

describe("mail by SMTP", () => {
  beforeEach(async () => {
    expect((await use(smtp())).status).toBe(204);
  });

  it("arrives once, in the language of the site, whatever its name holds", async () => {
    await ask(at("ann"));
    await expect.poll(() => outboxOf(at("ann"))).toMatchObject({ state: "sent", text: null });
    const [mail, ...more] = await takenFor(at("ann"));
    expect(more).toEqual([]);
    expect(mail?.from).toBe(SENDER);
    const [head = ""] = (mail?.raw ?? "").split("\r\n\r\n");
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head).toMatch(/^Subject: =\?UTF-8\?B\?/m);
    expect(head).toMatch(/^Message-ID: <mail_\w+@portico\.example>\r$/m);
    await deliverMails(services());
    expect(await takenFor(at("ann"))).toHaveLength(1);
  });

  it("loses its text when it was sent: codes stand in it", async () => {
    const row = await env.DB.prepare("SELECT text, html FROM mails WHERE recipient = ?")
      .bind(at("ann"))
      .first();
    expect(row).toEqual({ text: "", html: "" });
  });

  it("that a server puts off is tried again by the cron, and again says nothing twice", async () => {
    await ask(at("later-bob"));
    await expect
      .poll(() => outboxOf(at("later-bob")))
      .toMatchObject({
        state: "waiting",
        attempts: 1,
        problem: expect.stringContaining("try again later"),
      });
    await deliverMails(services());
    expect(await takenFor(at("later-bob"))).toEqual([]);
    await env.DB.prepare("UPDATE mails SET next_at = 1 WHERE recipient = ?")
      .bind(at("later-bob"))
      .run();
    await Promise.all([deliverMails(services()), deliverMails(services())]);
    expect(await takenFor(at("later-bob"))).toHaveLength(1);
    expect(await outboxOf(at("later-bob"))).toMatchObject({ state: "sent", attempts: 2 });
  });

  it("that is never taken is given up after five tries, and forgotten but for its problem", async () => {
    await ask(at("unknown-cyd"));
    await expect.poll(() => outboxOf(at("unknown-cyd"))).toMatchObject({ attempts: 1 });
    for (let tries = 2; tries <= 6; tries++) {
      await env.DB.prepare(
        "UPDATE mails SET next_at = 1 WHERE recipient = ? AND next_at IS NOT NULL",
      )
        .bind(at("unknown-cyd"))
        .run();
      await deliverMails(services());
    }
    expect(await outboxOf(at("unknown-cyd"))).toMatchObject({
      state: "failed",
      attempts: 5,
      text: null,
      problem: expect.stringMatching(/^recipient: 550/),
    });
  });

  it("is diagnosed: a wrong password, a port without a server, a server without STARTTLS", async () => {
    expect(await test(null)).toMatchObject({ ok: true, detail: at("owner") });
    const wrong = await test({ ...smtp(), secret: "wrong-password-9876543210" });
    expect(wrong).toMatchObject({ ok: false, problem: "login" });
    expect(JSON.stringify(wrong)).not.toContain("wrong-password-9876543210");
    expect(await test(smtp({ port: 1 }))).toMatchObject({ ok: false, problem: "connect" });
    expect(await test(smtp({ security: "starttls" }))).toMatchObject({ ok: false, problem: "tls" });
  });

  it("trusts no certificate that nobody has signed, neither at once nor after STARTTLS", async () => {
    const { starttls, tls } = inject("mailServers");
    const secured = await test(smtp({ port: starttls, security: "starttls" }));
    expect(secured).toMatchObject({ ok: false, problem: "tls" });
    expect(await test(smtp({ port: tls, security: "tls" }))).toMatchObject({
      ok: false,
      problem: "tls",
    });
  });

  it("waits for no server longer than it may", async () => {
    const server = { host: "127.0.0.1", port: inject("mailServers").tls };
    const mail = {
      id: "mail_1",
      from: { address: SENDER, name: "x" },
      to: at("ann"),
      subject: "x",
      text: "x",
      html: "x",
    };
    // In the clear to a server that waits for TLS: neither says anything.
    const sent = sendBySmtp({ ...server, security: "none", user: "", password: "" }, mail, 200);
    await expect(sent).rejects.toMatchObject({ problem: "timeout" });
  });

  it("keeps the password from whoever reads, and from another server", async () => {
    const shown = JSON.stringify(await owner.json("GET", "/api/admin/mail"));
    expect(shown).not.toContain(SMTP_PASSWORD);
    const stored = await env.DB.prepare("SELECT sealed FROM mail_settings").first<{
      sealed: string;
    }>();
    expect(stored?.sealed).not.toContain(SMTP_PASSWORD);
    const { secret: _, ...kept } = smtp();
    expect(await test(kept)).toMatchObject({ ok: true });
    const elsewhere = { ...kept, settings: { ...kept.settings, host: "localhost" } } as MailInput;
    expect(await test(elsewhere)).toMatchObject({ ok: false, problem: "login" });
  });
});

describe("mail by an API", () => {
  it("is sent under its id, so that the same mail twice is one", async () => {
    await use(viaApi());
    await ask(at("dan"));
    await expect.poll(async () => (await takenFor(at("dan"))).length).toBe(1);
    const [mail] = await takenFor(at("dan"));
    expect(mail?.key).toMatch(/^mail_/);
    expect(JSON.parse(mail?.raw ?? "{}")).toMatchObject({ to: [at("dan")] });
  });

  it("is diagnosed when the key is wrong", async () => {
    const wrong = await test(viaApi("re_wrong_key_0123456789"));
    expect(wrong).toMatchObject({ ok: false, problem: "login" });
    expect(JSON.stringify(wrong)).not.toContain("re_wrong_key_0123456789");
  });

  it("is not offered by a binding that the deployment does not have", async () => {
    const answer = await use({ transport: "binding", sender: SENDER, settings: {} });
    expect(await errorOf(answer)).toMatchObject({ code: "unsupported_value", param: "transport" });
  });
});

describe("a mail's headers", () => {
  const mail = {
    id: "mail_1",
    from: { address: SENDER, name: "Acme\r\nBcc: a@evil.example" },
    to: "ann@mail.example",
    subject: "Hello\r\nBcc: b@evil.example\r\n\r\n<h1>evil</h1>",
    text: "one\r\n.\r\nRCPT TO:<c@evil.example>\r\n",
    html: "<p>one</p>",
  };

  it("are one line each, whatever the subject, the name or the text hold", () => {
    const raw = mimeOf(mail, new Date(0));
    const [head = ""] = raw.split("\r\n\r\n");
    expect(head.split("\r\n").map((line) => line.split(":")[0])).toEqual(
      expect.not.arrayContaining(["Bcc"]),
    );
    expect(raw).not.toContain("evil.example");
    expect(raw).not.toMatch(/^\./m);
    for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([
    "ann@mail.example\r\nRCPT TO:<evil@evil.example>",
    "ann@mail.example, evil@evil.example",
    "<ann@mail.example> evil",
    "Ann <ann@mail.example>",
    "ann@mail.example\0",
    "ann",
  ])("take no recipient %j", (to) => {
    expect(() => mimeOf({ ...mail, to }, new Date(0))).toThrow(/recipient/);
  });
});

describe("the cron", () => {
  it("forgets mail after a week", async () => {
    await env.DB.prepare("UPDATE mails SET created_at = 1 WHERE recipient = ?")
      .bind(at("ann"))
      .run();
    await deliverMails(services());
    expect(await outboxOf(at("ann"))).toBeUndefined();
  });
});
