import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalAnswer } from "../../scripts/local-request.ts";
import type { adminEndpoints } from "../../src/contract/admin.ts";
import type { portalEndpoints } from "../../src/contract/portal.ts";
import type { Upstream } from "../support/upstream.ts";
import { clientOf, eventually, keyOf, type TestPortico } from "./support.ts";
import { startTwoSites, type TwoSites } from "./two-sites.ts";
import { codeOf, type Visitor } from "./visitor.ts";

let world: TwoSites;
let upstream: Upstream;
let portico: TestPortico;
let owner: Visitor;
let member: Visitor;
let strangerOwner: Visitor;

beforeAll(async () => {
  world = await startTwoSites();
  ({ upstream, portico, owner, member, strangerOwner } = world);
}, 60_000);
afterAll(() => world?.stop());

type WithParams<Table> = {
  [Key in keyof Table & string]: Key extends `${string}{${string}` ? Key : never;
}[keyof Table & string];

/** What another tenant has, by the kind of its id. */
interface Foreign {
  host: string;
  connection: string;
  model: string;
  agent: string;
  level: string;
  user: string;
  email: string;
  invitation: string;
  key: string;
  request: string;
  conversation: string;
  run: string;
  question: string;
  answer: string;
}

async function listOf<Item>(person: Visitor, path: string): Promise<Item[]> {
  return (await person.json<{ data: Item[] }>("GET", path)).data;
}

/** The site's connection that no other site has one of the same name as. */
async function ownConnection(person: Visitor): Promise<string> {
  const connections = await listOf<{ id: string }>(person, "/api/admin/connections");
  return connections.find(({ id }) => id === "line" || id === "dead")?.id ?? "";
}

/** One of everything that this person and his site have. */
async function possessions(person: Visitor, key: string): Promise<Foreign> {
  await clientOf(portico, key).chat({ model: "up/ok" });
  const run = await person.call("POST", "/api/portal/runs", {
    target: "up/ok",
    text: "mine",
    clientId: crypto.randomUUID(),
  });
  const start = JSON.parse(/^data: (.*)$/m.exec(run.text)?.[1] ?? "{}") as {
    conversation: { id: string };
    user: { id: string };
    assistant: { id: string; runId: string };
  };
  const requests = await eventually(async () => {
    const found = await listOf<{ request_id: string; user_id: string }>(
      person,
      "/api/admin/requests",
    );
    if (found.length < 2) throw new Error("the requests are not in the log yet");
    return found;
  });
  const userId = requests[0]?.user_id ?? "";
  const made = await person.json<{ key: { id: string } }>("POST", "/api/portal/keys", {
    name: "mine",
  });
  const user = await person.json<{ email: string }>("GET", `/api/admin/users/${userId}`);
  const invited = await person.json<{ invitation: { id: string } }>(
    "POST",
    "/api/admin/invitations",
    { email: `guest-${userId}@example.com` },
  );
  const firstId = async (path: string) =>
    (await listOf<{ id: string }>(person, path)).at(-1)?.id ?? "";
  return {
    host: (await listOf<{ host: string }>(person, "/api/admin/hosts")).at(-1)?.host ?? "",
    connection: await ownConnection(person),
    model: await firstId("/api/admin/models"),
    agent: await firstId("/api/admin/agents"),
    level: await firstId("/api/admin/levels"),
    user: userId,
    email: user.email,
    invitation: invited.invitation.id,
    key: made.key.id,
    request: requests[0]?.request_id ?? "",
    conversation: start.conversation.id,
    run: start.assistant.runId,
    question: start.user.id,
    answer: start.assistant.id,
  };
}

const MODEL = { name: "stolen", routes: [{ connection: "up", model: "ok" }] };
const AGENT = { slug: "stolen", name: "Stolen", target: { model: "up/ok" } };
const connectionBody = (id: string) => ({
  id,
  name: "Stolen",
  connector: "openai-compatible",
  settings: { baseUrl: `${upstream.url}/v1` },
  secrets: [{ values: { apiKey: "sk-thief-0123456789abcdef" } }],
});

