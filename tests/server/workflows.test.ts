/** Workflows behind the API, on the running server: form, answer, stream, price, once and no more. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { clientOf, expectBalanced, keyOf, startTestPortico, type TestPortico } from "./support.ts";

const APPS = { summary: "workflow", poem: "completion", broken: "workflow", slow: "workflow" };
const INPUTS = {
  mode: "run",
  fields: [
    { name: "topic", type: "text", label: "Topic", required: true, maxLength: 20 },
    { name: "tone", type: "select", label: "Tone", options: ["kind", "dry"], default: "kind" },
    { name: "picture", type: "file", label: "Picture" },
  ],
};

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.script("summary", { mode: "workflow", chunks: 3 });
  upstream.script("poem", { mode: "completion", chunks: 3 });
  upstream.script("broken", { mode: "workflow", chunks: 2, errorMid: true, silentChunks: true });
  upstream.script("slow", { mode: "workflow", chunks: 3, paceMs: 20 });
  const baseUrl = `${upstream.url}/dify/v1`;
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        edition: "standard",
        name: "Acme AI",
        connections: Object.keys(APPS).map((app) => ({
          id: `dify-${app}`,
          connector: "dify",
          settings: { baseUrl },
          secrets: [{ apiKey: `app-${app}` }],
        })),
        agents: [
          ...Object.entries(APPS).map(([slug, agent]) => ({
            slug,
            name: slug,
            target: { connection: `dify-${slug}`, agent },
            inputs: INPUTS,
            price: { perMessage: 2 },
          })),
          { slug: "talk", name: "Talk", target: { connection: "dify-summary" } },
          {
            slug: "secret",
            name: "Secret",
            target: { connection: "dify-summary", agent: "workflow" },
            inputs: INPUTS,
            access: { everyone: false, users: ["boss@acme.example"] },
          },
        ],
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
const run = (slug: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${portico.gateway}/workflows/${slug}/runs`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${keyOf("ann")}`,
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
  });

it("a workflow answers with outputs, text, usage and what it cost", async () => {
  const before = await expectBalanced(ann());
  const response = await run("summary", { inputs: { topic: "rain" } });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    outputs: { answer: "0 rain 1 rain 2 rain ", tone: "kind" },
    text: "0 rain 1 rain 2 rain ",
    usage: { total_tokens: 30 },
    credits: "2",
    request_id: response.headers.get("x-request-id"),
  });
  expect(response.headers.get("x-portico-model")).toBe("agent/summary");
  const after = await expectBalanced(ann());
  expect(before.balance_micro - after.balance_micro).toBe(2_000_000);
});

it("text generation answers the same way, without outputs", async () => {
  const response = await run("poem", { inputs: { topic: "rain", tone: "dry" } });
  expect(await response.json()).toMatchObject({
    outputs: {},
    text: "0 rain 1 rain 2 rain ",
    usage: { prompt_tokens: 20, completion_tokens: 3 },
  });
  expect(upstream.requests.at(-1)?.body).toMatchObject({ inputs: { topic: "rain", tone: "dry" } });
});

it("a stream tells each step, the text as it comes, and ends with the whole", async () => {
  const response = await run("slow", { inputs: { topic: "sun" }, stream: true });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const text = await response.text();
  const events = [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, name, data]) => ({
    name,
    data: JSON.parse(data ?? ""),
  }));
  expect(events[0]).toEqual({ name: "status", data: { label: "LLM", state: "running" } });
  const said = events.filter(({ name }) => name === "text").map(({ data }) => data.text);
  expect(said.join("")).toBe("0 sun 1 sun 2 sun ");
  expect(events.at(-1)).toMatchObject({
    name: "end",
    data: { outputs: { tone: "kind" }, text: "0 sun 1 sun 2 sun ", credits: "2" },
  });
});

it.each([
  [{}, "inputs.topic"],
  [{ topic: "x".repeat(21) }, "inputs.topic"],
  [{ topic: "x", tone: "rude" }, "inputs.tone"],
  [{ topic: "x", colour: "red" }, "inputs.colour"],
  [{ topic: "x", picture: "no address" }, "inputs.picture"],
])(
  "values that the form does not take are refused by their path, unasked and free: %j",
  async (inputs, param) => {
    const asked = upstream.requests.length;
    const before = await expectBalanced(ann());
    const response = await run("summary", { inputs });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_value", param } });
    expect(upstream.requests).toHaveLength(asked);
    expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
  },
);

it("a file is given to the platform first, and stands in the form by its id", async () => {
  const picture = { url: "data:image/png;base64,iVBORw0KGgo=", name: "p.png" };
  const response = await run("summary", { inputs: { topic: "it", picture } });
  expect(response.status).toBe(200);
  await response.text();
  expect(upstream.requests.at(-1)?.body).toMatchObject({
    inputs: { picture: { type: "image", transfer_method: "local_file" } },
  });
});

it("a workflow that fails is told as such, and costs nothing", async () => {
  const before = await expectBalanced(ann());
  const response = await run("broken", { inputs: { topic: "x" } });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: { code: "upstream_unavailable" } });
  expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
});

it("what may not be used is not there, and a chat is no workflow", async () => {
  for (const slug of ["secret", "nowhere"]) {
    const response = await run(slug, { inputs: { topic: "x" } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "agent_not_found" } });
  }
  const response = await run("talk", {});
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { param: "slug" } });
});

it("a run with an idempotency key happens once", async () => {
  const before = await expectBalanced(ann());
  const key = { "idempotency-key": "run-1" };
  const first = await (await run("summary", { inputs: { topic: "once" } }, key)).text();
  const again = await run("summary", { inputs: { topic: "once" } }, key);
  expect(await again.text()).toBe(first);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const after = await expectBalanced(ann());
  expect(before.balance_micro - after.balance_micro).toBe(2_000_000);
});

it("a chat client can ask a workflow too: its message is the first text of the form", async () => {
  const response = await ann().chat({
    model: "agent/summary",
    messages: [{ role: "user", content: "snow" }],
  });
  expect(await response.text()).toContain("0 snow 1 snow");
});
