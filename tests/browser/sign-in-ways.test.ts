/** Codes by mail, an authenticator app, a passkey, recovery codes: in the portal and the console. */
import { TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SentMail } from "../../src/contract/mail.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const ANN = { email: "ann@acme.example", password: "correct horse battery" };

let portico: TestPortico;
let browser: Browser;

beforeAll(async () => {
  const site = {
    slug: "acme",
    name: "Acme AI",
    locale: "en",
    users: [{ ...OWNER, role: "owner" }, ANN],
  };
  portico = await startTestPortico(
    { sites: [site] },
    {
      withUis: true,
      // Without an operator the console would show the set-up first.
      env: { PORTICO_OWNER_EMAIL: "operator@acme.example", PORTICO_OWNER_PASSWORD: OWNER.password },
    },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

const origin = () => `http://acme.localhost:${portico.port}`;
const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: true });

/** As the owner reads it in the outbox of the console. */
async function codeMailedTo(email: string): Promise<string> {
  const { page, context } = await openPage(browser);
  await page.goto(`${origin()}/login`);
  await fetchIn(page, "POST", "/api/auth/login", OWNER);
  let code = "";
  await expect
    .poll(async () => {
      const { json } = await fetchIn(page, "GET", "/api/admin/mail/sent");
      const mails = (json as { data: SentMail[] }).data;
      const mail = mails.find(({ recipient }) => recipient === email);
      code = /\b\d{6}\b/.exec(mail?.text ?? "")?.[0] ?? "";
      return code;
    })
    .not.toBe("");
  await page.goto(`${origin()}/admin/mail`);
  await page.getByText(code).first().waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
  return code;
}

/** In the console, for somebody who has lost his second factor. */
async function removedByOwner(email: string): Promise<void> {
  const { page, context } = await openPage(browser);
  await page.goto(`${origin()}/login`);
  await fetchIn(page, "POST", "/api/auth/login", OWNER);
  const found = await fetchIn(page, "GET", `/api/admin/users?search=${email}`);
  const [user] = (found.json as { data: { id: string }[] }).data;
  await page.goto(`${origin()}/admin/users?open=${user?.id}`);
  await button(page, "Remove second factor").click();
  await button(page, "Remove").click();
  await page.getByText("The second factor was removed").waitFor();
  await context.close();
}

async function logOut(page: Page, next = "/login"): Promise<void> {
  await fetchIn(page, "POST", "/api/auth/logout");
  await page.goto(`${origin()}${next}`);
}

async function typePassword(page: Page, who: typeof ANN): Promise<void> {
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await button(page, "Log in").click();
}

it("a code by mail lets in, and chooses another password", { timeout: 60_000 }, async () => {
  const { page, complaints, context } = await openPage(browser, { width: 390 });
  await page.goto(`${origin()}/login`);
  await page.getByRole("link", { name: "Get a code by e-mail" }).click();
  await button(page, "Send the code").click();
  await page.locator("[aria-invalid=true]").waitFor();
  await page.getByLabel("E-mail").fill(ANN.email);
  await button(page, "Send the code").click();
  const field = page.getByLabel("Code from the e-mail");
  await field.waitFor();
  expect(await violations(page)).toEqual([]);
  await field.fill(await codeMailedTo(ANN.email));
  await button(page, "Log in").click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");

  await logOut(page, "/forgot");
  await page.getByLabel("E-mail").fill(ANN.email);
  await button(page, "Send the code").click();
  await page.getByLabel("Code from the e-mail").fill(await codeMailedTo(ANN.email));
  ANN.password = "another fine password";
  await page.getByLabel("New password").fill(ANN.password);
  await button(page, "Set the password and log in").click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  expect(complaints).toEqual([]);
  await context.close();
});

it("an authenticator app and recovery codes stand beside the password", {
  timeout: 60_000,
}, async () => {
  const { page, complaints, context } = await openPage(browser);
  await page.goto(`${origin()}/login`);
  await typePassword(page, ANN);
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  await page.goto(`${origin()}/settings`);
  await button(page, "Add an authenticator app").click();
  const secret = (await page.locator(".secret-key").textContent()) ?? "";
  await page.getByRole("img", { name: /QR code/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  const totp = new TOTP({ secret });
  await page.getByLabel("Code from the app").fill(totp.generate());
  await button(page, "Confirm").click();
  const codes = page.locator(".recovery-codes");
  const [first = ""] = ((await codes.textContent()) ?? "").split("\n");
  expect(await violations(page)).toEqual([]);
  await button(page, "I have kept them").click();
  await page.getByText("10 recovery codes left").waitFor();

  await logOut(page);
  await typePassword(page, ANN);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  expect(await violations(page)).toEqual([]);
  // The step of the set-up is used: the next one is within what clocks may differ.
  const next = totp.generate({ timestamp: Date.now() + 30_000 });
  await page.getByLabel("Code from your authenticator app").fill(next);
  await button(page, "Go on").click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");

  await logOut(page);
  await typePassword(page, ANN);
  await button(page, "Use a recovery code").click();
  await page.getByLabel("Recovery code").fill(first);
  await button(page, "Go on").click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  await page.goto(`${origin()}/settings`);
  await page.getByText("9 recovery codes left").waitFor();

  await removedByOwner(ANN.email);
  await logOut(page);
  await typePassword(page, ANN);
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  expect(complaints).toEqual([]);
  await context.close();
});

it("a passkey is made in the console, and is enough alone", { timeout: 60_000 }, async () => {
  const { page, complaints, context } = await openPage(browser);
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${origin()}/admin/`);
  await typePassword(page, OWNER);
  await page.getByRole("navigation").first().waitFor();
  await page.goto(`${origin()}/admin/account`);
  await button(page, "Add a passkey").click();
  await page.getByText("Recovery codes", { exact: true }).waitFor();
  await button(page, "I have kept them").click();
  await page.getByText("10 recovery codes left").waitFor();
  expect(await violations(page)).toEqual([]);

  await logOut(page, "/admin/");
  await button(page, "Use a passkey").click();
  await page.getByRole("navigation").first().waitFor();
  // As the second half of a log-in by password, too.
  await logOut(page, "/admin/");
  await typePassword(page, OWNER);
  await button(page, "Use a passkey").click();
  await page.getByRole("navigation").first().waitFor();
  // The portal takes the same one.
  await logOut(page, "/login");
  await button(page, "Use a passkey").click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  expect(complaints).toEqual([]);
  await context.close();
});
