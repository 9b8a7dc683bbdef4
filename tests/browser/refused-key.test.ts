/** A key that its platform refuses, as an admin meets it in the console and brings it back. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type KeyedUpstream, startKeyedUpstream } from "../server/keyed-upstream.ts";
import { clientOf, keyOf, startTestPortico, type TestPortico } from "../server/support.ts";
import { fetchIn, openBrowser, openPage, violations } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const keyFor = (name: string) => `sk-${name}-0123456789abcdef`;

let upstream: KeyedUpstream;
let portico: TestPortico;
let browser: Browser;

beforeAll(async () => {
  upstream = await startKeyedUpstream();
  const pair = {
    id: "pair",
    name: "Pair",
    connector: "openai-compatible",
    settings: { baseUrl: upstream.url },
    secrets: ["worn", "fresh"].map((name) => ({ name, apiKey: keyFor(name) })),
  };
  const site = {
    slug: "acme",
    name: "Acme AI",
    connections: [pair],
    models: [{ name: "pair", routes: [{ connection: "pair", model: "gpt" }] }],
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [{ ...OWNER, role: "owner", credits: 1, apiKeys: [{ name: "k", key: keyOf("own") }] }],
  };
  portico = await startTestPortico({ sites: [site] }, { withUis: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

const admin = (path: string) => `http://acme.localhost:${portico.port}/admin${path}`;

it("the console says which key is refused and why, in both languages, and a test brings it back", async () => {
  upstream.script(keyFor("worn"), { status: 401 });
  const client = clientOf(portico, keyOf("own"));
  await Promise.all(Array.from({ length: 12 }, () => client.chat({ model: "pair" })));

  const { page, complaints } = await openPage(browser);
  const speak = (locale: string) => fetchIn(page, "PATCH", "/api/auth/me", { locale });
  await page.goto(`http://acme.localhost:${portico.port}/login`);
  expect((await fetchIn(page, "POST", "/api/auth/login", OWNER)).status).toBe(200);
  // It is written down behind the answers.
  const connections = () => fetchIn(page, "GET", "/api/admin/connections");
  await expect.poll(async () => JSON.stringify(await connections())).toContain("unauthorized");
  await speak("zh-CN");
  await page.goto(admin("/connections/pair"));
  await page.getByText(/^已停用：平台拒绝了该密钥（unauthorized: Incorrect/).waitFor();
  await speak("en");
  await page.goto(admin("/connections"));
  await page.getByText("Needs attention").waitFor();
  await page.getByText("worn: unauthorized: Incorrect API key provided.").waitFor();
  await page.getByRole("link", { name: "Pair", exact: true }).click();
  const reason = page.getByText(/^Not in use: the platform refused it \(unauthorized: Incorrect/);
  await reason.waitFor();
  expect(await reason.count()).toBe(1);
  expect(await violations(page)).toEqual([]);

  upstream.script(keyFor("worn"), {});
  await page.goto(admin("/connections"));
  await page.getByRole("button", { name: /Test again/ }).click();
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Pair", exact: true }).click();
  await page.getByText("Stored, ends with").first().waitFor();
  expect(await reason.count()).toBe(0);
  expect(complaints).toEqual([]);
});
