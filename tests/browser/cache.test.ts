/** The response cache in the console: turned on, seen at work, emptied. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientOf, eventually, startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@demo.example", password: "correct horse battery" };
const MODEL = "shop/talk";

let portico: TestPortico;
let browser: Browser;
let owner: Watched;
let key = "";

const admin = (path: string) => `http://demo.localhost:${portico.port}/admin${path}`;

interface StoredModel {
  id: string;
  name: string;
  cache?: object;
}
async function modelNow(): Promise<StoredModel> {
  const { json } = await fetchIn(owner.page, "GET", "/api/admin/models");
  const found = (json as { data: StoredModel[] }).data.find(({ name }) => name === MODEL);
  if (!found) throw new Error(`no model ${MODEL}`);
  return found;
}
async function ask(): Promise<string | null> {
  const response = await clientOf(portico, key).chat({ model: MODEL });
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get("x-portico-cache");
}

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: OWNER.email, PORTICO_OWNER_PASSWORD: OWNER.password },
  });
  browser = await openBrowser();
  owner = await openPage(browser);
  await owner.page.goto(`http://demo.localhost:${portico.port}/login`);
  await fetchIn(owner.page, "POST", "/api/auth/login", OWNER);
  const { json } = await fetchIn(owner.page, "GET", "/api/admin/connections");
  const connection = (json as { data: { id: string }[] }).data[0]?.id;
  const model = { name: MODEL, routes: [{ connection, model: "guide" }] };
  expect((await fetchIn(owner.page, "POST", "/api/admin/models", model)).status).toBe(200);
  const made = await fetchIn(owner.page, "POST", "/api/portal/keys", { name: "k" });
  key = (made.json as { text: string }).text;
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

it("an admin turns the cache of a model on, and the API gives its answers again", async () => {
  const { page } = owner;
  expect([await ask(), await ask()]).toEqual(["miss", "miss"]);
  await page.goto(admin(`/models/${(await modelNow()).id}`));
  await page.getByRole("switch", { name: "Give answers again" }).press("Space");
  const field = (name: string) => page.getByRole("textbox", { name, exact: true });
  await field("For how long, seconds").fill("600");
  await field("Price of such an answer, % of a new one").fill("12.5");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(admin("/models"));
  expect((await modelNow()).cache).toEqual({
    ttlSeconds: 600,
    price: 0.125,
    tools: false,
    agents: false,
  });
  await eventually(async () => expect([await ask(), await ask()]).toEqual(["hit", "hit"]));
});

it("an admin sees how much is kept, and empties the cache", async () => {
  const { page } = owner;
  await page.goto(admin(`/models/${(await modelNow()).id}`));
  await page.getByText("1 answer kept").waitFor();
  await page.getByRole("button", { name: "Empty the cache" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Empty the cache" }).click();
  await page.getByText("1 removed from the cache").waitFor();
  await page.getByText("1 answer kept").waitFor({ state: "detached" });
  expect(page.url()).toContain("/admin/models/");
  expect(await ask()).toBe("miss");
  expect(owner.complaints).toEqual([]);
});
