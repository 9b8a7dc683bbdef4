import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { siteConfig } from "./site.ts";
import {
  clientOf,
  eventually,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "./support.ts";

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  portico = await startTestPortico(siteConfig(`${upstream.url}/v1`));
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const openai = (name: string) =>
  new OpenAI({ apiKey: keyOf(name), baseURL: portico.gateway, maxRetries: 0 });
const ann = () => clientOf(portico, keyOf("ann"));

describe("the openai client", () => {
  it("gets an answer, and the wallet is charged what the upstream reported", async () => {
    const before = await ann().wallet();
    const { data, response } = await openai("ann")
      .chat.completions.create({ model: "up/ok", messages: [{ role: "user", content: "hello" }] })
      .withResponse();
    const usage = data.usage;
    expect(data.choices[0]?.message.content).toBeTruthy();
    const record = await ann().usage(response.headers.get("x-request-id") ?? "");
    const expected = ((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0)) * 1000;
    expect(expected).toBeGreaterThan(0);
    expect(record).toMatchObject({
      charged_micro: expected,
      usage_source: "reported",
      status: "ok",
      model: "up/ok",
    });
    const after = await expectBalanced(ann());
    expect(before.balance_micro - after.balance_micro).toBe(expected);
    const entry = (await ann().entries()).find((one) => one.request_id === record.request_id);
    expect(entry).toMatchObject({
      type: "charge",
      amount_micro: -expected,
      usage_source: "reported",
      price_version: 1,
    });
    expect(entry?.held_micro).toBeGreaterThanOrEqual(expected);
  });

  it("streams, with usage and credits in the last chunk when asked", async () => {
    const stream = await openai("ann").chat.completions.create({
      model: "up/chunks-200",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: "long" }],
    });
    let chunks = 0;
    let usage: (OpenAI.CompletionUsage & { credits?: string }) | null = null;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) chunks++;
      if (chunk.usage) usage = chunk.usage;
    }
    expect(chunks).toBe(200);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
    expect(Number(usage?.credits)).toBeCloseTo(
      ((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0)) / 1000,
      6,
    );
    await expectBalanced(ann());
  });

  it("calls tools and sees their calls whole, streamed or not", async () => {
    const tools: OpenAI.ChatCompletionTool[] = [
      {
        type: "function",
        function: {
          name: "get_weather",
          parameters: { type: "object", properties: { city: { type: "string" } } },
        },
      },
    ];
    const order = {
      model: "up/tools",
      tools,
      messages: [{ role: "user" as const, content: "weather?" }],
    };
    const whole = await openai("ann").chat.completions.create(order);
    const call = whole.choices[0]?.message.tool_calls?.[0];
    expect(whole.choices[0]?.finish_reason).toBe("tool_calls");
    const streamed = await openai("ann").chat.completions.stream(order).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ type: call?.type });
    expect(
      JSON.parse((call as OpenAI.ChatCompletionMessageFunctionToolCall).function.arguments),
    ).toHaveProperty("city");
  });

  it("lists agents and models that its user may use, and no others", async () => {
    const ids = (await openai("ann").models.list()).data.map((model) => model.id);
    expect(ids).toContain("agent/helper");
    expect(ids).toContain("up/ok");
    expect(ids).not.toContain("up/disabled");
    expect(ids).not.toContain("up/pro-only");
    expect(ids).not.toContain("agent/off");
  });

  it("retrieves one of them by its name, slashes escaped or not, and none that it may not see", async () => {
    for (const id of ["up/ok", "agent/helper"]) {
      expect(await openai("ann").models.retrieve(id)).toMatchObject({ id, object: "model" });
      const unescaped = await (await ann().get(`/models/${id}`)).json();
      expect(unescaped).toMatchObject({ id, object: "model" });
    }
    for (const id of ["up/disabled", "up/pro-only", "up/none", "ok"]) {
      await expect(openai("ann").models.retrieve(id)).rejects.toMatchObject({ status: 404 });
    }
  });

  it("talks to an agent, which carries its prompt and costs its price per message", async () => {
    const before = await ann().wallet();
    await openai("ann").chat.completions.create({
      model: "agent/helper",
      messages: [{ role: "user", content: "hi" }],
    });
    const seen = upstream.requests.at(-1)?.body as {
      messages: { role: string; content: unknown }[];
    };
    expect(seen.messages[0]).toMatchObject({ role: "system" });
    expect(JSON.stringify(seen.messages[0])).toContain("helper of Acme");
    const after = await expectBalanced(ann());
    expect(before.balance_micro - after.balance_micro).toBe(1_000_000);
  });
});

