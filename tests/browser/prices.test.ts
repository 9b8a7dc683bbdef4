/** Prices in the console, as an admin sets them: cost and margin, many at once, taken back. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@demo.example", password: "correct horse battery" };

let portico: TestPortico;
let browser: Browser;
let owner: Watched;

const admin = (path: string) => `http://demo.localhost:${portico.port}/admin${path}`;

interface StoredModel {
  id: string;
  name: string;
  price: Record<string, unknown>;
  cost?: Record<string, unknown>;
  priceVersion: number;
}
async function modelNow(name: string): Promise<StoredModel> {
  const { json } = await fetchIn(owner.page, "GET", "/api/admin/models");
  const found = (json as { data: StoredModel[] }).data.find((one) => one.name === name);
  if (!found) throw new Error(`no model ${name}`);
  return found;
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
  const routes = [{ connection, model: "guide" }];
  for (const model of [
    { name: "shop/talk", price: { inputPerMillion: 1, outputPerMillion: 9 } },
    { name: "shop/paint", kind: "image", price: { perImage: 3 } },
    { name: "shop/gift" },
  ]) {
    const made = await fetchIn(owner.page, "POST", "/api/admin/models", { routes, ...model });
    expect(made.status).toBe(200);
  }
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

it("a cost entered beside the price shows the margin at once, and is kept", async () => {
  const { page } = owner;
  await page.goto(admin(`/models/${(await modelNow("shop/talk")).id}`));
  const field = (name: string) => page.getByRole("textbox", { name, exact: true });
  await field("Cost: Input, per million tokens").fill("1.25");
  await field("Cost: Output, per million tokens").fill("6");
  await page.getByText("Margin on Input, per million tokens: -20%").waitFor({ state: "attached" });
  await page.getByText("Margin on Output, per million tokens: 50%").waitFor({ state: "attached" });
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();
  await expect
    .poll(async () => (await modelNow("shop/talk")).cost)
    .toEqual({ inputPerMillion: 1.25, outputPerMillion: 6 });
});

it("an image is priced by size, and its price is filled in from the cost", async () => {
  const { page } = owner;
  await page.goto(admin(`/models/${(await modelNow("shop/paint")).id}`));
  await page.getByRole("button", { name: "Add a size" }).click();
  const sizes = page.getByRole("group", { name: "Images by size and quality" });
  await sizes.getByRole("textbox", { name: "Size" }).fill("1024x1024");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Enter a price or a cost").first().waitFor();
  await sizes.getByRole("textbox", { name: "Cost" }).fill("0.167");
  await page.getByRole("button", { name: "Price from cost…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Round up to" }).selectOption("step");
  await dialog.getByRole("textbox", { name: "Multiple of" }).fill("0.05");
  await dialog.getByRole("cell", { name: "0.25" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Use these prices" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect
    .poll(async () => await modelNow("shop/paint"))
    .toMatchObject({
      price: { perImage: 3, images: [{ size: "1024x1024", credits: 0.25 }] },
      cost: { images: [{ size: "1024x1024", credits: 0.167 }] },
    });
});

it("prices of many models are seen before they change, change at once, and can be taken back", async () => {
  const { page } = owner;
  const before = [await modelNow("shop/talk"), await modelNow("shop/paint")] as const;
  await page.goto(`${admin("/models")}?search=shop`);
  await page.getByRole("checkbox", { name: "Select shop/gift" }).check();
  await page.getByRole("button", { name: "Select all 3" }).click();
  await page.getByRole("button", { name: "Set prices…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Margin on cost, %" }).fill("100");
  await dialog.getByText("1 model without a cost keeps its price.").waitFor();
  const rows = await dialog.getByRole("row").allInnerTexts();
  const shown = rows.map((row) => row.replace(/\s+/g, " ").trim());
  expect(shown).toEqual([
    "For Now New Margin",
    "shop/paint",
    "Image 1024x1024 0.25 0.334 100%",
    "shop/talk",
    "Input, per million tokens 1 2.5 100%",
    "Output, per million tokens 9 12 100%",
  ]);
  expect(await violations(page)).toEqual([]);
  expect((await modelNow("shop/talk")).price).toEqual(before[0].price);
  await dialog.getByRole("button", { name: "Change 2 models" }).click();
  await page.getByText("Prices of 2 models changed").waitFor();
  expect((await modelNow("shop/talk")).price).toEqual({
    inputPerMillion: 2.5,
    outputPerMillion: 12,
  });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await modelNow("shop/talk")).price).toEqual(before[0].price);
  const after = await modelNow("shop/paint");
  expect(after).toEqual({ ...before[1], priceVersion: before[1].priceVersion + 2 });
});

it("every version stays in the history, with who set it", async () => {
  const { page } = owner;
  await page.goto(admin(`/models/${(await modelNow("shop/talk")).id}`));
  const table = page.getByRole("table", { name: "Price history" });
  await table.getByText("Price version 4").waitFor();
  const text = (await table.textContent()) ?? "";
  expect(text.match(/Price version \d/g)).toEqual([4, 3, 2, 1].map((n) => `Price version ${n}`));
  expect(text).toContain(OWNER.email);
  expect(text).toContain("Output, per million tokens 12");
  const { json } = await fetchIn(page, "GET", "/api/admin/agents");
  await page.goto(admin(`/agents/${(json as { data: { id: string }[] }).data[0]?.id}`));
  await page.getByRole("table", { name: "Price history" }).getByText("Price version 1").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(owner.complaints).toEqual([]);
});
