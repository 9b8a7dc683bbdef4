/** Each declaration against the habits of its platform: what is sent, where, and with which warning. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage } from "../../../src/core/run.ts";
import { json, question } from "../contract.ts";

interface Asked {
  settings?: Record<string, string>;
  target?: string;
  /** Fields of an OpenAI client's request. */
  raw?: Record<string, unknown>;
  input?: Partial<ChatInput>;
  maxOutputTokens?: number;
}

function prepared(id: string, { settings = {}, target = "m", raw, input, ...more }: Asked = {}) {
  const connector = connectorById(id);
  if (!connector?.chat) throw new Error(id);
  const account = openAccount(connector, settings, { apiKey: "any-key-123" });
  if (!account.ok) throw new Error(account.error.message);
  const made = connector.chat.prepare(
    account.value,
    { id: target, maxOutputTokens: more.maxOutputTokens ?? null },
    {
      ...question(true),
      ...(raw ? { raw: { protocol: "openai-chat", body: raw } } : {}),
      ...input,
    },
  );
  if (!made.ok) throw new Error(made.error.detail);
  const { request, warnings } = made.value;
  return { request, warnings, body: JSON.parse(request.body ?? "null") };
}

const AZURE = "https://acme.openai.azure.com";
const DASHSCOPE = "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions";
const ARK = "https://ark.cn-beijing.volces.com/api/v3";

describe("addresses", () => {
  it.each<[string, Asked, string]>([
    ["openai", {}, "https://api.openai.com/v1/chat/completions"],
    ["deepseek", {}, "https://api.deepseek.com/chat/completions"],
    ["siliconflow", {}, "https://api.siliconflow.cn/v1/chat/completions"],
    ["openrouter", {}, "https://openrouter.ai/api/v1/chat/completions"],
    ["xai", {}, "https://api.x.ai/v1/chat/completions"],
    ["poe", {}, "https://api.poe.com/v1/chat/completions"],
    ["moonshot", {}, "https://api.moonshot.cn/v1/chat/completions"],
    ["minimax", {}, "https://api.minimaxi.com/v1/chat/completions"],
    ["qianfan", {}, "https://qianfan.baidubce.com/v2/chat/completions"],
    ["zhipu", {}, "https://open.bigmodel.cn/api/paas/v4/chat/completions"],
    ["dashscope", {}, DASHSCOPE],
    ["ark", {}, `${ARK}/chat/completions`],
    ["ark", { target: "ep-20250101000000-abcde" }, `${ARK}/chat/completions`],
    ["ark", { target: "bot-20250101000000-abcde" }, `${ARK}/bots/chat/completions`],
  ])("%s %j goes to %s", (id, asked, url) => {
    expect(prepared(id, asked).request.url).toBe(url);
  });

  it.each([
    ["openai", "http://proxy/prefix/", "http://proxy/prefix/chat/completions"],
    ["zhipu", "https://api.z.ai/api/paas/v4/v1", "https://api.z.ai/api/paas/v4/chat/completions"],
    ["dashscope", "https://dashscope.aliyuncs.com", DASHSCOPE],
    [
      "dashscope",
      "https://ws.cn-beijing.maas.aliyuncs.com/compatible-mode/v1/",
      "https://ws.cn-beijing.maas.aliyuncs.com/compatible-mode/v1/chat/completions",
    ],
    ["ark", "https://ark.cn-beijing.volces.com", `${ARK}/chat/completions`],
    ["ark", `${ARK}/bots`, `${ARK}/chat/completions`],
    ["ark", `${ARK}/bots/chat/completions`, `${ARK}/chat/completions`],
    ["azure-openai", AZURE, `${AZURE}/openai/v1/chat/completions`],
    ["azure-openai", `${AZURE}/openai/v1/`, `${AZURE}/openai/v1/chat/completions`],
    [
      "azure-openai",
      `${AZURE}/openai/deployments/gpt/chat/completions?api-version=2025-01-01-preview`,
      `${AZURE}/openai/v1/chat/completions`,
    ],
    [
      "azure-openai",
      "https://acme.services.ai.azure.com/models",
      "https://acme.services.ai.azure.com/openai/v1/chat/completions",
    ],
  ])("%s with the address %s goes to %s", (id, baseUrl, url) => {
    expect(prepared(id, { settings: { baseUrl } }).request.url).toBe(url);
  });

  it("an old resource of Azure is asked by deployment and version", () => {
    const { request } = prepared("azure-openai", {
      settings: { baseUrl: AZURE, apiVersion: "2024-10-21" },
      target: "my deployment",
    });
    expect(request.url).toBe(
      `${AZURE}/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21`,
    );
  });
});

