/**
 * Every page, in both languages, light and dark, wide and narrow: nothing a person with a screen
 * reader trips over (axe, WCAG 2.2 AA and best practice), nothing in the console.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@demo.example", password: "correct horse battery" };

const PUBLIC_PAGES = [
  "/login",
  "/login/code",
  "/forgot",
  "/register",
  "/invitation#used",
  "/admin/",
];
const PORTAL_PAGES = [
  "/",
  "/new?target=agent%2Fguide",
  "/keys",
  "/apps",
  "/device",
  "/wallet",
  "/settings",
];
const CONSOLE_PAGES = [
  "/admin/",
  "/admin/connections",
  "/admin/connections/new",
  "/admin/connections/new?connector=dify",
  "/admin/models",
  "/admin/models/new",
  "/admin/agents",
  "/admin/agents/new",
  "/admin/playground",
  "/admin/playground?against=agent%2Fguide",
  "/admin/levels",
  "/admin/users",
  "/admin/users?open=new",
  "/admin/users/import",
  "/admin/users/invitations",
  "/admin/users/guests",
  "/admin/keys",
  "/admin/apps",
  "/admin/usage",
  "/admin/requests",
  "/admin/audit",
  "/admin/roles",
  "/admin/settings",
  "/admin/sign-in",
  "/admin/sign-in?kind=new",
  "/admin/sign-in?kind=feishu",
  "/admin/domains",
  "/admin/mail",
  "/admin/account",
];

const LOOKS = [
  { locale: "en", dark: false, width: 1280 },
  { locale: "zh-CN", dark: true, width: 1280 },
  { locale: "zh-CN", dark: false, width: 390 },
  { locale: "en", dark: true, width: 390 },
];

let portico: TestPortico;
let browser: Browser;

const site = () => `http://demo.localhost:${portico.port}`;

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: OWNER.email, PORTICO_OWNER_PASSWORD: OWNER.password },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

/** Opens a page and waits until it has come to rest. */
async function visit({ page }: Watched, path: string): Promise<void> {
  await page.goto(`${site()}${path}`);
  await page.waitForLoadState("networkidle");
  // Every page has its heading once its part is there.
  await page.locator("h1").first().waitFor({ state: "attached" });
}

/** Whether the only conversation there is has been answered. */
async function answered(page: Page): Promise<boolean> {
  const { json } = await fetchIn(page, "GET", "/api/portal/conversations");
  const { data } = json as { data: { runningRunId: string | null }[] };
  return data.every((conversation) => conversation.runningRunId === null);
}

async function check(watched: Watched, paths: string[]): Promise<void> {
  const found: string[] = [];
  for (const path of paths) {
    await visit(watched, path);
    for (const violation of await violations(watched.page)) found.push(`${path} ${violation}`);
    for (const complaint of watched.complaints.splice(0)) found.push(`${path} ${complaint}`);
  }
  expect(found).toEqual([]);
}

describe.each(LOOKS)("$locale, dark: $dark, $width wide", (look) => {
  it("pages for everybody", { timeout: 60_000 }, async () => {
    const watched = await openPage(browser, look);
    await check(watched, PUBLIC_PAGES);
    await watched.context.close();
  });

  it("pages for those who are signed in", { timeout: 120_000 }, async () => {
    const watched = await openPage(browser, look);
    await visit(watched, "/login");
    await fetchIn(watched.page, "POST", "/api/auth/login", OWNER);
    await fetchIn(watched.page, "PATCH", "/api/auth/me", { locale: look.locale });
    await check(watched, PORTAL_PAGES);
    await check(watched, CONSOLE_PAGES);
    await watched.context.close();
  });

  it("a conversation with code, a table and a formula", { timeout: 60_000 }, async () => {
    const watched = await openPage(browser, look);
    await visit(watched, "/login");
    await fetchIn(watched.page, "POST", "/api/auth/login", OWNER);
    await visit(watched, "/new?target=agent%2Fguide");
    const box = watched.page.locator("textarea").last();
    await box.fill("How do I connect a model provider?");
    await box.press("Enter");
    await expect.poll(() => new URL(watched.page.url()).pathname).toMatch(/^\/c\//);
    await expect.poll(() => answered(watched.page), { timeout: 15_000 }).toBe(true);
    await watched.page.waitForLoadState("networkidle");
    expect(await violations(watched.page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
    await watched.context.close();
  });
});
