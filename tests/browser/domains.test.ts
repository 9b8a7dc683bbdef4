/** The console's page of domains, as an owner goes through it, against scripted DNS and Cloudflare. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { type HostsWorld, makeWorld } from "../support/hosts-world.ts";
import { type HostsUpstream, startHostsUpstream } from "../support/upstream-hosts.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const AUDITOR = { email: "auditor@acme.example", password: "correct horse battery" };
const SHOTS = process.env.PORTICO_SCREENSHOTS;

let upstream: HostsUpstream;
let world: HostsWorld;
let portico: TestPortico;
let browser: Browser;
const at = (slug: string) => `http://${slug}.localhost:${portico.port}`;

beforeAll(async () => {
  upstream = await startHostsUpstream();
  world = makeWorld(upstream.url, { cloudflare: true });
  const { resolvers, cloudflare } = world.environment;
  const site = (slug: string, edition: string) => ({
    slug,
    name: slug,
    edition,
    users: [
      { ...OWNER, role: "owner" },
      { ...AUDITOR, role: "auditor" },
    ],
  });
  portico = await startTestPortico(
    { sites: [site("acme", "standard"), site("small", "free"), site("mover", "standard")] },
    {
      withUis: true,
      env: {
        PORTICO_DNS_RESOLVERS: resolvers.join(","),
        PORTICO_CNAME_TARGET: "customers.portico.cn",
        PORTICO_CLOUDFLARE_API: cloudflare?.api ?? "",
        PORTICO_CLOUDFLARE_ZONE_ID: cloudflare?.zoneId ?? "",
        PORTICO_CLOUDFLARE_API_TOKEN: cloudflare?.token ?? "",
      },
    },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

async function open(slug: string, who = OWNER, look: Parameters<typeof openPage>[1] = {}) {
  const watched = await openPage(browser, look);
  watched.page.setDefaultTimeout(20_000);
  await watched.page.goto(`${at(slug)}/login`);
  await fetchIn(watched.page, "POST", "/api/auth/login", who);
  await fetchIn(watched.page, "PATCH", "/api/auth/me", { locale: look?.locale ?? "en" });
  await watched.page.goto(`${at(slug)}/admin/domains`);
  // The page is there once it knows the site's subdomain.
  await watched.page.getByText(`${slug}.localhost`, { exact: true }).waitFor();
  return watched;
}

async function isFine({ page, complaints }: Watched, name: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  expect([name, await violations(page), complaints]).toEqual([name, [], []]);
}

const card = (page: Page, host: string) => page.getByRole("article", { name: host });
/** What was seen is kept for a moment, so that nobody hammers the resolvers. */
const aMoment = (page: Page) => page.waitForTimeout(5_200);

it("an owner adds a domain, puts its records into the DNS, and it is live", {
  timeout: 90_000,
}, async () => {
  const watched = await open("acme");
  const { page } = watched;
  await page.getByText("No own domain yet").waitFor();
  await isFine(watched, "empty");
  const box = page.getByRole("textbox", { name: "Domain" });
  await box.fill("127.0.0.1");
  await box.press("Enter");
  await page.getByText("An address in numbers is no domain name").waitFor();
  await box.fill("https://AI.Browser-Test.CN/");
  await page.getByText("In the DNS it is ai.browser-test.cn.").waitFor();
  await box.press("Enter");
  const host = card(page, "ai.browser-test.cn");
  await host.getByText("Waiting for the proof").waitFor();
  const record = await host.getByText(/^portico-verification=/).textContent();
  await host.getByRole("button", { name: /^Check now/ }).click();
  await host.getByText("The TXT record is not there yet.").waitFor();
  await isFine(watched, "pending");
  await world.say({ texts: { "_portico.ai.browser-test.cn": [record ?? ""] } });
  await aMoment(page);
  await host.getByRole("button", { name: /^Check now/ }).click();
  await host.getByText("The domain does not lead here yet.").waitFor();
  await isFine(watched, "proven");
  await world.say({
    hostname: "ai.browser-test.cn",
    status: "active",
    ssl: "validation_timed_out",
    errors: ["caa_error: letsencrypt.org may not issue"],
  });
  await aMoment(page);
  await host.getByRole("button", { name: /^Check now/ }).click();
  await host.getByText("No certificate could be made.").waitFor();
  await host.getByText(/caa_error: letsencrypt\.org/).waitFor();
  await isFine(watched, "failed");
  await world.say({ hostname: "ai.browser-test.cn", status: "active", ssl: "active" });
  await aMoment(page);
  await host.getByRole("button", { name: /^Check now/ }).click();
  await host.getByRole("link", { name: /^Open/ }).waitFor();
  await isFine(watched, "live");
  await watched.context.close();
});

it.each([
  { locale: "zh-CN", dark: true, width: 1280 },
  { locale: "zh-CN", dark: false, width: 390 },
  { locale: "en", dark: true, width: 390 },
])("it reads well in $locale, dark: $dark, $width wide", { timeout: 40_000 }, async (look) => {
  const watched = await open("acme", OWNER, look);
  const { page } = watched;
  const name = `waiting-${look.width}-${look.locale}.cn`.toLowerCase();
  await fetchIn(page, "POST", "/api/admin/hosts", { host: name });
  await fetchIn(page, "POST", `/api/admin/hosts/${name}/check`);
  await page.reload();
  await card(page, name).getByRole("listitem").first().waitFor();
  await isFine(watched, `look-${look.locale}-${look.dark ? "dark" : "light"}-${look.width}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
    look.width,
  );
  await watched.context.close();
});

it("a domain is removed after a question that says what follows", { timeout: 40_000 }, async () => {
  const watched = await open("acme");
  const { page } = watched;
  const host = card(page, "ai.browser-test.cn");
  await host.getByRole("button", { name: /^Remove/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/stops leading to this site at once/).waitFor();
  await isFine(watched, "remove");
  await dialog.getByRole("button", { name: "Remove" }).click();
  await host.waitFor({ state: "detached" });
  await expect.poll(async () => (await world.heard()).hostnames).toEqual([]);
  await watched.context.close();
});

it("an edition without own domains says so, and whoever only reads changes nothing", async () => {
  const small = await open("small");
  await small.page.getByText("Your edition has no own domains").waitFor();
  expect(await small.page.getByRole("button", { name: "Add a domain" }).count()).toBe(0);
  await isFine(small, "no-room");
  await small.context.close();
  const reader = await open("acme", AUDITOR);
  expect(
    await reader.page.getByRole("button", { name: /^(Change|Remove|Check|Add)/ }).count(),
  ).toBe(0);
  await reader.context.close();
});

it("a site moves to another subdomain by keyboard, and old links follow", {
  timeout: 60_000,
}, async () => {
  const watched = await open("mover");
  const { page } = watched;
  await page.getByRole("button", { name: "Change" }).press("Enter");
  const box = page.getByRole("textbox", { name: "New subdomain" });
  await box.fill("acme");
  await page.getByText("Another site has it.").waitFor();
  await box.fill("www");
  await page.getByText("This name cannot be used.").waitFor();
  await box.fill("mover-two");
  await page.getByText("This one is free.").waitFor();
  await page.getByText(/moves from mover\.localhost to mover-two\.localhost/).waitFor();
  await isFine(watched, "subdomain");
  await box.press("Enter");
  await page.waitForURL(`${at("mover-two")}/admin/domains`);
  await page.goto(`${at("mover")}/login?next=%2Fkeys`);
  expect(page.url()).toBe(`${at("mover-two")}/login?next=%2Fkeys`);
  await watched.context.close();
});