describe("headers", () => {
  it.each<[string, Asked, Record<string, string>]>([
    ["openai", {}, { authorization: "Bearer any-key-123" }],
    ["azure-openai", { settings: { baseUrl: AZURE } }, { "api-key": "any-key-123" }],
    ["openrouter", {}, { "x-title": "Portico" }],
    ["qianfan", { settings: { appId: "app-1" } }, { appid: "app-1" }],
    [
      "openai-compatible",
      { settings: { baseUrl: "https://x.example/v1", keyHeader: "X-API-Key" } },
      { "x-api-key": "any-key-123" },
    ],
  ])("%s %j sends %j", (id, asked, headers) => {
    expect(prepared(id, asked).request.headers).toMatchObject(headers);
  });

  it("a key that goes into a header of its own goes into no other", () => {
    const { headers } = prepared("azure-openai", { settings: { baseUrl: AZURE } }).request;
    expect(headers).not.toHaveProperty("authorization");
  });

  it("settings that are left empty are sent nowhere", () => {
    const { headers } = prepared("qianfan", { settings: { appId: " " } }).request;
    expect(headers).not.toHaveProperty("appid");
  });

  it.each([
    ["qianfan", "appId", "two\nlines"],
    ["openai-compatible", "keyHeader", "not a header"],
    ["openai-compatible", "keyHeader", "bad:header"],
  ])("%s refuses a setting %s of %j", (id, name, value) => {
    const connector = connectorById(id);
    const settings = { baseUrl: "https://x.example/v1", [name]: value };
    const opened = connector && openAccount(connector, settings, { apiKey: "any-key-123" });
    expect(opened).toMatchObject({ ok: false, error: { path: `settings.${name}` } });
  });
});

describe("limits of the output", () => {
  it.each<[string, Asked, Record<string, number>]>([
    ["openai", {}, { max_completion_tokens: 100 }],
    ["azure-openai", { settings: { baseUrl: AZURE } }, { max_completion_tokens: 100 }],
    ["ark", {}, { max_completion_tokens: 100 }],
    ["ark", { target: "bot-1" }, { max_tokens: 100 }],
    ["ark", { raw: { max_tokens: 900 } }, { max_tokens: 100 }],
    ["deepseek", { raw: { max_completion_tokens: 900 } }, { max_tokens: 100 }],
    ["siliconflow", { raw: { max_completion_tokens: 900 } }, { max_tokens: 100 }],
    ["dashscope", { raw: { max_completion_tokens: 900 } }, { max_tokens: 100 }],
    ["zhipu", { raw: { max_completion_tokens: 900 } }, { max_tokens: 100 }],
    ["minimax", { raw: { max_tokens: 900 } }, { max_completion_tokens: 100 }],
    ["poe", {}, { max_tokens: 100 }],
  ])("%s %j is told %j", (id, asked, limit) => {
    const { body } = prepared(id, { ...asked, maxOutputTokens: 100 });
    const { max_tokens, max_completion_tokens } = body;
    expect(JSON.parse(JSON.stringify({ max_tokens, max_completion_tokens }))).toEqual(limit);
  });
});

describe("fields that a platform refuses or drops in silence", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ["poe", { parallel_tool_calls: true }, ["Not sent to Poe: parallel_tool_calls."]],
    ["poe", { parallel_tool_calls: false }, []],
    ["xai", { deferred: true }, ["Not sent to xAI Grok: deferred."]],
    ["minimax", { n: 2, logit_bias: {}, seed: 1 }, ["Not sent to MiniMax: n, logit_bias."]],
    ["zhipu", { n: 1, logprobs: true }, ["Not sent to Zhipu GLM (Z.ai): logprobs."]],
    ["openai", { n: 2, logprobs: true, parallel_tool_calls: true, logit_bias: {} }, []],
  ])("%s %j: %j", (id, raw, expected) => {
    const { warnings, body } = prepared(id, { raw });
    expect(warnings).toEqual(expected);
    for (const name of Object.keys(raw)) {
      const isNamed = expected.some((warning) => warning.includes(name));
      if (isNamed) expect(body).not.toHaveProperty(name);
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ["openai", { modalities: ["text", "audio"], audio: { voice: "a", format: "wav" }, n: 3 }],
    ["openai", { logprobs: true, top_logprobs: 5, verbosity: "low", service_tier: "flex" }],
    [
      "openrouter",
      {
        models: ["a/b", "c/d"],
        provider: { order: ["x"], allow_fallbacks: false },
        reasoning: { effort: "high" },
        plugins: [{ id: "web" }],
        transforms: ["middle-out"],
      },
    ],
    ["xai", { search_parameters: { mode: "auto" } }],
    ["siliconflow", { enable_thinking: true, thinking_budget: 1024, min_p: 0.1 }],
    ["ark", { thinking: { type: "auto" }, service_tier: "default" }],
    ["dashscope", { enable_search: true, enable_thinking: false, top_k: 20 }],
    ["deepseek", { thinking: { type: "disabled" }, reasoning_effort: "high" }],
    ["minimax", { reasoning_split: true }],
    ["moonshot", { thinking: { type: "disabled" }, partial: true }],
    ["zhipu", { thinking: { type: "enabled" }, do_sample: false }],
  ])("%s gets its own fields as they were written: %j", (id, raw) => {
    const { body, warnings } = prepared(id, { raw });
    expect(body).toMatchObject(raw);
    expect(warnings).toEqual([]);
  });
});

