/** Agents of other platforms behind the API and in the portal, on the running server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { HOOK_SECRET, N8N_KEY } from "../support/upstream-hooks.ts";
import { say } from "./portal-talk.ts";
import {
  clientOf,
  eventually,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "./support.ts";
import { hostOf, visitor } from "./visitor.ts";

const PASSWORD = "password-of-ann";
const PAT = { accessToken: "pat_ok" };
const BCE = { apiKey: "bce-v3/ALTAK-abc/0123456789" };

/** The conversation is named there, and in no field of the body. */
const IN_ADDRESS = "(address)";

interface Connected {
  connector: string;
  /** Behind the upstream's address. */
  path: string;
  settings?: Record<string, unknown>;
  secret: Record<string, string>;
  agent?: string;
  /** How its usage is known. */
  usage: "reported" | "estimated";
  /** The field of the request's body that names the conversation. */
  conversation: string | null;
}

const AGENTS: Record<string, Connected> = {
  appbuilder: {
    connector: "appbuilder",
    path: "/appbuilder",
    secret: BCE,
    agent: "ok",
    usage: "reported",
    conversation: "conversation_id",
  },
  bailian: {
    connector: "bailian",
    path: "/bailian",
    settings: { appId: "agent-0001" },
    secret: { apiKey: "sk-0123456789" },
    usage: "reported",
    // The history is sent along.
    conversation: null,
  },
  "bailian-flow": {
    connector: "bailian",
    path: "/bailian",
    settings: { appId: "flow-0001" },
    secret: { apiKey: "sk-0123456789" },
    usage: "reported",
    conversation: null,
  },
  "coze-bot": {
    connector: "coze",
    path: "/coze",
    secret: PAT,
    agent: "70",
    usage: "reported",
    conversation: IN_ADDRESS,
  },
  "coze-chatflow": {
    connector: "coze",
    path: "/coze",
    secret: PAT,
    agent: "chatflow:80",
    usage: "reported",
    conversation: "conversation_id",
  },
  "coze-workflow": {
    connector: "coze",
    path: "/coze",
    secret: PAT,
    agent: "workflow:90",
    usage: "reported",
    conversation: null,
  },
  "ark-bot": {
    connector: "ark",
    path: "/v1",
    settings: { botId: "bot-1" },
    secret: { apiKey: "sk-ok-0123456789" },
    usage: "reported",
    conversation: null,
  },
  adp: {
    connector: "tencent-adp",
    path: "/adp-cloud",
    secret: { apiKey: "AppKey-new" },
    usage: "reported",
    conversation: "ConversationId",
  },
  "adp-old": {
    connector: "tencent-adp",
    path: "/adp-cloud",
    settings: { version: "v1" },
    secret: { apiKey: "AppKey-old" },
    usage: "reported",
    conversation: "session_id",
  },
  maxkb: {
    connector: "maxkb",
    path: "/maxkb/chat/api/a1",
    secret: { apiKey: "application-ok" },
    usage: "reported",
    conversation: "chat_id",
  },
  n8n: {
    connector: "n8n",
    path: "/n8n/webhook/ok",
    secret: { apiKey: N8N_KEY },
    usage: "estimated",
    conversation: "sessionId",
  },
  "n8n-chat": {
    connector: "n8n",
    path: "/n8n/webhook/ok/chat",
    secret: { apiKey: N8N_KEY },
    usage: "estimated",
    conversation: "sessionId",
  },
  webhook: {
    connector: "webhook",
    path: "/hook/ok",
    secret: { apiKey: "hook-bearer", signingSecret: HOOK_SECRET },
    usage: "reported",
    conversation: "conversation",
  },
};
/** Those that fail, each in its own way. */
const BROKEN: Record<string, Connected> = {
  "appbuilder-cut": { ...(AGENTS.appbuilder as Connected), agent: "cut-mid" },
  "coze-unpublished": { ...(AGENTS["coze-bot"] as Connected), agent: "79" },
  "bailian-unpublished": { ...(AGENTS.bailian as Connected), agent: "unpublished" },
  "adp-wrong-version": { ...(AGENTS["adp-old"] as Connected), settings: {} },
  "n8n-at-once": { ...(AGENTS.n8n as Connected), path: "/n8n/webhook/at-once" },
  "webhook-unsigned": { ...(AGENTS.webhook as Connected), secret: { apiKey: "hook-bearer" } },
};
const ALL = { ...AGENTS, ...BROKEN };

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
const lastBody = () => upstream.requests.at(-1)?.body as Record<string, unknown>;

