/** A client of the API that sends its new message alone, and has the agent's platform remember. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { STUDIO_KEY } from "../support/upstream-studio.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";

interface Connected {
  connector: string;
  path: string;
  secret: Record<string, string>;
  agent?: string;
  /** The field of the request's body that names the conversation. */
  field: string;
}
const AGENTS: Record<string, Connected> = {
  dify: {
    connector: "dify",
    path: "/dify/v1",
    secret: { apiKey: "app-ok" },
    field: "conversation_id",
  },
  fastgpt: {
    connector: "fastgpt",
    path: "/fastgpt/api",
    secret: { apiKey: "fastgpt-ok" },
    field: "chatId",
  },
  ragflow: {
    connector: "ragflow",
    path: "/ragflow",
    secret: { apiKey: "ragflow-0123" },
    agent: "agent:ok",
    field: "session_id",
  },
  studio: {
    connector: "53ai-studio",
    path: "/studio",
    secret: { apiKey: STUDIO_KEY },
    agent: "ok",
    field: "conversation_id",
  },
};

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  const agents = Object.entries(AGENTS).map(([slug, { agent }]) => ({
    slug,
    name: slug,
    target: { connection: slug, ...(agent ? { agent } : {}) },
    price: { perMessage: 1 },
  }));
  const user = (name: string, ...keys: string[]) => ({
    email: `${name}@acme.example`,
    credits: 1000,
    apiKeys: keys.map((key) => ({ name: key, key: keyOf(key) })),
  });
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        edition: "enterprise",
        name: "Acme",
        connections: Object.entries(AGENTS).map(([id, { connector, path, secret }]) => ({
          id,
          connector,
          settings: { baseUrl: `${upstream.url}${path}` },
          secrets: [secret],
        })),
        agents: [...agents, { ...agents[0], slug: "twin", name: "twin" }],
        users: [user("ann", "ann", "annother"), user("bob", "bob")],
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

let count = 0;
/** A name that no other test has used. */
let talk = "";
beforeEach(() => {
  talk = `talk ${++count}`;
});

type Body = Record<string, unknown>;
const lastBody = () => upstream.requests.at(-1)?.body as Body;

async function ask(
  text: string,
  more: Body,
  { key = "ann", slug = "dify", path = "/v1/chat/completions" } = {},
): Promise<Body> {
  const own = {
    "/v1/chat/completions": { messages: [{ role: "user", content: text }] },
    "/v1/messages": { messages: [{ role: "user", content: text }], max_tokens: 100 },
    "/v1/responses": { input: text },
    "/v1/completions": { prompt: text },
  }[path];
  const answer = await fetch(`${portico.origin}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${keyOf(key)}`, "content-type": "application/json" },
    body: JSON.stringify({ model: `agent/${slug}`, ...own, ...more }),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  await answer.text();
  return lastBody();
}
const named = (name: string) => ({ metadata: { conversation_id: name } });
const went = (body: Body, slug = "dify") => body[AGENTS[slug]?.field ?? ""];

describe.each(Object.keys(AGENTS))("a conversation that the client names at %s", (slug) => {
  it("goes on where it was, with the new message alone", async () => {
    await ask("my name is Ann", named(talk), { slug });
    const conversation = went(lastBody(), slug);
    const second = await ask("who am I?", named(talk), { slug });
    expect(went(second, slug)).toEqual(expect.any(String));
    expect(went(second, slug)).not.toBe("");
    if (slug === "fastgpt") expect(went(second, slug)).toBe(conversation);
    expect(JSON.stringify(second)).toContain("who am I?");
    expect(JSON.stringify(second)).not.toContain("my name is Ann");
  });
});

describe("a conversation that the client names", () => {
  it.each(["/v1/chat/completions", "/v1/responses", "/v1/messages"])(
    "is known at %s",
    async (path) => {
      await ask("one", named(talk), { path });
      for (const stream of [false, true]) {
        expect(went(await ask("two", { ...named(talk), stream }, { path }))).toBeTruthy();
      }
    },
  );

  it("is one, whatever protocol it is asked in", async () => {
    await ask("one", named(talk), { path: "/v1/messages" });
    expect(went(await ask("two", named(talk), { path: "/v1/responses" }))).toBeTruthy();
  });

  it("is told the new message alone, though the client sends all of them", async () => {
    await ask("one", named(talk));
    const messages = [
      { role: "user", content: "one" },
      { role: "assistant", content: "1" },
      { role: "user", content: "two" },
    ];
    const body = await ask("", { ...named(talk), messages });
    expect(went(body)).toBeTruthy();
    expect(body.query).toBe("two");
  });

  it("is no other user's, no other key's and no other agent's", async () => {
    await ask("one", named(talk));
    expect(went(await ask("two", named(talk), { key: "bob" }))).toBeUndefined();
    expect(went(await ask("two", named(talk), { key: "annother" }))).toBeUndefined();
    expect(went(await ask("two", named(talk), { slug: "twin" }))).toBeUndefined();
    expect(went(await ask("two", named(`${talk}!`)))).toBeUndefined();
    // Of a person whom the client itself tells apart.
    expect(went(await ask("two", { ...named(talk), user: "someone else" }))).toBeUndefined();
    expect(went(await ask("two", named(talk)))).toBeTruthy();
  });

  it("begins anew, with what the client sent, where the platform has forgotten it", async () => {
    await ask("one", named(talk));
    upstream.script("ok", { conversationGone: true });
    const messages = [
      { role: "user", content: "my name is Ann" },
      { role: "assistant", content: "hello" },
      { role: "user", content: "who am I?" },
    ];
    const body = await ask("", { ...named(talk), messages });
    expect(went(body)).toBeUndefined();
    expect(body.query).toContain("my name is Ann");
    upstream.script("ok", {});
    expect(went(await ask("and now?", named(talk)))).toBeTruthy();
    await expectBalanced(clientOf(portico, keyOf("ann")));
  });

  it("is not asked for by several answers at once", async () => {
    await ask("one", named(talk));
    const path = "/v1/completions";
    const prompt = ["two", "three"];
    expect(went(await ask("", { ...named(talk), prompt }, { path }))).toBeUndefined();
  });
});

describe("a person whom the client names", () => {
  it.each([
    ["/v1/chat/completions", (user: string) => ({ user })],
    ["/v1/completions", (user: string) => ({ user })],
    ["/v1/responses", (user: string) => ({ user })],
    ["/v1/messages", (user_id: string) => ({ metadata: { user_id } })],
  ])("is gone on with at %s, where no earlier answer comes along", async (path, of) => {
    await ask("one", of(talk), { path });
    expect(went(await ask("two", of(talk), { path }))).toBeTruthy();
    expect(went(await ask("two", of(`${talk}!`), { path }))).toBeUndefined();
  });

  it("is told all that a client remembers itself, in a conversation of its own", async () => {
    await ask("one", { user: talk });
    const messages = [
      { role: "user", content: "my name is Ann" },
      { role: "assistant", content: "hello" },
      { role: "user", content: "who am I?" },
    ];
    const body = await ask("", { user: talk, messages });
    expect(went(body)).toBeUndefined();
    expect(body.query).toContain("my name is Ann");
  });
});

it("who names nothing begins anew each time", async () => {
  await ask("one", {});
  expect(went(await ask("two", {}))).toBeUndefined();
});
