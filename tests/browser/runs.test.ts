/** Runs as a person meets them: a tab that closes, a reload, stop, and a second answer. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Message } from "../../src/contract/portal.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, type Watched } from "./support.ts";

const PASSWORD = "correct horse battery";

let portico: TestPortico;
let browser: Browser;
let ann: Watched;
let people = 0;

const site = () => `http://demo.localhost:${portico.port}`;

beforeAll(async () => {
  portico = await startTestPortico(null, { withUis: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

beforeEach(async () => {
  ann = await openPage(browser);
  await ann.page.goto(`${site()}/login`);
  people += 1;
  const person = { email: `ann${people}@demo.example`, password: PASSWORD };
  await fetchIn(ann.page, "POST", "/api/auth/register", person);
});
afterEach(async () => {
  expect(ann.complaints).toEqual([]);
  await ann.context.close();
});

/** Asks Guide; answers the id of the conversation as soon as it has an address. */
async function ask(page: Page, text: string): Promise<string> {
  await page.goto(`${site()}/new?target=agent%2Fguide`);
  const box = page.locator("textarea").last();
  await box.fill(text);
  await box.press("Enter");
  await page.waitForURL(/\/c\//);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

async function messagesOf(page: Page, id: string): Promise<Message[]> {
  const { json } = await fetchIn(page, "GET", `/api/portal/conversations/${id}`);
  return (json as { messages: Message[] }).messages;
}

const answerOf = async (page: Page, id: string): Promise<Message | undefined> =>
  (await messagesOf(page, id)).at(-1);

it("a run goes on when its tab closes, and a new tab shows it to its end", async () => {
  const id = await ask(ann.page, "/long 600");
  await ann.page.close();
  const page = await ann.context.newPage();
  await page.goto(`${site()}/c/${id}`);
  expect((await answerOf(page, id))?.status).toBe("running");
  await expect
    .poll(async () => (await answerOf(page, id))?.status, { timeout: 20_000 })
    .toBe("done");
  const text = (await answerOf(page, id))?.text ?? "";
  const lastWords = text.trim().split(/\s+/).slice(-4).join(" ").replace(/[*`#]/g, "");
  await page.getByText(lastWords.slice(-12)).last().waitFor();
});

it("Esc stops the answer, keeps what was written and says what it cost", async () => {
  const { page } = ann;
  const id = await ask(page, "/long 4000");
  await expect.poll(async () => (await answerOf(page, id))?.text.length ?? 0).toBeGreaterThan(50);
  await page.keyboard.press("Escape");
  await expect.poll(async () => (await answerOf(page, id))?.status).toBe("stopped");
  const stopped = await answerOf(page, id);
  expect(stopped?.text.length).toBeGreaterThan(50);
  expect(Number(stopped?.credits)).toBeGreaterThan(0);
});

it("asking anew makes a second answer beside the first, and both can be read", async () => {
  const { page } = ann;
  const id = await ask(page, "What can Portico do?");
  await expect
    .poll(async () => (await answerOf(page, id))?.status, { timeout: 15_000 })
    .toBe("done");
  await page
    .getByRole("button", { name: /regenerate|answer again|try again/i })
    .last()
    .click();
  await expect.poll(async () => (await messagesOf(page, id)).length).toBe(3);
  await page.getByText("2 / 2").or(page.getByText("2/2")).first().waitFor();
});

it("a deleted conversation can be brought back", async () => {
  const { page } = ann;
  const id = await ask(page, "hello there");
  await expect
    .poll(async () => (await answerOf(page, id))?.status, { timeout: 15_000 })
    .toBe("done");
  expect((await fetchIn(page, "DELETE", `/api/portal/conversations/${id}`)).status).toBe(204);
  expect((await fetchIn(page, "GET", `/api/portal/conversations/${id}`)).status).toBe(404);
  const restored = await fetchIn(page, "POST", `/api/portal/conversations/${id}/restore`);
  expect(restored.status).toBe(200);
  await page.goto(`${site()}/c/${id}`);
  await page.getByText("hello there").first().waitFor();
});
