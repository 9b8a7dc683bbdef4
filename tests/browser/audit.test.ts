/** The audit and the roles, as people see them in the console. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const PASSWORD = "correct horse battery";
const OWNER = { email: "owner@demo.example", password: PASSWORD };
const EDITOR = { email: "ed@demo.example", password: PASSWORD, role: "editor" };
const AUDITOR = { email: "audrey@demo.example", password: PASSWORD, role: "auditor" };

let portico: TestPortico;
let browser: Browser;

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: OWNER.email, PORTICO_OWNER_PASSWORD: OWNER.password },
  });
  browser = await openBrowser();
  const { page, context } = await signedIn(OWNER);
  for (const person of [EDITOR, AUDITOR]) await did(page, "POST", "/api/admin/users", person);
  const { json } = await fetchIn(page, "GET", "/api/admin/users?search=ed@");
  const [editor] = (json as { data: { id: string }[] }).data;
  await did(page, "PATCH", `/api/admin/users/${editor?.id}`, { name: "Edith" });
  await did(page, "PATCH", "/api/admin/site", { name: "=Renamed" });
  await context.close();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

async function did(page: Page, method: string, path: string, body: unknown): Promise<void> {
  const { status, json } = await fetchIn(page, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
}

const site = () => `http://demo.localhost:${portico.port}`;

async function signedIn(
  { email, password }: { email: string; password: string },
  look: { locale?: string; dark?: boolean; width?: number } = {},
): Promise<Watched> {
  const watched = await openPage(browser, look);
  await watched.page.goto(`${site()}/login`);
  await did(watched.page, "POST", "/api/auth/login", { email, password });
  await did(watched.page, "PATCH", "/api/auth/me", { locale: look.locale ?? "en" });
  return watched;
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${site()}${path}`);
  await page.waitForLoadState("networkidle");
  await page.locator("h1").first().waitFor({ state: "attached" });
}

const heading = (page: Page) => page.locator("h1").first().textContent();

describe("the audit page", () => {
  it("finds what was changed by its filters in the address, and shows before and after", async () => {
    const { page, complaints, context } = await signedIn(OWNER);
    await visit(page, "/admin/audit?action=users&target=ed%40");
    await page.getByText("Users · changed").first().waitFor();
    expect(await page.getByText("Site settings · changed").count()).toBe(0);
    const [first] = await page.locator("tbody tr").all();
    await first?.getByRole("button").first().press("Enter");
    const panel = page.getByRole("dialog");
    const row = panel.getByRole("row", { name: /^name/ });
    await row.waitFor();
    expect(await row.textContent()).toContain("Edith");
    expect(new URL(page.url()).searchParams.get("open")).toMatch(/^aud_/);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("opens an entry by its address alone, whatever the list shows", async () => {
    const { page, context } = await signedIn(AUDITOR);
    const { json } = await fetchIn(page, "GET", "/api/admin/audit?action=site");
    const [entry] = (json as { data: { id: string }[] }).data;
    await visit(page, `/admin/audit?action=levels&open=${entry?.id}`);
    await page.getByRole("dialog").getByText("Site settings · changed").waitFor();
    await page.getByText("Nothing matches", { exact: false }).first().waitFor();
    await context.close();
  });

  it("hands out the filtered list as a file in the reader's language", async () => {
    const { page, context } = await signedIn(AUDITOR, { locale: "zh-CN" });
    await visit(page, "/admin/audit?action=site");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "导出 CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
    const stream = await download.createReadStream();
    const file = (await stream.toArray()).join("");
    expect(file).toContain("时间 (UTC),操作,结果");
    expect(file.trim().split("\r\n")).toHaveLength(2);
    await context.close();
  });

  it.each([
    { locale: "en", dark: true, width: 390 },
    { locale: "zh-CN", dark: false, width: 390 },
  ])("is whole on a phone: $locale, dark: $dark", async (look) => {
    const { page, complaints, context } = await signedIn(OWNER, look);
    for (const path of ["/admin/audit", "/admin/roles"]) {
      await visit(page, path);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wider, path).toBe(false);
      expect(await violations(page), path).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe("an editor in the console", () => {
  it("is shown the pages of his role alone, and told kindly at the address of another", async () => {
    const { page, complaints, context } = await signedIn(EDITOR);
    await visit(page, "/admin/");
    const navigation = page.getByRole("navigation", { name: "Main navigation" });
    const links = await navigation.getByRole("link").allTextContents();
    expect(links).toContain("Agents");
    for (const hidden of ["Users", "API keys", "Audit log"]) expect(links).not.toContain(hidden);
    for (const path of ["/admin/users", "/admin/audit", "/admin/keys"]) {
      await visit(page, path);
      expect(await heading(page), path).toBe("Your role does not open this page");
      expect(await violations(page), path).toEqual([]);
    }
    await page.getByRole("link", { name: "What each role may do" }).click();
    await page.getByRole("heading", { name: "Editor" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("sees settings that he may not change, with every field shut and nothing to save by", async () => {
    const { page, complaints, context } = await signedIn(EDITOR);
    await visit(page, "/admin/settings");
    await page.getByText("Your role lets you look here, not change anything.").waitFor();
    const open = await page.locator("form input:not(:disabled), form textarea:not(:disabled)");
    expect(await open.count()).toBe(0);
    expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
    await visit(page, "/admin/agents/new");
    expect(await page.getByRole("button", { name: "Save" }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
