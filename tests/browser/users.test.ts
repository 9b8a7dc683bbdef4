/**
 * People as an admin works with them, in a browser: many at once and the way back, a file with
 * mistakes in it, an invitation that somebody accepts, a guest, and a deletion that is typed.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@demo.example", password: "correct horse battery" };

let portico: TestPortico;
let browser: Browser;
let owner: Watched;

const site = () => `http://demo.localhost:${portico.port}`;

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: OWNER.email, PORTICO_OWNER_PASSWORD: OWNER.password },
  });
  browser = await openBrowser();
  owner = await openPage(browser);
  await owner.page.goto(`${site()}/admin/`);
  await fetchIn(owner.page, "POST", "/api/auth/login", OWNER);
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

async function userNamed(email: string): Promise<{ id: string; enabled: boolean } | undefined> {
  const { json } = await fetchIn(owner.page, "GET", `/api/admin/users?search=${email}`);
  return (json as { data: { id: string; enabled: boolean }[] }).data[0];
}

it("a file is looked over before it is taken: the good rows come in, the bad ones are named", async () => {
  const { page } = owner;
  await page.goto(`${site()}/admin/users/import`);
  const text =
    "邮箱,姓名,等级\nann@x.example,Ann,free\nbob@x.example,Bob,\nnobody,,\nANN@x.example,,\n";
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Look at what would happen" }).click();
  await page.getByText("2 new").waitFor();
  await page.getByText("2 with problems").waitFor();
  await page.getByText("E-mail: no valid e-mail").waitFor();
  await page.getByText("E-mail: the e-mail stands in an earlier line").waitFor();
  expect(await userNamed("ann@x.example")).toBeUndefined();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Import 2 users" }).click();
  await page.getByText(/^Imported\./).waitFor();
  expect(await userNamed("ann@x.example")).toMatchObject({ enabled: true });
});

it("many are disabled at once, and taken back with one click", async () => {
  const { page } = owner;
  await page.goto(`${site()}/admin/users?search=x.example&sort=email`);
  await page.getByText("2 users", { exact: true }).waitFor();
  for (const email of ["ann@x.example", "bob@x.example"]) {
    await page.getByRole("checkbox", { name: new RegExp(email) }).check();
  }
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByText("2 users are disabled").waitFor();
  expect((await userNamed("bob@x.example"))?.enabled).toBe(false);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await userNamed("bob@x.example"))?.enabled).toBe(true);
  expect(await violations(page)).toEqual([]);
});

it("somebody joins by a link, once", async () => {
  const { page } = owner;
  await page.goto(`${site()}/admin/users/invitations?open=new`);
  await page.getByRole("textbox", { name: "E-mail" }).fill("eve@x.example");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByText("The invitation is on its way").waitFor();
  const link = await page.locator("code", { hasText: "/invitation#" }).textContent();
  expect(await violations(page)).toEqual([]);

  const eve = await openPage(browser);
  await eve.page.goto(link ?? "");
  await eve.page.getByText("This invitation is for eve@x.example").waitFor();
  expect(await violations(eve.page)).toEqual([]);
  await eve.page.locator('input[type="password"]').fill("a password of my own");
  await eve.page.getByRole("button", { name: "Join" }).click();
  await eve.page.getByRole("searchbox", { name: /agents/i }).waitFor();
  const { json } = await fetchIn(eve.page, "GET", "/api/auth/boot");
  expect(json).toMatchObject({ me: { email: "eve@x.example", role: "member" } });
  expect(eve.complaints).toEqual([]);
  await eve.context.close();

  const late = await openPage(browser);
  await late.page.goto(link ?? "");
  await late.page.getByText(/not valid any more/).waitFor();
  await late.context.close();
});

it("guests chat where the site lets them, and are asked to log in for what is a person's own", async () => {
  const { page } = owner;
  await page.goto(`${site()}/admin/users/guests`);
  await page.getByRole("switch", { name: "Let guests in" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings for guests are saved").waitFor();
  expect(await violations(page)).toEqual([]);
  const { json } = await fetchIn(page, "GET", "/api/admin/agents");
  const agents = (json as { data: { id: string; slug: string }[] }).data;
  await page.goto(`${site()}/admin/agents/${agents.find(({ slug }) => slug === "guide")?.id}`);
  await page.getByRole("switch", { name: "Guests without an account, too" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/saved/i).first().waitFor();

  const guest = await openPage(browser);
  await guest.page.goto(`${site()}/`);
  await guest.page.getByRole("link", { name: /Guide/ }).first().click();
  const box = guest.page.getByRole("textbox", { name: /message/i }).last();
  await box.fill("Hello");
  await box.press("Enter");
  await guest.page.waitForURL(/\/c\//);
  await guest.page
    .getByRole("button", { name: /regenerate|again/i })
    .first()
    .waitFor();
  expect(await violations(guest.page)).toEqual([]);
  await guest.page.goto(`${site()}/keys`);
  await guest.page.waitForURL(/\/login\?next=/);
  expect(guest.complaints).toEqual([]);
  await guest.context.close();
});

it("a deletion is typed before it is done", async () => {
  const { page } = owner;
  const ann = await userNamed("ann@x.example");
  await page.goto(`${site()}/admin/users?search=x.example&open=${ann?.id}`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Delete ann@x.example?" });
  const act = dialog.getByRole("button", { name: "Delete" });
  await dialog.getByRole("textbox").fill("ann");
  expect(await act.isDisabled()).toBe(true);
  await dialog.getByRole("textbox").fill("ann@x.example");
  await act.click();
  await page.getByText("1 user is deleted").waitFor();
  expect(await userNamed("ann@x.example")).toBeUndefined();
  expect(owner.complaints).toEqual([]);
});
