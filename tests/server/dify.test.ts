/** An agent of another platform behind the OpenAI-compatible API, on the running server. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import {
  clientOf,
  eventually,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "./support.ts";

const APPS = ["ok", "agent", "chatflow", "paced", "cut-mid", "error-first", "gone", "403"] as const;

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.script("error-first", { chunks: 2, errorMid: true, silentChunks: true });
  const baseUrl = `${upstream.url}/dify/v1`;
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        edition: "enterprise",
        name: "Acme AI",
        connections: APPS.map((app) => ({
          id: `dify-${app}`,
          connector: "dify",
          settings: { baseUrl },
          secrets: [{ apiKey: `app-${app}` }],
        })),
        agents: APPS.map((app) => ({
          slug: app,
          name: app,
          target: { connection: `dify-${app}` },
          price: { perMessage: 2 },
        })),
        users: [
          {
            email: "ann@acme.example",
            password: "password-of-ann",
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
const recordOf = (response: Response) => ann().usage(response.headers.get("x-request-id") ?? "");

it.each(["ok", "agent", "chatflow"])(
  "%s answers whole and as a stream, at its price per message",
  async (app) => {
    for (const stream of [false, true]) {
      const before = await expectBalanced(ann());
      const response = await ann().chat({ model: `agent/${app}`, stream });
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text).toContain("你好");
      expect(text).not.toContain("I looked it up");
      const record = await recordOf(response);
      expect(record).toMatchObject({
        status: "ok",
        usage_source: "reported",
        charged_micro: 2_000_000,
      });
      expect(record.tokens.output).toBe(8);
      const after = await expectBalanced(ann());
      expect(before.balance_micro - after.balance_micro).toBe(2_000_000);
    }
  },
);

it("the app sees the caller's stable id and never the e-mail", async () => {
  await (await ann().chat({ model: "agent/ok" })).text();
  const seen = upstream.requests.at(-1)?.body as { user: string };
  expect(seen.user).toMatch(/^usr_/);
  expect(JSON.stringify(upstream.requests)).not.toContain("ann@acme.example");
});

it("turns that a client sends along reach the app in one readable message", async () => {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "one" },
    { role: "assistant", content: "1" },
    { role: "user", content: "two" },
  ];
  await (await ann().chat({ model: "agent/ok", messages })).text();
  const seen = upstream.requests.at(-1)?.body as { query: string };
  expect(seen.query).toContain("[Conversation so far]\nUser: one\nAssistant: 1");
  expect(seen.query).toMatch(/\[New message\]\ntwo$/);
});

it("an error in the stream before the first word is told with its status, and costs nothing", async () => {
  const before = await expectBalanced(ann());
  const response = await ann().chat({ model: "agent/error-first", stream: true });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: { code: "upstream_unavailable" } });
  expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
});

it("an app that is switched off is unavailable, and no key is told", async () => {
  const response = await ann().chat({ model: "agent/403" });
  expect(response.status).toBe(502);
  expect(await response.text()).not.toContain("app-403");
});

it("a picture as data is given to the app once, and asked about by its id each time", async () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  const messages = [{ role: "user", content: [{ type: "text", text: "what is it?" }, image] }];
  const uploads = () => upstream.requests.filter(({ path }) => path.endsWith("/files/upload"));
  const ids: unknown[] = [];
  for (let time = 0; time < 2; time++) {
    const response = await ann().chat({ model: "agent/ok", messages });
    expect(response.status).toBe(200);
    await response.text();
    const asked = upstream.requests.at(-1)?.body as { files: { upload_file_id: string }[] } | null;
    expect(asked?.files).toMatchObject([{ type: "image", transfer_method: "local_file" }]);
    ids.push(asked?.files[0]?.upload_file_id);
  }
  expect(uploads()).toHaveLength(1);
  expect(ids).toEqual(["file-1", "file-1"]);
  // Another person's file is another one: the app shows each only to whom it belongs.
  expect(uploads()[0]?.body).toMatchObject({ user: expect.stringMatching(/^usr_/) });
});

it("what is no file at all is refused before any call", async () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,%%%" } };
  const before = upstream.requests.length;
  const response = await ann().chat({
    model: "agent/ok",
    messages: [{ role: "user", content: [{ type: "text", text: "what is it?" }, image] }],
  });
  expect(response.status).toBe(400);
  expect(upstream.requests.length).toBe(before);
});

it("a client that leaves has the app stop, which says what it took: its usage is exact", async () => {
  upstream.script("paced", { chunks: 100, paceMs: 10 });
  const abort = new AbortController();
  const response = await ann().chat(
    { model: "agent/paced", stream: true },
    { signal: abort.signal },
  );
  await response.body?.getReader().read();
  abort.abort();
  const record = await recordOf(response);
  expect(record).toMatchObject({ usage_source: "reported", charged_micro: 2_000_000 });
  expect(record.tokens.output).toBe(upstream.billed.at(-1)?.output);
  expect(record.tokens.output).toBeLessThan(100);
  await eventually(async () => {
    if (!upstream.billed.at(-1)?.complete) throw new Error("the app was cut off");
  });
  await expectBalanced(ann());
});
