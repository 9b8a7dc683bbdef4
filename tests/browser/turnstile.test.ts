/**
 * Turnstile in the two log-in pages. Its own script cannot be loaded here: one that answers like it
 * stands in its place, under the content security policy that the pages really have.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { APP } from "../support/upstream-identity-client.ts";
import { fetchIn, openBrowser, openPage, violations } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const SCRIPT = "https://challenges.cloudflare.com/turnstile/v0/api.js**";

/** Finds everybody to be a person, once for each time it is asked. */
const STAND_IN = `
  let made = 0;
  window.turnstile = {
    render(place, options) {
      const frame = document.createElement("iframe");
      frame.title = "Widget containing a Cloudflare security challenge";
      frame.src = "https://challenges.cloudflare.com/frame";
      place.append(frame);
      this.options = options;
      this.reset();
      return "widget";
    },
    reset() { this.options.callback("human@" + location.hostname + "#" + ++made + Math.random()); },
    remove() {},
  };`;

let upstream: Upstream;
let portico: TestPortico;
let browser: Browser;
const origin = () => `http://acme.localhost:${portico.port}`;

beforeAll(async () => {
  upstream = await startUpstream();
  const site = {
    slug: "acme",
    name: "Acme AI",
    locale: "en",
    users: [{ ...OWNER, role: "owner" }],
  };
  portico = await startTestPortico(
    { sites: [site] },
    {
      withUis: true,
      env: {
        PORTICO_TURNSTILE_URL: `${upstream.url}/identity/turnstile/siteverify`,
        PORTICO_OWNER_EMAIL: "op@acme.example",
        PORTICO_OWNER_PASSWORD: OWNER.password,
      },
    },
  );
  browser = await openBrowser();
  const { page, context } = await openPage(browser);
  await page.goto(`${origin()}/login`);
  await fetchIn(page, "POST", "/api/auth/login", OWNER);
  const keys = { turnstileSiteKey: "0x4AAAAAAAtest", turnstileSecret: APP.secret };
  expect((await fetchIn(page, "PUT", "/api/admin/sign-in", keys)).status).toBe(200);
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

async function withStandIn(page: Page): Promise<void> {
  await page.route(SCRIPT, (route) =>
    route.fulfill({ contentType: "text/javascript", body: STAND_IN }),
  );
  await page.route("https://challenges.cloudflare.com/frame", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>x</title>" }),
  );
}

it("a person registers with what the widget gives, again after a refusal, in the portal", async () => {
  const { page, complaints } = await openPage(browser);
  await withStandIn(page);
  await page.goto(`${origin()}/register`);
  await page.locator("iframe[title*=Cloudflare]").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("alert").waitFor();
  // The first token was spent on the refusal: another has been given for this.
  await page.getByLabel("E-mail").fill("new@acme.example");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(`${origin()}/`);
  expect(complaints).toEqual([]);
});

it("in the console it stands below the form, and who has tried too often comes in with it", async () => {
  const { page, complaints } = await openPage(browser, { locale: "zh-CN", width: 390, dark: true });
  await withStandIn(page);
  await page.goto(`${origin()}/admin/`);
  await page.locator("iframe[title*=Cloudflare]").waitFor();
  expect(await violations(page)).toEqual([]);
  for (let tries = 0; tries < 3; tries++) {
    const wrong = { ...OWNER, password: "wrong password" };
    expect((await fetchIn(page, "POST", "/api/auth/login", wrong)).status).toBe(401);
  }
  expect((await fetchIn(page, "POST", "/api/auth/login", OWNER)).status).toBe(403);
  await page.locator("input[type=email]").fill(OWNER.email);
  await page.locator("input[type=password]").fill(OWNER.password);
  await page.locator("button[type=submit]").click();
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await expect
    .poll(async () => (await fetchIn(page, "GET", "/api/auth/boot")).json)
    .toMatchObject({
      me: { email: OWNER.email },
    });
  expect(complaints).toEqual([]);
});

it("where its script is kept away, the page says so", async () => {
  const { page } = await openPage(browser);
  await page.route(SCRIPT, (route) => route.abort());
  await page.goto(`${origin()}/login`);
  await page.getByText("The check for people could not be loaded").waitFor();
  expect(await violations(page)).toEqual([]);
});
