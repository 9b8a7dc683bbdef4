/** What keys are for, and from where a site may be used, as people set it in portal and console. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { hostOf } from "../server/visitor.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };
const HOME = "203.0.113.7";

let portico: TestPortico;
let browser: Browser;

beforeAll(async () => {
  const site = {
    slug: "acme",
    name: "Acme AI",
    locale: "en",
    connections: [{ id: "loop", connector: "loopback" }],
    models: ["loop/one", "loop/two"].map((name) => ({
      name,
      routes: [{ connection: "loop", model: "guide" }],
    })),
    agents: [
      { slug: "guide", name: "Guide", target: { model: "loop/two" }, price: { free: true } },
    ],
    levels: [{ slug: "free", name: "Free", default: true }],
    users: [{ ...OWNER, role: "owner", credits: 100 }],
  };
  // The test stands for the proxy: what it says of a browser's address is believed.
  const env = { PORTICO_ADDRESS_HEADER: "x-forwarded-for" };
  portico = await startTestPortico({ sites: [site] }, { withUis: true, env });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
});

const at = (path: string) => `http://acme.localhost:${portico.port}${path}`;

async function signedIn(locale: string, more: object = {}): Promise<Watched> {
  const watched = await openPage(browser, more);
  await watched.context.setExtraHTTPHeaders({ "x-forwarded-for": HOME });
  await watched.page.goto(at("/login"));
  expect((await fetchIn(watched.page, "POST", "/api/auth/login", OWNER)).status).toBe(200);
  await fetchIn(watched.page, "PATCH", "/api/auth/me", { locale });
  return watched;
}

async function ask(key: string, model: string, address: string): Promise<number> {
  const answer = await localRequest({
    origin: portico.origin,
    host: hostOf(portico, "acme"),
    method: "POST",
    path: "/v1/chat/completions",
    headers: { authorization: `Bearer ${key}`, "x-forwarded-for": address },
    body: { model, messages: [{ role: "user", content: "hello" }] },
  });
  return answer.status;
}

const keyShown = async (page: Page): Promise<string> =>
  (await page
    .getByText(/^pk-\S{20,}$/)
    .first()
    .textContent()) ?? "";

it("in the portal a person limits a key, and the key keeps to it", async () => {
  const { page, complaints } = await signedIn("en");
  await page.goto(at("/keys"));
  await page.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("laptop");
  await dialog.getByText("Limit what this key may do").click();
  await dialog.getByLabel("Add a model or agent").selectOption("agent/guide");
  await dialog.getByLabel("Add a model or agent").selectOption("loop/one");
  const addresses = dialog.getByLabel("Only from these addresses");
  await addresses.fill("203.0.113.0/24\n10.0.0.1/8");
  await dialog.getByText("10.0.0.1/8: an address such as").waitFor();
  const create = dialog.getByRole("button", { name: "Create key" });
  expect(await create.isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await addresses.fill("203.0.113.0/24");
  await create.click();
  const key = await keyShown(page);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("only agent/guide, loop/one · from certain addresses").waitFor();
  expect(await ask(key, "loop/one", HOME)).toBe(200);
  expect(await ask(key, "agent/guide", HOME)).toBe(200);
  expect(await ask(key, "loop/two", HOME)).toBe(404);
  expect(await ask(key, "loop/one", "198.51.100.1")).toBe(403);

  await page.getByRole("button", { name: "Edit: laptop" }).click();
  await dialog.getByLabel("Only for these models and agents").fill("loop/two");
  await dialog.getByLabel("Only from these addresses").fill("");
  await dialog.getByLabel("At most so many credits a month").fill("5");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("only loop/two · 5 credits a month").waitFor();
  expect(await ask(key, "loop/two", "198.51.100.1")).toBe(200);
  expect(await ask(key, "loop/one", HOME)).toBe(404);
  expect(complaints).toEqual([]);
});

it("in the console an admin limits a key that he makes for a user", async () => {
  const { page, complaints } = await signedIn("zh-CN");
  const { json } = await fetchIn(page, "GET", "/api/admin/users");
  const [{ id } = { id: "" }] = (json as { data: { id: string }[] }).data;
  await page.goto(at(`/admin/users?open=${id}&tab=keys`));
  await page.getByRole("button", { name: "创建密钥" }).click();
  const dialog = page.getByRole("dialog", { name: "创建 API 密钥" });
  await dialog.getByLabel("名称").fill("ci");
  await dialog.getByLabel("添加模型或智能体").selectOption("loop/*");
  await dialog.getByLabel("拒绝这些地址").fill("nonsense");
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  await dialog.getByText("nonsense：请填写地址").waitFor();
  await dialog.getByLabel("拒绝这些地址").fill(HOME);
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  await dialog.getByText("请立即复制密钥").or(page.getByText("请立即复制密钥")).first().waitFor();
  const key = await keyShown(page);
  expect(await ask(key, "loop/one", "198.51.100.1")).toBe(200);
  expect(await ask(key, "agent/guide", "198.51.100.1")).toBe(404);
  expect(await ask(key, "loop/one", HOME)).toBe(403);
  await page.getByRole("button", { name: "我已保存" }).click();
  await page.goto(at("/admin/keys"));
  await page.getByText("loop/* · 限定地址").first().waitFor();
  await page.getByRole("button", { name: "编辑: ci" }).click();
  const edit = page.getByRole("dialog", { name: "修改密钥 ci" });
  expect(await edit.getByLabel("拒绝这些地址").inputValue()).toBe(HOME);
  await edit.getByLabel("拒绝这些地址").fill("");
  expect(await violations(page)).toEqual([]);
  await edit.getByRole("button", { name: "保存" }).click();
  await page.getByText("ci 已修改").waitFor();
  expect(await ask(key, "loop/one", HOME)).toBe(200);
  expect(complaints).toEqual([]);
});

it("who would shut himself out of his site is warned, and asked whether he means it", async () => {
  const { page, complaints } = await signedIn("en");
  await page.goto(at("/admin/settings"));
  await page.getByText(`You come from ${HOME}.`).waitFor();
  const allow = page.getByLabel("Only from these addresses");
  const warning = page.getByText("These lists shut you out");
  await allow.fill("203.0.113.0/24");
  expect(await warning.count()).toBe(0);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings are saved").first().waitFor();
  await allow.fill("198.51.100.0/24");
  await warning.waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Change the lists, or say that you mean it").waitFor();
  expect((await fetchIn(page, "GET", "/api/admin/site")).status).toBe(200);
  await page.getByLabel("Save them all the same").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await fetchIn(page, "GET", "/api/admin/site")).status).toBe(403);
  await page.goto(at("/"));
  await page.getByText("This site may not be used from your address.").waitFor();
  expect(complaints).toEqual([]);
});