describe("what passes through", () => {
  it("unknown fields and vision parts reach the upstream as they were", async () => {
    const image = {
      type: "image_url",
      image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" },
    };
    await ann().chat({
      model: "up/ok",
      x_unknown: { deep: [1, 2] },
      messages: [
        { role: "user", content: [{ type: "text", text: "what is it?" }, image], x_part: true },
      ],
    });
    const seen = upstream.requests.at(-1)?.body as Record<string, unknown> & {
      messages: Record<string, unknown>[];
    };
    expect(seen.x_unknown).toEqual({ deep: [1, 2] });
    expect(seen.model).toBe("ok");
    expect(seen.messages[0]?.content).toContainEqual(image);
    expect(seen.messages[0]?.x_part).toBe(true);
  });
});

describe("headers", () => {
  it("name the request, the timings, the model and the credits", async () => {
    const response = await ann().chat({ model: "up/ok" });
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    expect(response.headers.get("server-timing")).toMatch(
      /auth;dur=\d+.*admit;dur=.*upstream;dur=.*gateway;dur=/,
    );
    expect(response.headers.get("x-portico-model")).toBe("up/ok");
    expect(Number(response.headers.get("x-portico-credits"))).toBeGreaterThan(0);
    await response.text();
  });

  it("tell the rate limit, and when it is over say how long to wait", async () => {
    const rated = clientOf(portico, keyOf("rated"));
    const first = await rated.chat({ model: "up/ok" });
    expect(first.headers.get("x-ratelimit-limit-requests")).toBe("3");
    expect(first.headers.get("x-ratelimit-remaining-requests")).toBe("2");
    await rated.chat({ model: "up/ok" });
    await rated.chat({ model: "up/ok" });
    const refused = await rated.chat({ model: "up/ok" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(((await refused.json()) as { error: { code: string } }).error.code).toBe(
      "rate_limit_rpm",
    );
    await expectBalanced(rated);
  });
});

describe("bad input", () => {
  const refusals: [string, Record<string, unknown> | string, number, string, string?][] = [
    ["malformed JSON", "{", 400, "invalid_json"],
    ["a wrong type", { model: "up/ok", messages: "hello" }, 400, "invalid_value", "messages"],
    ["an unknown model", { model: "up/none" }, 404, "model_not_found", "model"],
    ["a disabled model", { model: "up/disabled" }, 404, "model_not_found", "model"],
    ["a disabled agent", { model: "agent/off" }, 404, "agent_not_found", "model"],
    ["a model for another level", { model: "up/pro-only" }, 404, "model_not_found", "model"],
  ];
  it.each(refusals)("%s is refused and costs nothing", async (_name, body, status, code, param) => {
    const before = await expectBalanced(ann());
    const response = await ann().chat(
      {},
      {
        body:
          typeof body === "string"
            ? body
            : JSON.stringify({ messages: [{ role: "user", content: "x" }], ...body }),
      },
    );
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as {
      error: { code: string; param: string | null; request_id: string };
    };
    expect(error.code).toBe(code);
    if (param) expect(error.param).toBe(param);
    expect(error.request_id).toBe(response.headers.get("x-request-id"));
    expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
  });

  it("a huge body is refused, and the client hears so", async () => {
    const response = await ann().chat(
      {},
      {
        body: JSON.stringify({
          model: "up/ok",
          messages: [{ role: "user", content: "x".repeat(21 * 1024 * 1024) }],
        }),
      },
    );
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: "request_too_large" } });
  });

  it.each([
    ["no key", ""],
    ["a wrong key", "sk-test-nobody-000000000000000000000000"],
    ["a forged key of our form", `pk-${"A".repeat(75)}`],
    ["the key of a disabled user", keyOf("gone")],
  ])("%s is refused", async (_name, key) => {
    const response = await clientOf(portico, key).chat({ model: "up/ok" });
    expect([401, 403]).toContain(response.status);
  });

  it("a key does not open another tenant's host", async () => {
    const answer = await portico.request("other", "GET", "/v1/models", undefined, {
      authorization: `Bearer ${keyOf("ann")}`,
    });
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain("acme");
  });

  it("an unknown host gets 421 and no hint of other tenants", async () => {
    const answer = await portico.request("nobody", "GET", "/v1/models", undefined, {
      authorization: `Bearer ${keyOf("ann")}`,
    });
    expect(answer.status).toBe(421);
    expect(answer.text).not.toMatch(/acme|other/);
  });

  it("an empty balance is told with a link, and nothing goes upstream", async () => {
    const count = upstream.requests.length;
    const response = await clientOf(portico, keyOf("poor")).chat({ model: "up/ok" });
    expect(response.status).toBe(402);
    const { error } = (await response.json()) as { error: { code: string; link: string } };
    expect(error.code).toBe("insufficient_credits");
    expect(error.link).toMatch(/^http/);
    expect(upstream.requests.length).toBe(count);
  });
});