describe("messages", () => {
  const written = (value: Record<string, unknown>): ChatMessage => ({
    role: value.role === "assistant" ? "assistant" : "system",
    content: [{ type: "text", text: String(value.content) }],
    raw: { protocol: "openai-chat", value },
  });
  const tools = [{ name: "look" }];

  it.each([
    ["openai", "developer"],
    ["openrouter", "developer"],
    ["azure-openai", "developer"],
    ["deepseek", "system"],
    ["ark", "system"],
    ["openai-compatible", "system"],
  ])("%s reads instructions of the role developer as %s", (id, role) => {
    const settings = connectorById(id)?.guide.fields.find((field) => field.name === "baseUrl");
    const messages = [written({ role: "developer", content: "Be brief.", x_part: 1 })];
    const { body } = prepared(id, {
      settings: settings?.required ? { baseUrl: AZURE } : {},
      input: { messages },
    });
    expect(body.messages).toEqual([{ role, content: "Be brief.", x_part: 1 }]);
  });

  it("DeepSeek gets reasoning back with tools, on every turn of the assistant", () => {
    const messages = [
      written({ role: "assistant", content: "a", reasoning_content: "Hm" }),
      written({ role: "assistant", content: "b" }),
      ...question(true).messages,
    ];
    const { body } = prepared("deepseek", { input: { messages, tools } });
    expect(body.messages.slice(0, 2)).toEqual([
      { role: "assistant", content: "a", reasoning_content: "Hm" },
      { role: "assistant", content: "b", reasoning_content: "" },
    ]);
    expect(body.messages[2]).not.toHaveProperty("reasoning_content");
  });

  it("DeepSeek gets none back without tools: older models refuse it", () => {
    const messages = [written({ role: "assistant", content: "a", reasoning_content: "Hm" })];
    const { body } = prepared("deepseek", { input: { messages } });
    expect(body.messages).toEqual([{ role: "assistant", content: "a" }]);
  });

  it.each(["openrouter", "moonshot", "minimax", "zhipu"])(
    "%s gets what the client kept of an answer back unchanged",
    (id) => {
      const value = {
        role: "assistant",
        content: "<think>Hm</think>a",
        reasoning_content: "Hm",
        reasoning_details: [{ type: "reasoning.encrypted", data: "x" }],
      };
      expect(prepared(id, { input: { messages: [written(value)] } }).body.messages).toEqual([
        value,
      ]);
    },
  );
});

describe("thinking, as clients of another protocol ask for it", () => {
  const asked = (thinking: Record<string, unknown>): Partial<ChatInput> => ({
    raw: { protocol: "anthropic-messages", body: { thinking } },
  });
  const much = { type: "enabled", budget_tokens: 32_000 };

  it.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ["openai", "gpt-5.2", much, { reasoning_effort: "high" }],
    ["openai", "o3", { type: "disabled" }, { reasoning_effort: "low" }],
    ["openrouter", "any/model", much, { reasoning_effort: "high" }],
    ["deepseek", "deepseek-v4-pro", much, { thinking: { type: "enabled" } }],
    ["deepseek", "deepseek-v4-pro", { type: "disabled" }, { thinking: { type: "disabled" } }],
    ["zhipu", "glm-4.6", much, { thinking: { type: "enabled" } }],
    ["ark", "doubao-seed-1-6-250615", much, { thinking: { type: "enabled" } }],
    ["dashscope", "qwen3-max", { type: "disabled" }, { enable_thinking: false }],
  ])("%s %s %j is told %j", (id, target, thinking, fields) => {
    const { body, warnings } = prepared(id, { target, input: asked(thinking) });
    expect(body).toMatchObject(fields);
    expect(warnings).toEqual([]);
  });

  it.each([
    ["openai", "gpt-4o"],
    ["xai", "grok-4"],
    ["ark", "ep-20250101000000-abcde"],
  ])("%s %s, which would refuse the field, is not told, with a warning", (id, target) => {
    const { body, warnings } = prepared(id, { target, input: asked(much) });
    for (const name of ["reasoning_effort", "thinking", "enable_thinking"]) {
      expect(body).not.toHaveProperty(name);
    }
    expect(warnings).toEqual([expect.stringContaining(target)]);
    expect(prepared(id, { target, input: asked({ type: "disabled" }) }).warnings).toEqual([]);
  });

  it("a client of OpenAI's writes what it wants itself", () => {
    const { body, warnings } = prepared("openai", { raw: { reasoning_effort: "xhigh" } });
    expect([body.reasoning_effort, warnings]).toEqual(["xhigh", []]);
  });
});