describe.each(Object.entries(AGENTS))("%s", (slug, agent) => {
  it("answers whole and as a stream, at its price per message", async () => {
    for (const stream of [false, true]) {
      const before = await expectBalanced(ann());
      const response = await ann().chat({ model: `agent/${slug}`, stream });
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text.match(/(词|word)7\b/g)).toHaveLength(1);
      const record = await ann().usage(response.headers.get("x-request-id") ?? "");
      expect(record).toMatchObject({
        status: "ok",
        usage_source: agent.usage,
        charged_micro: 2_000_000,
      });
      const after = await expectBalanced(ann());
      expect(before.balance_micro - after.balance_micro).toBe(2_000_000);
    }
  });

  it("remembers a conversation of the portal, and begins another for the next", async () => {
    const person = visitor(portico.origin, hostOf(portico, "acme"));
    await person.logIn("ann@acme.example", PASSWORD);
    const first = await say(person, slug, "one");
    const begun = lastBody();
    await say(person, slug, "two", first);
    const gone = lastBody();
    await say(person, slug, "three");
    const other = lastBody();
    expect(JSON.stringify(gone)).toContain("two");
    if (agent.conversation === null) {
      expect(JSON.stringify(gone)).toContain("one");
      return;
    }
    const name = agent.conversation;
    if (name === IN_ADDRESS) {
      expect(JSON.stringify(gone)).not.toContain("one");
      return;
    }
    expect(JSON.stringify(gone)).not.toContain("[Conversation so far]");
    if (begun[name] !== undefined) expect(gone[name]).toBe(begun[name]);
    expect(gone[name]).toEqual(expect.any(String));
    expect(other[name]).not.toBe(gone[name]);
  });
});

it.each([
  ["appbuilder", "ok"],
  ["adp", "new"],
])("a conversation that %s has forgotten begins anew, with what was said", async (slug, app) => {
  const person = visitor(portico.origin, hostOf(portico, "acme"));
  await person.logIn("ann@acme.example", PASSWORD);
  const first = await say(person, slug, "my name is Ann");
  upstream.script(app, { conversationGone: true });
  const second = await say(person, slug, "who am I?", first);
  expect(JSON.stringify(lastBody())).toContain("User: my name is Ann");
  upstream.script(app, {});
  await say(person, slug, "and now?", second);
  expect(JSON.stringify(lastBody())).not.toContain("my name is Ann");
});

it("a picture for AppBuilder is given to each conversation that is begun for it", async () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  const messages = [{ role: "user", content: [{ type: "text", text: "what is it?" }, image] }];
  for (let time = 0; time < 2; time++) {
    const response = await ann().chat({ model: "agent/appbuilder", messages });
    expect(response.status).toBe(200);
    await response.text();
    expect(lastBody().file_ids).toEqual([expect.stringMatching(/^file-/)]);
  }
});

it.each([
  ["coze-unpublished", 502],
  ["bailian-unpublished", 502],
  ["adp-wrong-version", 502],
  ["n8n-at-once", 502],
  ["webhook-unsigned", 502],
])("%s fails before its first word, tells no key and costs nothing", async (slug, status) => {
  const before = await expectBalanced(ann());
  const response = await ann().chat({ model: `agent/${slug}`, stream: true });
  expect(response.status).toBe(status);
  const text = await response.text();
  for (const value of Object.values(ALL[slug]?.secret ?? {})) expect(text).not.toContain(value);
  expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
});

it("an answer that breaks off in the middle ends in an error of the protocol", async () => {
  const response = await ann().chat({ model: "agent/appbuilder-cut", stream: true });
  const text = await response.text();
  expect(text).toContain("你好");
  expect(text).toContain('"error"');
  await eventually(() => expectBalanced(ann()));
});

describe("in the console", () => {
  const owner = async () => {
    const person = visitor(portico.origin, hostOf(portico, "acme"));
    await person.logIn("ann@acme.example", PASSWORD);
    return person;
  };

  it.each(Object.keys(AGENTS))(
    "the test of %s goes through without asking a question",
    async (slug) => {
      const asked = upstream.billed.length;
      const path = `/api/admin/connections/${slug}/test`;
      const result = await (await owner()).json<{ ok: boolean; steps: unknown[] }>("POST", path);
      expect(result.ok, JSON.stringify(result.steps)).toBe(true);
      expect(upstream.billed.length).toBe(asked);
    },
  );

  it.each([
    ["adp-wrong-version", "version of the API"],
    ["webhook-unsigned", "signing secret"],
  ])("the test of %s says what to change", async (slug, words) => {
    const path = `/api/admin/connections/${slug}/test`;
    const result = await (await owner()).json<{ ok: boolean; steps: unknown[] }>("POST", path);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result.steps.at(-1))).toContain(words);
  });

  it("what is published at Coze is listed over all workspaces, with what it says first", async () => {
    const path = "/api/admin/connections/coze-bot/offers";
    const { data } = await (await owner()).json<{ data: object[] }>("GET", path);
    expect(data).toMatchObject([
      { id: "70", name: "Helper", openingMessage: "Hi!", suggestedQuestions: ["Who?"] },
      { id: "chatflow:80" },
      { id: "workflow:90" },
    ]);
  });

  it("all published apps of AppBuilder are listed, over all pages, with what they say first", async () => {
    const path = "/api/admin/connections/appbuilder/offers";
    const { data } = await (await owner()).json<{ data: { id: string }[] }>("GET", path);
    expect(data.map(({ id }) => id)).toEqual(["ok", "paced", "cut-mid"]);
    expect(data[0]).toMatchObject({ name: "App ok", openingMessage: "Hi!" });
  });
});