describe("bad upstreams", () => {
  it.each([
    ["is dead", "up/dead", [502], "upstream_unavailable"],
    ["answers garbage", "up/garbage", [502], "upstream_unavailable"],
    ["fails", "up/500", [502], "upstream_unavailable"],
    ["limits us", "up/429", [503], "upstream_unavailable"],
    ["refuses our key", "up/401", [502], "upstream_unavailable"],
    ["refuses the request", "up/400", [400], "upstream_rejected"],
  ])("one that %s costs nothing and is told as such", async (_name, model, statuses, code) => {
    for (const stream of [false, true]) {
      const before = await expectBalanced(ann());
      const response = await ann().chat({ model, stream });
      expect(statuses).toContain(response.status);
      const body = await response.text();
      expect(JSON.parse(body).error.code).toBe(code);
      expect(body).not.toContain("sk-upstream-secret");
      expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
      const record = await ann().usage(response.headers.get("x-request-id") ?? "");
      expect(record).toMatchObject({ status: "error", charged_micro: 0 });
      expect(record.attempts.length).toBeGreaterThan(0);
    }
  });

  it("one that stops in mid-stream ends the stream with an error event, and what came is charged", async () => {
    const response = await ann().chat({ model: "up/cut-mid", stream: true });
    const text = await response.text();
    expect(text).toContain('"error"');
    expect(text).toContain("upstream_unavailable");
    const record = await ann().usage(response.headers.get("x-request-id") ?? "");
    expect(record).toMatchObject({ status: "error" });
    expect(["estimated", "partial"]).toContain(record.usage_source);
    expect(record.charged_micro).toBeGreaterThan(0);
    await expectBalanced(ann());
  });

  it.each(["up/fallback", "up/fallback-500"])(
    "%s: the second route serves, and both attempts are written down",
    async (model) => {
      const response = await ann().chat({ model, stream: true });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("[DONE]");
      const record = await ann().usage(response.headers.get("x-request-id") ?? "");
      expect(record.status).toBe("ok");
      expect(record.attempts.at(-1)?.outcome).toBe("ok");
      expect(record.attempts.length).toBeGreaterThanOrEqual(1);
    },
  );
});

describe("a client that leaves", () => {
  it("stops the upstream, pays for input and what was delivered, and holds nothing", async () => {
    const abort = new AbortController();
    const response = await ann().chat(
      { model: "up/paced", stream: true },
      { signal: abort.signal },
    );
    const requestId = response.headers.get("x-request-id") ?? "";
    const reader = response.body?.getReader();
    await reader?.read();
    abort.abort();
    const record = await ann().usage(requestId);
    expect(record).toMatchObject({ status: "cancelled" });
    expect(["estimated", "partial"]).toContain(record.usage_source);
    expect(record.charged_micro).toBeGreaterThan(0);
    await expectBalanced(ann());
    await eventually(async () => {
      if (upstream.aborted === 0) throw new Error("the upstream was not told");
    });
  });

  it("before a whole answer is ready is charged for the answer that was made", async () => {
    const abort = new AbortController();
    const before = await expectBalanced(ann());
    const work = ann().chat({ model: "up/slow-60ms" }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    await expect(work).rejects.toThrow();
    await eventually(async () => {
      const after = await expectBalanced(ann());
      if (after.balance_micro === before.balance_micro) throw new Error("not settled yet");
    });
  });
});

describe("a warm request", () => {
  it("sends no query to the configuration store", async () => {
    const queries = async () => {
      const answer = await portico.request(null, "GET", "/metrics", undefined, {
        authorization: `Bearer ${portico.operatorToken}`,
      });
      return Number(/portico_store_queries_total (\d+)/.exec(answer.text)?.[1]);
    };
    const ask = async () => (await ann().chat({ model: "up/ok" })).text();
    await ask();
    const before = await queries();
    const startedAt = Date.now();
    for (let n = 0; n < 20; n++) await ask();
    const checks = Math.ceil((Date.now() - startedAt) / 3000) * 2;
    expect((await queries()) - before).toBeLessThanOrEqual(checks);
  });
});