interface Theft {
  ids: string[];
  query?: Record<string, string>;
  body?: unknown;
}

type AdminKey = WithParams<typeof adminEndpoints>;
/** For every endpoint with ids in its path: the ids, and a body that is good but for them. */
const adminTheft: Record<AdminKey, (of: Foreign) => Theft> = {
  "POST /api/admin/hosts/{host}/check": (of) => ({ ids: [of.host] }),
  "DELETE /api/admin/hosts/{host}": (of) => ({ ids: [of.host] }),
  "PUT /api/admin/connections/{id}": (of) => ({
    ids: [of.connection],
    body: connectionBody(of.connection),
  }),
  "DELETE /api/admin/connections/{id}": (of) => ({ ids: [of.connection] }),
  "POST /api/admin/connections/{id}/test": (of) => ({ ids: [of.connection] }),
  "GET /api/admin/connections/{id}/offers": (of) => ({ ids: [of.connection] }),
  "POST /api/admin/connections/{id}/authorise": (of) => ({
    ids: [of.connection],
    body: { secret: "any" },
  }),
  // A platform is nobody's; what a state of another site does is told in connections-oauth.test.ts.
  "GET /api/callback/{connector}/oauth": (of) => ({ ids: [of.connection] }),
  "PUT /api/admin/models/{id}": (of) => ({ ids: [of.model], body: MODEL }),
  "DELETE /api/admin/models/{id}": (of) => ({ ids: [of.model] }),
  "GET /api/admin/models/{id}/cache": (of) => ({ ids: [of.model] }),
  "DELETE /api/admin/models/{id}/cache": (of) => ({ ids: [of.model] }),
  "PUT /api/admin/agents/{id}": (of) => ({ ids: [of.agent], body: AGENT }),
  "DELETE /api/admin/agents/{id}": (of) => ({ ids: [of.agent] }),
  "PUT /api/admin/levels/{id}": (of) => ({
    ids: [of.level],
    body: { slug: "stolen", name: "Stolen" },
  }),
  "DELETE /api/admin/levels/{id}": (of) => ({ ids: [of.level] }),
  "GET /api/admin/users/{id}": (of) => ({ ids: [of.user] }),
  "PATCH /api/admin/users/{id}": (of) => ({ ids: [of.user], body: { enabled: false } }),
  "DELETE /api/admin/users/{id}": (of) => ({
    ids: [of.user],
    query: { email: of.email },
  }),
  "DELETE /api/admin/users/{id}/second-factors": (of) => ({ ids: [of.user] }),
  "DELETE /api/admin/invitations/{id}": (of) => ({ ids: [of.invitation] }),
  "POST /api/admin/invitations/{id}/resend": (of) => ({ ids: [of.invitation] }),
  "POST /api/admin/users/{id}/grants": (of) => ({
    ids: [of.user],
    body: { credits: 5, reason: "theft", operationId: crypto.randomUUID() },
  }),
  "POST /api/admin/users/{id}/corrections": (of) => ({
    ids: [of.user],
    body: { credits: -5, reason: "theft", operationId: crypto.randomUUID() },
  }),
  "GET /api/admin/users/{id}/entries": (of) => ({ ids: [of.user] }),
  "GET /api/admin/users/{id}/periods": (of) => ({ ids: [of.user] }),
  "GET /api/admin/users/{id}/statement.csv": (of) => ({ ids: [of.user] }),
  "POST /api/admin/users/{id}/keys": (of) => ({ ids: [of.user], body: { name: "stolen" } }),
  "PATCH /api/admin/users/{id}/keys/{keyId}": (of) => ({
    ids: [of.user, of.key],
    body: { name: "stolen" },
  }),
  "DELETE /api/admin/users/{id}/keys/{keyId}": (of) => ({ ids: [of.user, of.key] }),
  "GET /api/admin/requests/{id}": (of) => ({ ids: [of.request] }),
};

