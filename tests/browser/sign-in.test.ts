/** A provider from the console's form to its button, and people who come in by it, in a browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { CLIENT } from "../support/upstream-identity-client.ts";
import { fetchIn, openBrowser, openPage, violations } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const BOB = { email: "ann@acme.example", password: "correct horse battery" };

let upstream: Upstream;
let portico: TestPortico;
let browser: Browser;

beforeAll(async () => {
  upstream = await startUpstream();
  const site = {
    slug: "acme",
    name: "Acme AI",
    locale: "en",
    users: [{ ...OWNER, role: "owner" }],
  };
  portico = await startTestPortico(
    { sites: [site, { ...site, slug: "other", users: [{ ...OWNER, role: "owner" }, BOB] }] },
    {
      withUis: true,
      // While there is no operator the console asks for one first.
      env: { PORTICO_OWNER_EMAIL: "op@acme.example", PORTICO_OWNER_PASSWORD: OWNER.password },
    },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

const origin = (slug = "acme") => `http://${slug}.localhost:${portico.port}`;
const issuer = (place = "oidc") => `${upstream.url}/identity/${place}`;
const provider = (slug: string, name: string, place = "oidc") => ({
  slug,
  name,
  kind: "oidc",
  settings: { issuer: issuer(place), clientId: CLIENT.id },
  secret: { clientSecret: CLIENT.secret },
});

async function asOwner(page: Page, slug = "acme"): Promise<void> {
  await page.goto(`${origin(slug)}/login`);
  expect((await fetchIn(page, "POST", "/api/auth/login", OWNER)).status).toBe(200);
}

it("an owner sets a provider up by its guide and tests it; somebody new comes in by its button", async () => {
  const { page, complaints } = await openPage(browser);
  await asOwner(page);
  await page.goto(`${origin()}/admin/sign-in`);
  await page.getByRole("button", { name: "Add a provider" }).click();
  await page.getByRole("link", { name: "OpenID Connect" }).click();
  const callback = `${origin()}/api/auth/providers/oidc/callback`;
  await page.getByText(callback, { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Name on the button").fill("Acme ID");
  await page.getByLabel(/^Issuer/).fill(`${issuer()}/.well-known/openid-configuration`);
  await page.getByLabel(/^Client ID/).fill(CLIENT.id);
  await page.getByLabel(/^Client secret/).fill("a-wrong-secret-0123456789");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("without /.well-known/openid-configuration").last().waitFor();
  await page.getByLabel(/^Issuer/).fill(issuer());
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("It would not work yet").waitFor();
  await page.getByLabel(/^Client secret/).fill(CLIENT.secret);
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("It is set up right").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Acme ID" }).waitFor();
  expect(await violations(page)).toEqual([]);

  const ann = await openPage(browser);
  await ann.page.goto(`${origin()}/wallet`);
  const button = ann.page.getByRole("link", { name: "Log in with Acme ID" });
  await button.waitFor();
  expect(await violations(ann.page)).toEqual([]);
  await button.focus();
  await ann.page.keyboard.press("Enter");
  await ann.page.waitForURL(`${origin()}/wallet`);
  const { json } = await fetchIn(ann.page, "GET", "/api/auth/boot");
  expect(json).toMatchObject({ me: { email: "ann@acme.example", name: "Ann" } });
  await ann.page.goto(`${origin()}/settings`);
  await ann.page.getByText("Linked as ann@acme.example").waitFor();
  await ann.page.getByText("This is your only way to log in").waitFor();
  expect(await ann.page.getByRole("button", { name: "Unlink Acme ID" }).isDisabled()).toBe(true);
  expect(await violations(ann.page)).toEqual([]);
  expect([...complaints, ...ann.complaints]).toEqual([]);
});

it("whoever has an account already logs in once, and the next time by the button", async () => {
  const { page, complaints } = await openPage(browser);
  await asOwner(page, "other");
  await fetchIn(page, "POST", "/api/admin/sign-in/providers", provider("id", "Acme ID"));
  await fetchIn(page, "POST", "/api/auth/logout");
  await page.goto(`${origin("other")}/login`);
  await page.getByRole("link", { name: "Log in with Acme ID" }).click();
  await page.getByText("There is an account with your e-mail already").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("E-mail").fill(BOB.email);
  await page.getByLabel("Password", { exact: true }).fill(BOB.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.waitForURL(`${origin("other")}/`);
  await fetchIn(page, "POST", "/api/auth/logout");
  await page.goto(`${origin("other")}/login`);
  await page.getByRole("link", { name: "Log in with Acme ID" }).click();
  await page.waitForURL(`${origin("other")}/`);
  expect((await fetchIn(page, "GET", "/api/auth/boot")).json).toMatchObject({
    me: { email: BOB.email },
  });
  expect(complaints).toEqual([]);
});

it("in Chinese, in the dark, on a phone: buttons, their order, and what went wrong", async () => {
  const { page, complaints } = await openPage(browser, { locale: "zh-CN", width: 390, dark: true });
  await asOwner(page);
  await fetchIn(page, "PATCH", "/api/auth/me", { locale: "zh-CN" });
  for (const one of [provider("plain", "普通"), provider("liar", "说谎者", "oidc-none")]) {
    await fetchIn(page, "POST", "/api/admin/sign-in/providers", one);
  }
  await page.goto(`${origin()}/admin/sign-in`);
  await page.getByRole("button", { name: "上移 说谎者" }).click();
  await page.getByText(/说谎者 现在排第 \d/).waitFor({ state: "attached" });
  expect(await violations(page)).toEqual([]);
  await page.goto(`${origin()}/admin/sign-in?kind=wecom`);
  await page.getByRole("heading", { name: "用企业微信登录" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await fetchIn(page, "POST", "/api/auth/logout");
  for (const path of ["/login", "/admin/users"]) {
    await page.goto(origin() + path);
    await page.evaluate(() => localStorage.clear());
    await page.getByRole("link", { name: /说谎者/ }).click();
    await page.waitForURL(/problem=not_proven/);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("说谎者");
    expect(await violations(page)).toEqual([]);
  }
  expect(new URL(page.url()).pathname).toBe("/admin/users");
  expect(complaints).toEqual([]);
});
