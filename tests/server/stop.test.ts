/** An answer that nobody waits for any more: platforms that would work on are told to stop. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PortalRunEvent } from "../../src/contract/portal.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
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
const SLOW = { chunks: 400, paceMs: 10 };
/** What each is asked at when it is to stop, and what it is told. */
const STOPS: Record<string, { path: RegExp; body: object }> = {
  dify: {
    path: /^\/dify\/v1\/chat-messages\/[\w-]+\/stop$/,
    body: { user: expect.stringMatching(/^usr_/) },
  },
  coze: {
    path: /^\/coze\/v3\/chat\/cancel$/,
    body: { conversation_id: expect.stringMatching(/^76/), chat_id: "1" },
  },
};

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  const connection = (id: string, path: string, secret: object) => ({
    id,
    connector: id,
    settings: { baseUrl: `${upstream.url}${path}` },
    secrets: [secret],
  });
  const agent = (slug: string, more: object = {}) => ({
    slug,
    name: slug,
    target: { connection: slug, ...more },
    price: { perMessage: 2 },
  });
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        edition: "enterprise",
        name: "Acme",
        connections: [
          connection("dify", "/dify/v1", { apiKey: "app-paced" }),
          connection("coze", "/coze", { accessToken: "pat_ok" }),
        ],
        agents: [agent("dify"), agent("coze", { agent: "bot:71" })],
        users: [
          {
            email: "ann@acme.example",
            password: PASSWORD,
            credits: 1000,
            apiKeys: [{ name: "test", key: keyOf("ann") }],
          },
        ],
      },
    ],
  });
  upstream.script("paced", SLOW);
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const ann = () => clientOf(portico, keyOf("ann"));
const stopsOf = (slug: string) =>
  upstream.requests.filter(({ path }) => STOPS[slug]?.path.test(path));
const toldToStop = (slug: string, before: number) =>
  eventually(async () => {
    const told = stopsOf(slug).slice(before);
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toMatchObject(STOPS[slug]?.body ?? {});
  });

describe.each(Object.keys(STOPS))("%s", (slug) => {
  it("is told to stop by a person who presses stop, who pays for what came", async () => {
    const before = stopsOf(slug).length;
    const person = visitor(portico.origin, hostOf(portico, "acme"));
    await person.logIn("ann@acme.example", PASSWORD);
    const target = `agent/${slug}`;
    const clientId = crypto.randomUUID();
    const running = person.call("POST", "/api/portal/runs", { target, text: "hello", clientId });
    const run = await eventually(async () => {
      const { data } = await person.json<{ data: { runningRunId: string | null }[] }>(
        "GET",
        "/api/portal/conversations?limit=1",
      );
      const [{ runningRunId } = { runningRunId: null }] = data;
      if (runningRunId === null) throw new Error("nothing runs");
      return runningRunId;
    });
    // Something must have come by which the platform knows the answer.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await person.json("POST", `/api/portal/runs/${run}/stop`);
    await toldToStop(slug, before);
    const { text } = await running;
    const end = [...text.matchAll(/^data: (.*)$/gm)]
      .map(([, data]) => JSON.parse(data ?? "") as PortalRunEvent)
      .at(-1);
    expect(end).toMatchObject({ type: "end", message: { status: "stopped" } });
    await expectBalanced(ann());
  });

  it("is told to stop by a client that hangs up, and the rest is not waited for", async () => {
    const before = stopsOf(slug).length;
    const abort = new AbortController();
    const asked = { model: `agent/${slug}`, stream: true };
    const response = await ann().chat(asked, { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    await toldToStop(slug, before);
    const record = await ann().usage(response.headers.get("x-request-id") ?? "");
    expect(record).toMatchObject({ charged_micro: 2_000_000 });
    expect(record.tokens.output).toBeLessThan(400);
    await expectBalanced(ann());
  });

  it("is told nothing of an answer that has ended", async () => {
    upstream.script("paced", { chunks: 3 });
    const before = stopsOf(slug).length;
    const response = await ann().chat({ model: `agent/${slug}`, stream: true });
    await response.text();
    await expectBalanced(ann());
    expect(stopsOf(slug)).toHaveLength(before);
    upstream.script("paced", SLOW);
  });
});