type PortalKey = WithParams<typeof portalEndpoints>;
const portalTheft: Record<PortalKey, (of: Foreign) => Theft> = {
  // An agent that only the other site has.
  "GET /api/portal/prices/{target}/{version}": () => ({ ids: ["agent/adviser", "1"] }),
  "GET /api/portal/requests/{id}": (of) => ({ ids: [of.request] }),
  "GET /api/portal/conversations/{id}": (of) => ({ ids: [of.conversation] }),
  "PATCH /api/portal/conversations/{id}": (of) => ({
    ids: [of.conversation],
    body: { title: "stolen" },
  }),
  "DELETE /api/portal/conversations/{id}": (of) => ({ ids: [of.conversation] }),
  "POST /api/portal/conversations/{id}/restore": (of) => ({ ids: [of.conversation] }),
  "GET /api/portal/runs/{id}/events": (of) => ({ ids: [of.run] }),
  "POST /api/portal/runs/{id}/stop": (of) => ({ ids: [of.run] }),
  "PUT /api/portal/messages/{id}/feedback": (of) => ({
    ids: [of.answer],
    body: { feedback: "down" },
  }),
  "PATCH /api/portal/keys/{id}": (of) => ({ ids: [of.key], body: { name: "stolen" } }),
  "DELETE /api/portal/keys/{id}": (of) => ({ ids: [of.key] }),
};

async function attempt(
  thief: Visitor,
  key: string,
  { ids, query = {}, body }: Theft,
): Promise<LocalAnswer> {
  const [method = "", template = ""] = key.split(" ");
  const left = [...ids];
  const path = template.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? ""));
  const search = new URLSearchParams(query).toString();
  return await thief.call(method, search ? `${path}?${search}` : path, body);
}

