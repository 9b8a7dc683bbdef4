/** An account that is connected by consent: from the form to the platform's page and back to the list. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { COZE_APP, cozeConsents } from "../support/upstream-coze-oauth.ts";
import { fetchIn, openBrowser, openPage, violations } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

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
  portico = await startTestPortico({ sites: [site] }, { withUis: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

const origin = () => `http://acme.localhost:${portico.port}`;
const admin = (path: string) => `${origin()}/admin${path}`;

it("the form leads to the platform and back to its agents; a lost consent is given again", async () => {
  const { page, complaints } = await openPage(browser);
  await page.goto(`${origin()}/login`);
  expect((await fetchIn(page, "POST", "/api/auth/login", OWNER)).status).toBe(200);
  await page.goto(admin("/connections/new?connector=coze"));
  const redirect = `${origin()}/api/callback/coze/oauth`;
  await page.getByText(redirect, { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel(/^Address of your own server/).fill(`${upstream.url}/coze`);
  const secret = page.getByLabel(/^Client secret/);
  await page.getByLabel(/^Client ID/).fill("pat_0123456789");
  await secret.fill(COZE_APP.clientSecret);
  await page.getByRole("button", { name: "Save and pick" }).click();
  await page.getByText("This is no client id of an OAuth app").waitFor();
  await page.getByLabel(/^Client ID/).fill(COZE_APP.clientId);
  await page.getByRole("button", { name: "Save and pick" }).click();

  await page.waitForURL(admin("/connections/coze/publish"));
  await page.getByText("Helper", { exact: true }).waitFor();
  const seen = await page.content();
  expect(
    [COZE_APP.clientSecret, ...cozeConsents.given].filter((one) => seen.includes(one)),
  ).toEqual([]);

  await page.goto(admin("/connections/coze"));
  await page.getByText("Authorised", { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Authorise again" }).click();
  await page.waitForURL(admin("/connections/coze/publish"));

  await page.goto(`${redirect}?state=forged&code=x`);
  await page.waitForURL(admin("/connections?consent=invalid"));
  await page.getByText("The way back was not valid").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.waitForURL(admin("/connections"));
  expect(complaints).toEqual([]);
});

it("in Chinese, on a phone, the state of consent is read and acted upon", async () => {
  const { page, complaints } = await openPage(browser, { locale: "zh-CN", width: 390, dark: true });
  await page.goto(`${origin()}/login`);
  await fetchIn(page, "POST", "/api/auth/login", OWNER);
  await fetchIn(page, "PATCH", "/api/auth/me", { locale: "zh-CN" });
  const secrets = [{ values: { ...COZE_APP, clientSecret: "a-wrong-secret-0123456789" } }];
  const settings = { baseUrl: `${upstream.url}/coze` };
  const body = { id: "wrong", name: "扣子", connector: "coze", settings, secrets };
  expect((await fetchIn(page, "POST", "/api/admin/connections", body)).status).toBe(200);
  await page.goto(admin("/connections/wrong"));
  await page.getByText("尚未授权", { exact: true }).waitFor();
  await page.getByRole("button", { name: "前往 扣子 Coze 授权" }).click();
  await page.waitForURL(admin("/connections/wrong?consent=failed"));
  await page.getByText("平台没有接受应用凭据或授权码").waitFor();
  await page.getByText("unauthorized: client authentication failed").first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
