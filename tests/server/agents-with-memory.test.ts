/** FastGPT, RAGFlow, 53AI Studio and Yuanqi behind the API and in the portal: who remembers what. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { STUDIO_KEY } from "../support/upstream-studio.ts";
import { YUANQI_TOKEN } from "../support/upstream-yuanqi.ts";
import { say } from "./portal-talk.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";
import { hostOf, visitor } from "./visitor.ts";

const PASSWORD = "password-of-ann";
const RAGFLOW_KEY = { apiKey: "ragflow-0123" };
const YUANQI = { apiKey: YUANQI_TOKEN };

interface Connected {
  connector: string;
  /** Behind the upstream's address. */
  path: string;
  settings?: Record<string, unknown>;
  secret: Record<string, string>;
  agent?: string;
  usage: "reported" | "estimated";
  /** The field of the request's body that names the conversation; null: the history is sent along. */
  conversation: string | null;
}

const AGENTS: Record<string, Connected> = {
  fastgpt: {
    connector: "fastgpt",
    path: "/fastgpt/api",
    secret: { apiKey: "fastgpt-ok" },
    usage: "reported",
    conversation: "chatId",
  },
  "fastgpt-by-id": {
    connector: "fastgpt",
    // Copied from an example of a request.
    path: "/fastgpt/api/v1/chat/completions",
    settings: { appId: "0123456789abcdef01234567" },
    secret: { apiKey: "fastgpt-account" },
    usage: "reported",
    conversation: "chatId",
  },
  ragflow: {
    connector: "ragflow",
    path: "/ragflow/api/v1",
    secret: RAGFLOW_KEY,
    agent: "chat:ok",
    usage: "estimated",
    conversation: "session_id",
  },
  "ragflow-old": {
    connector: "ragflow",
    path: "/ragflow-old",
    secret: RAGFLOW_KEY,
    agent: "chat:ok",
    usage: "estimated",
    conversation: "session_id",
  },
  "ragflow-agent": {
    connector: "ragflow",
    path: "/ragflow",
    secret: RAGFLOW_KEY,
    agent: "agent:ok",
    usage: "reported",
    conversation: "session_id",
  },
  studio: {
    connector: "53ai-studio",
    path: "/studio",
    secret: { apiKey: STUDIO_KEY },
    agent: "ok",
    usage: "reported",
    conversation: "conversation_id",
  },
  yuanqi: {
    connector: "yuanqi",
    path: "/yuanqi",
    settings: { assistantId: "ok" },
    secret: YUANQI,
    usage: "reported",
    conversation: null,
  },
};
/** Those that fail before their first word, each in its own way; and what the test says of it. */
const BROKEN: Record<string, Connected & { advice?: string }> = {
  "fastgpt-account-key": {
    ...(AGENTS.fastgpt as Connected),
    secret: { apiKey: "fastgpt-account" },
    advice: "key of the account",
  },
  "ragflow-strange-key": {
    ...(AGENTS.ragflow as Connected),
    secret: { apiKey: "stranger-0123" },
    advice: "create one on the API page",
  },
  "ragflow-old-strange-key": {
    ...(AGENTS["ragflow-old"] as Connected),
    secret: { apiKey: "stranger-0123" },
    advice: "create one on the API page",
  },
  "ragflow-stranger": { ...(AGENTS.ragflow as Connected), agent: "chat:stranger" },
  "studio-strange-key": {
    ...(AGENTS.studio as Connected),
    secret: { apiKey: "stranger-0123" },
    advice: "Secret Key",
  },
  "yuanqi-strange-token": { ...(AGENTS.yuanqi as Connected), secret: { apiKey: "stranger-0123" } },
};
const PLUGIN: Connected = {
  ...(AGENTS.fastgpt as Connected),
  settings: { appId: "plugin" },
  secret: { apiKey: "fastgpt-plugin" },
};
const CUT: Connected = { ...(AGENTS.ragflow as Connected), agent: "agent:cut-mid" };
const ALL: Record<string, Connected> = { ...AGENTS, ...BROKEN, plugin: PLUGIN, cut: CUT };

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        edition: "enterprise",
        name: "Acme AI",
        connections: Object.entries(ALL).map(([id, { connector, path, settings, secret }]) => ({
          id,
          connector,
          settings: { baseUrl: `${upstream.url}${path}`, ...settings },
          secrets: [secret],
        })),
        agents: Object.entries(ALL).map(([slug, { agent }]) => ({
          slug,
          name: slug,
          target: { connection: slug, ...(agent ? { agent } : {}) },
          price: { perMessage: 2 },
          access: { everyone: true },
        })),
        users: [
          {
            email: "ann@acme.example",
            password: PASSWORD,
            role: "owner",
            credits: 1000,
            apiKeys: [{ name: "test", key: keyOf("ann") }],
          },
        ],
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const ann = () => clientOf(portico, keyOf("ann"));
const bodyOf = (request: { body: unknown } | undefined) => request?.body as Record<string, unknown>;
const lastBody = () => bodyOf(upstream.requests.at(-1));
const person = async () => {
  const anyone = visitor(portico.origin, hostOf(portico, "acme"));
  await anyone.logIn("ann@acme.example", PASSWORD);
  return anyone;
};

