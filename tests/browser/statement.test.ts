/**
 * Credits as a person meets them: where they come from, what each answer cost and why, the notice
 * that they run low, and the end of them; and an admin who puts a balance right.
 */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { WalletEntry, WalletView } from "../../src/contract/wallet.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const PASSWORD = "correct horse battery";
const ANN = "ann@acme.example";
const BOSS = "boss@acme.example";
const CONTACT = "Write to billing@acme.example";

let portico: TestPortico;
let upstream: Upstream;
let browser: Browser;
let ann: Watched;
let boss: Watched;

const site = () => `http://acme.localhost:${portico.port}`;

beforeAll(async () => {
  upstream = await startUpstream();
  const user = (email: string, more: object) => ({ email, password: PASSWORD, ...more });
  const config = {
    sites: [
      {
        slug: "acme",
        name: "Acme",
        locale: "en",
        contact: CONTACT,
        lowBalance: [90, 20],
        connections: [
          {
            id: "up",
            connector: "openai-compatible",
            settings: { baseUrl: `${upstream.url}/v1` },
            secrets: [{ apiKey: "sk-upstream-0123456789abcdef" }],
          },
        ],
        models: [{ name: "up/ok", routes: [{ connection: "up", model: "ok" }] }],
        agents: [
          { slug: "helper", name: "Helper", target: { model: "up/ok" }, price: { perMessage: 15 } },
        ],
        users: [user(ANN, { credits: 100 }), user(BOSS, { role: "owner" })],
      },
    ],
  };
  portico = await startTestPortico(config, { withUis: true });
  browser = await openBrowser();
  [ann, boss] = [await signedIn(ANN), await signedIn(BOSS)];
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

async function signedIn(email: string): Promise<Watched> {
  const watched = await openPage(browser);
  await watched.page.goto(`${site()}/login`);
  await fetchIn(watched.page, "POST", "/api/auth/login", { email, password: PASSWORD });
  return watched;
}

async function go(page: Page, path: string): Promise<void> {
  await page.goto(`${site()}${path}`);
  await page.waitForLoadState("networkidle");
}

async function ask(page: Page): Promise<void> {
  await go(page, "/new?target=agent%2Fhelper");
  const box = page.getByRole("textbox", { name: /message/i }).last();
  await box.fill("hello helper");
  await box.press("Enter");
}

const wallet = async () =>
  (await fetchIn(ann.page, "GET", "/api/portal/wallet")).json as WalletView;
const entries = async (query = "") =>
  (
    (await fetchIn(ann.page, "GET", `/api/portal/wallet/entries?${query}`)).json as {
      data: WalletEntry[];
    }
  ).data;

it("a notice says that credits run low, until it is closed, and again further down", async () => {
  const { page } = ann;
  await go(page, "/");
  const notice = page.getByText(/Your balance is low/);
  expect(await notice.count()).toBe(0);
  await ask(page);
  await expect.poll(async () => (await wallet()).balance).toBe("85");
  await go(page, "/");
  await notice.waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("main").getByRole("button", { name: "Close" }).click();
  await expect.poll(() => notice.count()).toBe(0);
  await page.reload();
  await page.waitForLoadState("networkidle");
  expect(await notice.count()).toBe(0);
});

it("an admin takes credits: what it does is said first, and pressing twice takes once", async () => {
  const { page } = boss;
  await go(page, "/admin/users");
  await page.getByRole("button", { name: ANN }).click();
  await page.getByRole("button", { name: "Correct the balance" }).click();
  const form = page.getByRole("dialog", { name: `Correct the balance of ${ANN}` });
  await form.getByRole("textbox", { name: "Credits" }).fill("85.1");
  await form.getByRole("textbox", { name: "Reason" }).fill("Double charge of Monday");
  await form.getByRole("button", { name: "Continue" }).click();
  await form.getByText("Only 85 credits are available").waitFor();
  await form.getByRole("textbox", { name: "Credits" }).fill("70");
  await form.getByRole("button", { name: "Continue" }).click();
  await page
    .getByText(`Takes 70 credits from ${ANN}. The balance will be 15.`, { exact: true })
    .waitFor();
  expect((await wallet()).balance).toBe("85");
  await page.getByRole("button", { name: "Correct", exact: true }).dblclick();
  await page.getByText("The balance is corrected").waitFor();
  expect((await wallet()).balance).toBe("15");
  await page.getByRole("tab", { name: "Wallet" }).click();
  await page.getByText(`Double charge of Monday · by ${BOSS}`).waitFor();
  expect(await entries("type=correction")).toHaveLength(1);
  await go(ann.page, "/");
  await ann.page.getByText(/Your balance is low: 15 credits/).waitFor();
});

it("the credits page says where credits come from and how to get more", async () => {
  const { page } = ann;
  await go(page, "/wallet");
  await page.getByText("Fewer than 20 credits are left.").waitFor();
  await page.getByText(`How to get more: ${CONTACT}`).waitFor();
  await page.getByText("15 of 100", { exact: true }).waitFor();
});

it("a use opens by the keyboard to what was reserved and charged, and by which price", async () => {
  const { page } = ann;
  const toggle = page.getByRole("button", { name: "Helper", exact: true });
  await toggle.focus();
  await page.keyboard.press("Enter");
  expect(await toggle.getAttribute("aria-expanded")).toBe("true");
  const [charge] = await entries("type=charge");
  const details = page.locator(".details");
  await details.getByText(charge?.request_id ?? "none", { exact: true }).waitFor();
  await details.getByText("As the platform counted it").waitFor();
  await details.getByText(/^Version 1, since/).waitFor();
  await details.getByText("15 per message").waitFor();
  await expect.poll(() => details.getByText(/\d+ in, \d+ out/).count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Enter");
  expect(await details.count()).toBe(0);
});

it("the filter stands in the address, and the file has the same lines", async () => {
  const { page } = ann;
  const rows = page.locator(".statement .entry");
  expect(await rows.count()).toBe(3);
  await page.getByRole("combobox", { name: "Type" }).selectOption("charge");
  await expect.poll(() => rows.count()).toBe(1);
  await page.reload();
  await expect.poll(() => rows.count()).toBe(1);
  expect(new URL(page.url()).search).toBe("?type=charge");
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^statement-.*\.csv$/);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(",Charge,agent/helper,-15,85,15,");
  await page.getByRole("combobox", { name: "Time" }).selectOption("own");
  await page.getByRole("textbox", { name: "To", exact: true }).fill("2020-01-01");
  await page.getByText("No entry matches the filter.").waitFor();
  await page.getByRole("button", { name: "Clear filter" }).click();
  await expect.poll(() => rows.count()).toBe(3);
});

it("who cannot pay is told so, with the way to the credits and whom to ask", async () => {
  const { page } = ann;
  await ask(page);
  await expect.poll(async () => (await wallet()).balance).toBe("0");
  await page.getByText("Your credits do not pay for the next message.").waitFor();
  const box = page.getByRole("textbox", { name: /message/i }).last();
  await box.fill("one more");
  await box.press("Enter");
  await page.getByText("Not enough credits for this message.").waitFor();
  await page.getByText(CONTACT).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("link", { name: "See credits" }).first().click();
  await page.getByText("You have no credits left.").waitFor();
  await page.getByText(`How to get more: ${CONTACT}`).waitFor();
});

it("no page complained on the way", () => {
  expect(ann.complaints).toEqual([]);
  expect(boss.complaints).toEqual([]);
});
