/** Publishing an agent, as an admin does it: tried before it is saved, put in its place, explained. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const NAMES = ["First", "Second", "Third"];

let portico: TestPortico;
let browser: Browser;
let boss: Watched;
let page: Page;

const at = (path: string) => `http://acme.localhost:${portico.port}${path}`;
const order = async () => {
  const { json } = await fetchIn(page, "GET", "/api/admin/agents");
  return (json as { data: { name: string }[] }).data.map(({ name }) => name);
};

beforeAll(async () => {
  portico = await startTestPortico(
    {
      sites: [
        {
          slug: "acme",
          name: "Acme",
          locale: "en",
          connections: [{ id: "built-in", name: "Built in", connector: "loopback" }],
          models: [
            {
              name: "built-in/guide",
              routes: [{ connection: "built-in", model: "guide" }],
              price: {},
            },
          ],
          levels: [
            { slug: "free", name: "Free", default: true },
            { slug: "pro", name: "Pro" },
          ],
          agents: NAMES.map((name, order) => ({
            slug: name.toLowerCase(),
            name,
            order,
            target: { model: "built-in/guide", prompt: "You help." },
            price: { free: true },
            access: { everyone: name !== "Third", levels: name === "Third" ? ["pro"] : [] },
          })),
          users: [
            { ...OWNER, role: "owner", level: "pro" },
            { email: "ann@acme.example", name: "Ann" },
          ],
        },
      ],
    },
    { withUis: true },
  );
  browser = await openBrowser();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});
beforeEach(async () => {
  boss = await openPage(browser, { width: 1440 });
  page = boss.page;
  await page.goto(at("/login"));
  const logIn = await fetchIn(page, "POST", "/api/auth/login", OWNER);
  expect(logIn.status).toBe(200);
});
afterEach(async () => {
  const { complaints, context } = boss;
  await context.close();
  expect(complaints).toEqual([]);
});

it("an agent answers beside its form before it is saved, by what the form says", async () => {
  await page.goto(at("/admin/agents/new"));
  await page.getByText("A prompt on a model").click();
  await page.getByLabel("Model", { exact: true }).selectOption("built-in/guide");
  await page.getByLabel("Opening message").fill("Welcome!");
  const preview = page.getByRole("region", { name: "Try it as it stands" });
  await preview.getByText("Welcome!").waitFor();
  const question = preview.getByLabel("Ask something…");
  await question.fill("What can you do?");
  await question.press("Enter");
  await preview.locator("article[data-state=done]").waitFor();
  expect(await order()).toEqual(NAMES);
  expect(await violations(page)).toEqual([]);
});

it("says why a user may not use it, and why a guest may not", async () => {
  await page.goto(at("/admin/agents"));
  await page.getByRole("link", { name: "Third" }).click();
  const who = page.getByLabel("User", { exact: true });
  await who.fill("ann");
  await page.locator("datalist option[value='ann@acme.example']").waitFor({ state: "attached" });
  await who.fill("ann@acme.example");
  const verdict = page.getByRole("status").filter({ hasText: "Cannot see or use it" });
  await verdict.getByText("It is open to others only: Pro.").waitFor();
  await page.getByLabel("Somebody who has not logged in").check();
  await verdict.getByText("It is not open to guests.").waitFor();
  expect(await violations(page)).toEqual([]);
});

it("tells in a user's panel what the user may use, and by what", async () => {
  await page.goto(at("/admin/users"));
  await page.getByRole("main").getByText("owner@acme.example").click();
  await page.getByRole("tab", { name: "Access" }).click();
  await page.getByLabel("Agent or model").selectOption("agent/third");
  const verdict = page.getByRole("status").filter({ hasText: "Can see it and use it" });
  await verdict.getByText("It is open to the level Pro.").waitFor();
  expect(await violations(page)).toEqual([]);
});