describe.each(Object.entries(AGENTS))("%s", (slug, agent) => {
  it("answers whole and as a stream, each word once, at its price", async () => {
    for (const stream of [false, true]) {
      const before = await expectBalanced(ann());
      const response = await ann().chat({ model: `agent/${slug}`, stream });
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text.match(/词7/g)).toHaveLength(1);
      expect(text).not.toContain("[ID:");
      const record = await ann().usage(response.headers.get("x-request-id") ?? "");
      expect(record).toMatchObject({ status: "ok", usage_source: agent.usage });
      const after = await expectBalanced(ann());
      expect(before.balance_micro - after.balance_micro).toBe(2_000_000);
    }
  });

  it("remembers a conversation of the portal, and begins another for the next", async () => {
    const visiting = await person();
    const first = await say(visiting, slug, "one");
    await say(visiting, slug, "two", first);
    const second = lastBody();
    await say(visiting, slug, "three");
    const other = lastBody();
    expect(JSON.stringify(second)).toContain("two");
    if (agent.conversation === null) {
      expect(JSON.stringify(second)).toContain("one");
      return;
    }
    expect(JSON.stringify(second)).not.toContain("one");
    expect(second[agent.conversation]).toEqual(expect.any(String));
    expect(other[agent.conversation]).not.toBe(second[agent.conversation]);
  });

  it("is told what a client of the API remembers itself", async () => {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "one" },
      { role: "assistant", content: "1" },
      { role: "user", content: "two" },
    ];
    const response = await ann().chat({ model: `agent/${slug}`, messages });
    expect(response.status).toBe(200);
    await response.text();
    const sent = JSON.stringify(lastBody());
    for (const text of ["Be brief.", "one", "1", "two"]) expect(sent).toContain(text);
  });

  it("passes its test without being asked anything", async () => {
    const asked = upstream.billed.length;
    const path = `/api/admin/connections/${slug}/test`;
    const result = await (await person()).json<{ ok: boolean; steps: unknown[] }>("POST", path);
    expect(result.ok, JSON.stringify(result.steps)).toBe(true);
    expect(upstream.billed.length).toBe(asked);
  });
});

it.each(["ragflow", "ragflow-agent", "studio"])(
  "a conversation that %s has forgotten begins anew, with what was said",
  async (slug) => {
    const visiting = await person();
    const first = await say(visiting, slug, "my name is Ann");
    upstream.script("ok", { conversationGone: true });
    const second = await say(visiting, slug, "who am I?", first);
    expect(JSON.stringify(lastBody())).toContain("User: my name is Ann");
    upstream.script("ok", {});
    await say(visiting, slug, "and now?", second);
    expect(JSON.stringify(lastBody())).not.toContain("my name is Ann");
  },
);

describe.each(Object.entries(BROKEN))("%s", (slug, { secret }) => {
  it("fails before its first word, tells no key and costs nothing", async () => {
    const before = await expectBalanced(ann());
    const response = await ann().chat({ model: `agent/${slug}`, stream: true });
    expect(response.status).toBe(502);
    const text = await response.text();
    for (const value of Object.values(secret)) expect(text).not.toContain(value);
    expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
  });
});

it.each(Object.entries(BROKEN).filter(([, { advice }]) => advice !== undefined))(
  "the test of %s says what to change",
  async (slug, { advice }) => {
    const path = `/api/admin/connections/${slug}/test`;
    const result = await (await person()).json<{ ok: boolean; steps: unknown[] }>("POST", path);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result.steps.at(-1))).toContain(advice);
  },
);

it("an agent of RAGFlow that breaks off in the middle ends in an error of the protocol", async () => {
  const response = await ann().chat({ model: "agent/cut", stream: true });
  const text = await response.text();
  expect(text).toContain("你好");
  expect(text).toContain('"error"');
});

it("the test of a plugin looks it up by its id, and does not run it", async () => {
  const asked = upstream.billed.length;
  const path = "/api/admin/connections/plugin/test";
  const result = await (await person()).json<{ ok: boolean }>("POST", path);
  expect(result.ok).toBe(true);
  expect(upstream.billed.length).toBe(asked);
});

it("a session of RAGFlow is begun for a chat and never for an agent", async () => {
  const from = upstream.requests.length;
  for (const slug of ["ragflow", "ragflow-agent"]) {
    await (await ann().chat({ model: `agent/${slug}` })).text();
  }
  const paths = upstream.requests.slice(from).map(({ path }) => path);
  expect(paths).toEqual([
    "/ragflow/api/v1/chats/ok/sessions",
    "/ragflow/api/v1/chats/ok/completions",
    "/ragflow/api/v1/agents/ok/completions",
  ]);
});

it.each(["ragflow-agent", "studio"])("a picture for %s is given to it beforehand", async (slug) => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  const messages = [{ role: "user", content: [{ type: "text", text: "what is it?" }, image] }];
  const response = await ann().chat({ model: `agent/${slug}`, messages });
  expect(response.status).toBe(200);
  await response.text();
  expect(JSON.stringify(lastBody().files)).toMatch(/"(file|f)-\d+"/);
});

it.each([
  ["ragflow", 33, { id: "agent:ok", name: "Agent ok" }],
  ["ragflow-old", 33, { id: "agent:ok", name: "Agent ok" }],
  ["studio", 101, { id: "ok+100", name: "Bot 100", suggestedQuestions: ["Who are you?"] }],
  ["fastgpt-by-id", 1, { id: "0123456789abcdef01234567", name: "App account" }],
  ["fastgpt", 1, { id: "app" }],
])("all that %s has is listed, over all pages", async (slug, count, last) => {
  const path = `/api/admin/connections/${slug}/offers`;
  const { data } = await (await person()).json<{ data: object[] }>("GET", path);
  expect(data).toHaveLength(count);
  expect(data.at(-1)).toMatchObject(last);
});
