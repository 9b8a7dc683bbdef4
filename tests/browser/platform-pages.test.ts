/**
 * The pages of the platform's host, for the operator and for who has an account: nothing that a
 * person with a screen reader trips over, and what the operator does there.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OPERATOR = { email: "owner@demo.example", password: "correct horse battery" };

const LOOKS = [
  { locale: "en", dark: false, width: 1280 },
  { locale: "zh-CN", dark: true, width: 1280 },
  { locale: "zh-CN", dark: false, width: 390 },
  { locale: "en", dark: true, width: 390 },
];

let portico: TestPortico;
let browser: Browser;

const platform = () => `http://localhost:${portico.port}`;
const demo = () => `http://demo.localhost:${portico.port}`;

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: OPERATOR.email, PORTICO_OWNER_PASSWORD: OPERATOR.password },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

async function visit({ page }: Watched, path: string): Promise<void> {
  await page.goto(`${platform()}${path}`);
  await page.waitForLoadState("networkidle");
  await page.locator("h1").first().waitFor({ state: "attached" });
}

async function complaintsOf(watched: Watched, path: string): Promise<string[]> {
  const found = await violations(watched.page);
  return [...found, ...watched.complaints.splice(0)].map((one) => `${path} ${one}`);
}

async function asOperator(look: Parameters<typeof openPage>[1] = {}): Promise<Watched> {
  const watched = await openPage(browser, look);
  await visit(watched, "/admin/");
  await fetchIn(watched.page, "POST", "/api/auth/login", OPERATOR);
  return watched;
}

describe.each(LOOKS)("$locale, dark: $dark, $width wide", (look) => {
  it("pages of the platform", { timeout: 90_000 }, async () => {
    const watched = await openPage(browser, look);
    const found: string[] = [];
    for (const path of ["/admin/", "/admin/register"]) {
      await visit(watched, path);
      found.push(...(await complaintsOf(watched, path)));
    }
    await fetchIn(watched.page, "POST", "/api/auth/login", OPERATOR);
    await fetchIn(watched.page, "PATCH", "/api/auth/me", { locale: look.locale });
    for (const path of ["/admin/", "/admin/?open=demo", "/admin/mine", "/admin/editions"]) {
      await visit(watched, path);
      found.push(...(await complaintsOf(watched, path)));
    }
    expect(found).toEqual([]);
    await watched.context.close();
  });
});

it("the operator gives a site limits of its own, and they stand there afterwards", async () => {
  const { page, context } = await asOperator();
  await page.goto(`${platform()}/admin/?open=demo`);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Published agents" }).fill("7");
  await dialog.getByRole("textbox", { name: "External users" }).fill("none");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText(/was saved/).waitFor();
  const { json } = await fetchIn(page, "GET", "/api/platform/sites/demo");
  expect(json).toMatchObject({
    ownLimits: { agents: 7, externalUsers: null },
    limits: { agents: 7, externalUsers: null },
  });
  await dialog.getByText(/of 7/).waitFor();
  await context.close();
});

it("whoever acts as an owner sees it on every page, and stops by a button", async () => {
  const { page, context, complaints } = await asOperator();
  await page.goto(`${platform()}/admin/?open=demo`);
  await page.getByRole("button", { name: "Act as the owner" }).click();
  const ask = page.getByRole("dialog", { name: /Act as the owner/ });
  await ask.getByRole("textbox", { name: "Reason" }).fill("asked for help");
  await ask.getByRole("button", { name: "Go to the console" }).click();
  await page.waitForURL(`${demo()}/admin/`);
  await page.getByText(/You act as owner@demo.example/).waitFor();
  await page.locator("h1").first().waitFor();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${demo()}/`);
  await page.getByText(/You act as owner@demo.example/).waitFor();
  await page.locator("h1").first().waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("textbox", { name: "E-mail" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it("a limit that is met opens the dialog of editions, on whatever page", {
  timeout: 60_000,
}, async () => {
  const operator = await asOperator();
  const limits = { ownLimits: { agents: 1 }, edition: "free" };
  await fetchIn(operator.page, "PATCH", "/api/platform/sites/demo", limits);
  await operator.context.close();
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${demo()}/admin/`);
  await fetchIn(page, "POST", "/api/auth/login", OPERATOR);
  await page.goto(`${demo()}/admin/agents/new`);
  await page.getByRole("textbox", { name: "Name" }).fill("One too many");
  await page.getByText("A prompt on a model").click();
  await page.getByRole("combobox", { name: "Model" }).selectOption("portico/guide");
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Your edition allows no more" });
  await dialog.getByText("The site's edition (free) allows 1 published agents.").waitFor();
  await dialog.getByText("Enterprise").waitFor();
  await page.waitForLoadState("networkidle");
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});