/** Tries each; answers the lines of those that were anything but not there. */
async function found(
  thief: Visitor,
  theft: Record<string, (of: Foreign) => Theft>,
  of: Foreign,
): Promise<string[]> {
  const lines: string[] = [];
  for (const [key, make] of Object.entries(theft)) {
    const answer = await attempt(thief, key, make(of));
    if (answer.status !== 404 || codeOf(answer) === "")
      lines.push(`${key}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  return lines;
}

describe("what belongs to another tenant", () => {
  it("is not there for the owner of this site, by whatever endpoint and id, and stays as it was", async () => {
    const theirs = await possessions(strangerOwner, keyOf("boss-other"));
    for (const [kind, id] of Object.entries(theirs)) expect(id, kind).not.toBe("");
    const seen = async () =>
      JSON.stringify([
        await strangerOwner.json("GET", "/api/admin/hosts"),
        await strangerOwner.json("GET", "/api/admin/connections"),
        await strangerOwner.json("GET", "/api/admin/models"),
        await strangerOwner.json("GET", "/api/admin/agents"),
        await strangerOwner.json("GET", "/api/admin/levels"),
        await strangerOwner.json("GET", "/api/admin/users"),
        await strangerOwner.json("GET", "/api/admin/keys"),
        await strangerOwner.json("GET", "/api/portal/wallet"),
        await strangerOwner.json("GET", `/api/portal/conversations/${theirs.conversation}`),
      ]);
    const before = await seen();
    expect(await found(owner, adminTheft, theirs)).toEqual([]);
    expect(await found(owner, portalTheft, theirs)).toEqual([]);
    expect(await seen()).toBe(before);
    // The same requests by those whom it belongs to are good: what refused them was the tenant.
    expect(
      (await attempt(strangerOwner, "GET /api/admin/requests/{id}", { ids: [theirs.request] }))
        .status,
    ).toBe(200);
    expect(await strangerOwner.json("GET", "/api/portal/prices/agent%2Fadviser/1")).toMatchObject({
      price: { perMessage: 1 },
    });
    expect(
      (
        await attempt(strangerOwner, "PUT /api/admin/agents/{id}", {
          ids: [theirs.agent],
          body: AGENT,
        })
      ).status,
    ).toBe(200);
    expect(
      (
        await attempt(strangerOwner, "POST /api/admin/connections/{id}/test", {
          ids: [theirs.connection],
        })
      ).status,
    ).toBe(200);
  });

  it("cannot be named in a body either", async () => {
    const theirs = await possessions(strangerOwner, keyOf("boss-other"));
    const send = { text: "mine?", target: "up/ok", clientId: crypto.randomUUID() };
    expect(
      codeOf(
        await owner.call("POST", "/api/portal/runs", {
          ...send,
          conversationId: theirs.conversation,
        }),
      ),
    ).toBe("conversation_not_found");
    expect(
      codeOf(
        await owner.call("POST", "/api/portal/runs/regenerate", {
          messageId: theirs.question,
          target: "up/ok",
          clientId: crypto.randomUUID(),
        }),
      ),
    ).toBe("not_found");
    expect(
      (
        await owner.call("PUT", "/api/admin/models/prices", {
          prices: [{ id: theirs.model, price: { perRequest: 0 } }],
        })
      ).status,
    ).toBe(404);
    expect(
      (await owner.call("PUT", "/api/admin/agents/order", { ids: [theirs.agent] })).status,
    ).toBe(404);
    expect(
      codeOf(
        await owner.call("POST", "/api/admin/models", {
          ...MODEL,
          routes: [{ connection: theirs.connection, model: "ok" }],
        }),
      ),
    ).toBe("invalid_value");
    expect(
      codeOf(
        await owner.call("POST", "/api/admin/agents", {
          ...AGENT,
          target: { connection: theirs.connection },
        }),
      ),
    ).toBe("invalid_value");
    // A test of "their" connection knows none of their secrets: it is a new one of this site.
    upstream.reset();
    await owner.call("POST", "/api/admin/connections/test", {
      ...connectionBody(theirs.connection),
      secrets: [{ id: "sec_0000000000000000", values: {} }],
    });
    expect(JSON.stringify(upstream.requests)).not.toContain("sk-line-of-other");
  });

  it("is in no list and no figure of this site", async () => {
    const theirs = await possessions(strangerOwner, keyOf("boss-other"));
    const day = 24 * 3600 * 1000;
    const span = `from=${new Date(Date.now() - day).toISOString()}&to=${new Date(Date.now() + day).toISOString()}`;
    const lists = [
      "connections",
      "models",
      "agents",
      "levels",
      "users?limit=200",
      "keys",
      `prices?target=${theirs.model}`,
      "requests?limit=200",
      `requests?user=${theirs.user}`,
      `usage?by=user&${span}`,
      `usage?by=connection&${span}`,
    ];
    for (const list of lists) {
      const { text } = await owner.call("GET", `/api/admin/${list}`);
      expect(text).toContain('"data"');
      expect(text, list).not.toMatch(/other\.example|"line"|adviser/i);
      for (const id of [theirs.user, theirs.key, theirs.request, theirs.agent])
        expect(text, list).not.toContain(id);
    }
    expect(await listOf(owner, `/api/admin/requests?user=${theirs.user}`)).toEqual([]);
  });
});

describe("what belongs to another person of the same site", () => {
  it("is not there, not even for the owner of the site in the portal", async () => {
    const bosses = await possessions(owner, keyOf("boss-acme"));
    expect(await found(member, portalTheft, bosses)).toEqual([]);
    const ann = clientOf(portico, keyOf("ann"));
    expect((await ann.get(`/usage/${bosses.request}`)).status).toBe(404);
    expect(
      (await clientOf(portico, keyOf("boss-acme")).get(`/usage/${bosses.request}`)).status,
    ).toBe(200);
    expect(
      (await clientOf(portico, keyOf("boss-other")).get(`/usage/${bosses.request}`)).status,
    ).toBe(404);
  });
});