describe("answers after a schema", () => {
  const schema = { type: "object", properties: { a: { type: "number" } } };
  const input: Partial<ChatInput> = {
    responseFormat: { type: "json_schema", name: "answer", schema, strict: true },
  };
  const raw = {
    response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
  };

  it.each(["openai", "ark", "openrouter", "xai", "dashscope"])("%s gets the schema", (id) => {
    const { body, warnings } = prepared(id, { input, raw });
    expect(body.response_format).toEqual(raw.response_format);
    expect(warnings).toEqual([]);
  });

  it.each(["deepseek", "zhipu"])("%s is told the schema in words, with a warning", (id) => {
    for (const asked of [{ input }, { input, raw }]) {
      const { body, warnings } = prepared(id, asked);
      expect(body.response_format).toEqual({ type: "json_object" });
      expect(body.messages[0].content).toContain(JSON.stringify(schema));
      expect(body.messages[0].content).toContain("JSON");
      expect(body.messages).toHaveLength(3);
      expect(warnings).toHaveLength(1);
    }
  });

  it("an object without a schema is asked for as it is", () => {
    const { body, warnings } = prepared("deepseek", {
      input: { responseFormat: { type: "json_object" } },
    });
    expect(body.response_format).toEqual({ type: "json_object" });
    expect([body.messages.length, warnings.length]).toEqual([2, 0]);
  });
});

describe("models that answer streams only", () => {
  it.each(["qwq-plus", "qvq-max", "qwen3-8b", "qwen3-235b-a22b-thinking-2507", "qwen-omni-turbo"])(
    "%s is asked for a stream though the client wants none",
    (target) => {
      const { body, request } = prepared("dashscope", { target, input: { stream: false } });
      expect(body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
      expect(request).toMatchObject({ framing: "sse", headers: { accept: "text/event-stream" } });
    },
  );

  it.each(["qwen-max", "qwen3-max", "qwen-plus", "deepseek-v3"])("%s answers whole", (target) => {
    const { body, request } = prepared("dashscope", { target, input: { stream: false } });
    expect(body).not.toHaveProperty("stream");
    expect(request.framing).toBe("json");
  });
});

describe("waiting and lists", () => {
  const limited = (headers: Record<string, string>, status = 429) =>
    connectorById("poe")?.explain({ status, headers, body: '{"error":{"message":"slow down"}}' });

  it("Poe says in a header of its own how many seconds to wait", () => {
    expect(limited({ "x-ratelimit-reset-requests": "1.5" })?.retryAfterMs).toBe(1500);
    expect(limited({ "x-ratelimit-reset-requests": "soon" })?.retryAfterMs).toBeNull();
    expect(limited({})?.retryAfterMs).toBeNull();
    expect(limited({ "x-ratelimit-reset-requests": "5" }, 500)?.retryAfterMs).toBeNull();
  });

  it("Azure lists the models of a region, which are no deployments: nothing is offered", () => {
    const azure = connectorById("azure-openai");
    expect(azure?.offers).toBeUndefined();
    const account = azure && openAccount(azure, { baseUrl: AZURE }, { apiKey: "any-key-123" });
    if (!account?.ok) throw new Error("no account");
    expect(azure?.probe?.prepare(account.value, undefined).url).toBe(`${AZURE}/openai/v1/models`);
  });

  it("a list that is a refusal with status 200 is no list", () => {
    const refusal = { base_resp: { status_code: 1004, status_msg: "login fail" } };
    expect(connectorById("minimax")?.probe?.read(json(200, refusal))).toMatchObject({
      ok: false,
      error: { reason: "unauthorized", upstreamCode: "1004" },
    });
  });
});
