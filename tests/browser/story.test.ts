/**
 * The whole of it, as a newcomer does it: chat with Guide on a fresh start, connect a provider in
 * the console, publish an agent on it, chat with it from the portal and with the openai client,
 * and find every request in the log with the exact credits.
 */
import OpenAI from "openai";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { fetchIn, openBrowser, openPage, type Watched } from "./support.ts";

const OWNER = "owner@demo.example";
const USER = "ann@demo.example";
const PASSWORD = "correct horse battery";

let portico: TestPortico;
let upstream: Upstream;
let browser: Browser;
let owner: Watched;
let ann: Watched;

const site = () => `http://demo.localhost:${portico.port}`;

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico(null, { withUis: true });
  browser = await openBrowser();
  owner = await openPage(browser);
  ann = await openPage(browser);
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

async function balance(): Promise<number> {
  const { json } = await fetchIn(ann.page, "GET", "/api/portal/wallet");
  return Number((json as { balance: string }).balance);
}

async function ask(text: string): Promise<void> {
  const box = ann.page.getByRole("textbox", { name: /message/i }).last();
  await box.fill(text);
  await box.press("Enter");
}

it("the one-time link makes the owner, and works once", async () => {
  expect(portico.setUp?.slug).toBe("demo");
  const link = `${site()}/admin/setup?token=${portico.setUp?.token}`;
  await owner.page.goto(link);
  await owner.page.getByRole("textbox", { name: "E-mail" }).fill(OWNER);
  for (const field of await owner.page.locator('input[type="password"]').all()) {
    await field.fill(PASSWORD);
  }
  await owner.page.keyboard.press("Enter");
  await owner.page.getByRole("heading", { name: /welcome/i }).waitFor();
  const again = await fetchIn(owner.page, "POST", "/api/auth/setup", {
    token: portico.setUp?.token,
    email: "x@demo.example",
    password: PASSWORD,
  });
  expect(again.status).toBe(410);
});

it("a newcomer registers, chats with Guide and sees the balance fall", async () => {
  const { page } = ann;
  await page.goto(`${site()}/register`);
  await page.getByRole("textbox", { name: "E-mail" }).fill(USER);
  await page.locator('input[type="password"]').first().fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("Guide", { exact: true }).first().click();
  expect(await balance()).toBe(100);
  await ask("How are credits charged?");
  await page.getByText("A request that fails before its first word costs nothing.").waitFor();
  await expect.poll(balance).toBeLessThan(100);
  await page
    .getByText(/\d credits/)
    .first()
    .waitFor();
});

it("the admin connects a provider, tests it before saving, and picks what to publish", async () => {
  const { page } = owner;
  await page.goto(`${site()}/admin/connections/new?connector=openai-compatible`);
  await page.getByRole("textbox", { name: "Name" }).fill("Second provider");
  await page.getByRole("textbox", { name: "Base URL" }).fill(`${upstream.url}/v1`);
  await page.getByRole("textbox", { name: /API key/ }).fill("sk-second-0123456789abcdef");
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText("It works.").waitFor();
  await page.getByRole("button", { name: /Save and pick/ }).click();
  await page.getByRole("checkbox", { name: "ok", exact: true }).check();
  await page.getByRole("button", { name: "Publish 1" }).click();
  await page.getByText("1 item published").waitFor();
});

it("sets a price, and publishes an agent on the model", async () => {
  const { page } = owner;
  await page.goto(`${site()}/admin/models`);
  await page.getByRole("button", { name: /\/ok$/ }).click();
  await page.getByRole("textbox", { name: "Input, per million tokens", exact: true }).fill("1000");
  await page.getByRole("textbox", { name: "Output, per million tokens", exact: true }).fill("2000");
  await page.getByRole("button", { name: "Save" }).click();
  await expect
    .poll(async () => (await models())[0]?.price)
    .toMatchObject({ outputPerMillion: 2000 });

  await page.goto(`${site()}/admin/agents/new`);
  await page.getByText("A prompt on a model").click();
  await page.getByRole("combobox", { name: "Model" }).selectOption("openai-compatible/ok");
  await page.getByRole("textbox", { name: "Name" }).fill("Helper");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Helper").first().waitFor();
});

interface StoredModel {
  name: string;
  price: Record<string, number>;
}
async function models(): Promise<StoredModel[]> {
  const { json } = await fetchIn(owner.page, "GET", "/api/admin/models");
  const { data } = json as { data: StoredModel[] };
  return data.filter((model) => model.name.endsWith("/ok"));
}

let portalSpent = 0;
let clientSpent = 0;

it("the user chats with the new agent from the portal", async () => {
  const { page } = ann;
  const before = await balance();
  await page.goto(`${site()}/`);
  await page.getByText("Helper", { exact: true }).first().click();
  await ask("hello helper");
  await page
    .getByText(/\d credits/)
    .first()
    .waitFor();
  await expect.poll(balance).toBeLessThan(before);
  portalSpent = before - (await balance());
});

it("the openai client reaches it with a key made in the portal", async () => {
  const { page } = ann;
  const before = await balance();
  const made = await fetchIn(page, "POST", "/api/portal/keys", { name: "story" });
  const { text } = made.json as { text: string };
  const client = new OpenAI({ apiKey: text, baseURL: portico.gateway, maxRetries: 0 });
  const answer = await client.chat.completions.create({
    model: "agent/helper",
    messages: [{ role: "user", content: "hello from a program" }],
  });
  const usage = answer.usage;
  expect(usage?.completion_tokens).toBeGreaterThan(0);
  await expect.poll(balance).toBeLessThan(before);
  clientSpent = before - (await balance());
  const expected =
    ((usage?.prompt_tokens ?? 0) * 1000 + (usage?.completion_tokens ?? 0) * 2000) / 1e6;
  expect(clientSpent).toBeCloseTo(expected, 6);
});

/** In a busy time a wallet tells the meter of its requests every five seconds. */
const RECORDED = { timeout: 10_000 };

it("the log shows both requests with exactly those credits", async () => {
  const { page } = owner;
  await expect
    .poll(async () => {
      const path = "/api/admin/requests?limit=10&model=agent/helper";
      const { json } = await fetchIn(page, "GET", path);
      const { data } = json as { data: { surface: string; charged_micro: number }[] };
      return Object.fromEntries(data.map((record) => [record.surface, record.charged_micro]));
    }, RECORDED)
    .toEqual({ portal: Math.round(portalSpent * 1e6), gateway: Math.round(clientSpent * 1e6) });
  await page.goto(`${site()}/admin/requests`);
  await page.getByText("agent/helper").first().waitFor();
  expect(await page.getByText("agent/helper").count()).toBeGreaterThanOrEqual(2);
  expect(await page.getByText(USER).count()).toBeGreaterThanOrEqual(2);
});

it("no page complained on the way", () => {
  expect(owner.complaints).toEqual([]);
  expect(ann.complaints).toEqual([]);
});
