/**
 * A site from nothing, as its people live it: somebody makes himself an account and a site, invites
 * an admin; a user signs up on the site's own host, has his first credits, chats; is disabled, and
 * is out.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, type Watched } from "./support.ts";

const PASSWORD = "correct horse battery";

let portico: TestPortico;
let browser: Browser;
let owner: Watched;
let admin: Watched;
let user: Watched;

const platform = () => `http://localhost:${portico.port}`;
const site = () => `http://bamboo.localhost:${portico.port}`;

beforeAll(async () => {
  portico = await startTestPortico(null, {
    withUis: true,
    env: { PORTICO_OWNER_EMAIL: "op@platform.example", PORTICO_OWNER_PASSWORD: PASSWORD },
  });
  browser = await openBrowser();
  owner = await openPage(browser);
  admin = await openPage(browser);
  user = await openPage(browser);
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

async function answered<Json>(watched: Watched, method: string, path: string, body?: unknown) {
  const { status, json } = await fetchIn(watched.page, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json as Json;
}

it("somebody makes himself an account of the platform", async () => {
  const { page } = owner;
  await page.goto(`${platform()}/`);
  await page.getByRole("link", { name: "Make an account" }).click();
  await page.getByRole("textbox", { name: "E-mail" }).fill("ann@bamboo.example");
  await page.getByRole("textbox", { name: "Your name" }).fill("Ann");
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByRole("heading", { name: "You have no site yet" }).waitFor();
});

it("and a site, whose address is looked at while it is typed, and is in its console at once", async () => {
  const { page } = owner;
  await page.getByRole("button", { name: "Make a site" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Make a site" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Demo");
  await dialog.getByText("This address is taken.").waitFor();
  await dialog.getByRole("textbox", { name: "Address" }).fill("admin");
  await dialog.getByText("This address cannot be used.").waitFor();
  await dialog.getByRole("textbox", { name: "Address" }).fill("bamboo");
  await dialog.getByText("This address is free.").waitFor();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Bamboo");
  await dialog.getByRole("button", { name: "Make a site" }).click();
  await page.waitForURL(`${site()}/admin/`);
  await page.getByRole("heading", { name: "Welcome, Ann" }).waitFor();
  await page.getByRole("heading", { name: "Set up your site" }).waitFor();
  // The ticket is in no address that stays.
  expect(page.url()).not.toContain("#");
  const cookies = await owner.context.cookies([platform(), site()]);
  expect(new Set(cookies.map((cookie) => cookie.domain))).toEqual(
    new Set(["localhost", "bamboo.localhost"]),
  );
});

it("the owner publishes something to chat with", async () => {
  await owner.page.goto(`${site()}/admin/`);
  await answered(owner, "POST", "/api/admin/connections", {
    id: "guide",
    name: "Guide",
    connector: "loopback",
    settings: {},
    secrets: [],
  });
  await answered(owner, "POST", "/api/admin/models", {
    name: "built-in/guide",
    routes: [{ connection: "guide", model: "guide" }],
  });
  await answered(owner, "POST", "/api/admin/agents", {
    slug: "guide",
    name: "Guide",
    target: { model: "built-in/guide", prompt: "You are the Guide." },
    price: { perMessage: 2 },
  });
});

it("and invites an admin, who comes by the link and opens the console", async () => {
  const { link } = await answered<{ link: string }>(owner, "POST", "/api/admin/invitations", {
    email: "bo@bamboo.example",
    role: "admin",
  });
  const { page } = admin;
  await page.goto(link);
  await page.getByText("bo@bamboo.example").first().waitFor();
  await page.locator('input[type="password"]').first().fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect
    .poll(async () => {
      const { json } = await fetchIn(page, "GET", "/api/auth/boot");
      return (json as { me: { role: string } | null }).me?.role;
    })
    .toBe("admin");
  await page.goto(`${site()}/admin/`);
  await page.getByRole("heading", { name: /Welcome/ }).waitFor();
});

it("a user signs up on the site's own host, and has his first credits", async () => {
  const { page } = user;
  await page.goto(`${site()}/register`);
  await page.getByRole("textbox", { name: "E-mail" }).fill("cy@mail.example");
  await page.locator('input[type="password"]').first().fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("Guide", { exact: true }).first().waitFor();
  const wallet = await answered<{ balance: string }>(user, "GET", "/api/portal/wallet");
  expect(Number(wallet.balance)).toBe(100);
});

it("chats, and pays for it", async () => {
  const { page } = user;
  await page.getByText("Guide", { exact: true }).first().click();
  const box = page.getByRole("textbox", { name: /message/i }).last();
  await box.fill("How are credits charged?");
  await box.press("Enter");
  await page.getByText("A request that fails before its first word costs nothing.").waitFor();
  await expect
    .poll(async () =>
      Number((await answered<{ balance: string }>(user, "GET", "/api/portal/wallet")).balance),
    )
    .toBe(98);
});

it("is disabled by the admin, and is out: on his next request, and at the door", async () => {
  const { data } = await answered<{ data: { id: string; email: string }[] }>(
    admin,
    "GET",
    "/api/admin/users?search=cy@mail.example",
  );
  const id = data.find((one) => one.email === "cy@mail.example")?.id;
  await answered(admin, "PATCH", `/api/admin/users/${id}`, { enabled: false });
  const refused = await fetchIn(user.page, "GET", "/api/portal/wallet");
  expect(refused.status).toBe(401);
  await user.page.goto(`${site()}/`);
  await user.page.getByRole("textbox", { name: "E-mail" }).fill("cy@mail.example");
  await user.page.locator('input[type="password"]').fill(PASSWORD);
  await user.page.keyboard.press("Enter");
  await user.page.getByText("The e-mail or password is not right.").waitFor();
  const { json } = await fetchIn(user.page, "GET", "/api/auth/boot");
  expect((json as { me: unknown }).me).toBeNull();
  for (const watched of [owner, admin]) expect(watched.complaints).toEqual([]);
});
