/**
 * The promise to an admin, on every agent platform: paste what it shows, press test, see your agents
 * listed, publish; and then somebody chats with them in the portal.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Agent } from "../../src/contract/admin.ts";
import type { ConnectorInfo } from "../../src/contract/guide.ts";
import { startTestPortico, type TestPortico } from "../server/support.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { HOOK_SECRET, N8N_KEY } from "../support/upstream-hooks.ts";
import { STUDIO_KEY } from "../support/upstream-studio.ts";
import { YUANQI_TOKEN } from "../support/upstream-yuanqi.ts";
import { fetchIn, openBrowser, openPage, violations, type Watched } from "./support.ts";

const OWNER = { email: "owner@acme.example", password: "correct horse battery" };

/** What is pasted into the form, by the name of the field; addresses stand behind the upstream's. */
const PASTED: Record<string, { path: string; values: Record<string, string>; offer?: string }> = {
  coze: { path: "/coze", values: { accessToken: "pat_ok" }, offer: "Helper" },
  dify: { path: "/dify/v1", values: { apiKey: "app-ok" } },
  "53ai-studio": { path: "/studio", values: { apiKey: STUDIO_KEY }, offer: "Bot 0" },
  yuanqi: { path: "/yuanqi", values: { assistantId: "ok", apiKey: YUANQI_TOKEN } },
  fastgpt: { path: "/fastgpt/api", values: { apiKey: "fastgpt-ok" } },
  ragflow: { path: "/ragflow", values: { apiKey: "ragflow-0123" }, offer: "Chat 0" },
  appbuilder: {
    path: "/appbuilder",
    values: { apiKey: "bce-v3/ALTAK-abc/0123456789" },
    offer: "App ok",
  },
  bailian: { path: "/bailian", values: { appId: "agent-0001", apiKey: "sk-0123456789" } },
  ark: { path: "/v1", values: { botId: "bot-1", apiKey: "sk-ok-0123456789" } },
  "tencent-adp": { path: "/adp-cloud", values: { apiKey: "AppKey-new" } },
  maxkb: { path: "/maxkb/chat/api/a1", values: { apiKey: "application-ok" } },
  n8n: { path: "/n8n/webhook/ok/chat", values: { apiKey: N8N_KEY } },
  webhook: {
    path: "/hook/ok",
    values: { apiKey: "hook-bearer", signingSecret: HOOK_SECRET },
  },
};

let upstream: Upstream;
let portico: TestPortico;
let browser: Browser;
let owner: Watched;
let connectors: ConnectorInfo[];

const origin = () => `http://acme.localhost:${portico.port}`;
const admin = (path: string) => `${origin()}/admin${path}`;
const data = async <Row>(path: string) => {
  const { json } = await fetchIn(owner.page, "GET", path);
  return (json as { data: Row[] }).data;
};
const agents = () => data<Agent>("/api/admin/agents");

beforeAll(async () => {
  upstream = await startUpstream();
  const site = {
    slug: "acme",
    name: "Acme AI",
    edition: "standard",
    locale: "en",
    levels: [
      { slug: "free", name: "Free", default: true },
      { slug: "gold", name: "Gold" },
    ],
    users: [{ ...OWNER, role: "owner", credits: 100 }],
  };
  portico = await startTestPortico({ sites: [site] }, { withUis: true });
  browser = await openBrowser();
  owner = await openPage(browser);
  await owner.page.goto(`${origin()}/login`);
  expect((await fetchIn(owner.page, "POST", "/api/auth/login", OWNER)).status).toBe(200);
  connectors = await data("/api/admin/connectors");
});
afterAll(async () => {
  await browser?.close();
  await portico?.stop();
  await upstream?.close();
});

/** Fills in the guided form as its labels say, tests, saves; ends on the list of what is offered. */
async function connect(connector: string, id: string): Promise<void> {
  const { page } = owner;
  const { path, values } = PASTED[connector] ?? { path: "", values: {} };
  const { fields } = connectors.find((one) => one.id === connector)?.guide ?? { fields: [] };
  await page.goto(admin(`/connections/new?connector=${connector}`));
  await page.getByRole("textbox", { name: "Id", exact: true }).fill(id);
  for (const [name, value] of Object.entries({ baseUrl: `${upstream.url}${path}`, ...values })) {
    const label = fields.find((field) => field.name === name)?.label.en ?? name;
    await page.getByRole("main").getByLabel(label, { exact: false }).first().fill(value);
  }
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText(/^It works\./).waitFor();
  await page.getByRole("button", { name: "Save and pick" }).click();
  await page.waitForURL(admin(`/connections/${id}/publish`));
}

it("every agent platform of the registry is tried here", () => {
  const known = connectors.filter(({ family }) => family === "agents").map(({ id }) => id);
  expect(Object.keys(PASTED).sort()).toEqual([...known, "ark"].sort());
});

it.each(Object.entries(PASTED))(
  "%s is connected by its form, tested, published and chatted with",
  async (connector, { offer }) => {
    const { page } = owner;
    await connect(connector, connector);
    const row = offer
      ? page.getByRole("checkbox", { name: offer, exact: true })
      : page.getByRole("main").locator('li input[type="checkbox"]').first();
    await row.check();
    await page.getByRole("textbox", { name: /^Published as/ }).fill(`Our ${connector}`);
    await page.getByRole("button", { name: "Publish 1" }).click();
    await page.getByText(`Published: Our ${connector}`).waitFor();

    await page.goto(`${origin()}/new?target=agent%2Four-${connector}`);
    const box = page.getByRole("textbox", { name: /message/i }).last();
    await box.fill(`hello ${connector}`);
    await box.press("Enter");
    await page.getByText(/(词|word)7\b/).waitFor();
    expect(JSON.stringify(upstream.requests.at(-1)?.body)).toContain(`hello ${connector}`);
  },
);

it("several are published in one go: looked over before, with access and price for all", async () => {
  const { page } = owner;
  await connect("coze", "coze-again");
  await page.getByRole("checkbox", { name: "All 3 that are not published yet" }).check();
  await page.getByRole("button", { name: "What people see: Helper" }).click();
  await page.getByRole("textbox", { name: "Opening message" }).fill("Good morning!");
  await page.getByRole("textbox", { name: "Credits per message" }).fill("nothing");
  await page.getByText("A number from 0 to 1,000,000").waitFor();
  expect(await page.getByRole("button", { name: "Publish 3" }).isDisabled()).toBe(true);
  await page.getByRole("textbox", { name: "Credits per message" }).fill("3");
  await page.getByRole("radio", { name: "Only those chosen below" }).check();
  await page.getByRole("checkbox", { name: "Gold" }).check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Publish 3" }).click();
  await page.getByText("3 items published").waitFor();
  await page.getByText("Nothing is picked yet").waitFor();

  const made = (await agents()).filter(
    ({ target }) => "connection" in target && target.connection === "coze-again",
  );
  expect(made).toHaveLength(3);
  for (const { access, price } of made) {
    expect(access).toMatchObject({ everyone: false, levels: ["gold"] });
    expect(price).toEqual({ perMessage: 3 });
  }
  expect(made.find(({ name }) => name === "Helper")).toMatchObject({
    openingMessage: "Good morning!",
    suggestedQuestions: ["Who?"],
  });
  expect(await page.getByText(/^Published: /).count()).toBe(3);
});

it("no page complained on the way", () => {
  expect(owner.complaints).toEqual([]);
});
