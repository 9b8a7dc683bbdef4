import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/run.ts";
import { decodeChat } from "../../src/front/openai-chat-request.ts";
import { ChatCollector, ChatStreamEncoder } from "../../src/front/openai-chat-response.ts";

const usage = { input: 7, output: 3, cachedInput: 2, cacheWrite: 0, reasoning: 1 };
const encoding = { id: "chatcmpl-1", created: 1, model: "m", includeUsage: true };

function decoded(body: unknown) {
  const result = decodeChat(body, "usr_1");
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe("decoding a chat request", () => {
  it("keeps unknown fields of the body and of each message for an upstream of the same protocol", () => {
    const body = {
      model: "m",
      messages: [{ role: "user", content: "hi", x_cache: 1 }],
      seed_of_ours: 42,
    };
    const { input } = decoded(body);
    expect(input.raw?.body.seed_of_ours).toBe(42);
    expect(input.messages[0]?.raw?.value.x_cache).toBe(1);
  });

  it("reads roles, parts, tools, tool calls and formats", () => {
    const { input, includeUsage } = decoded({
      model: "m",
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 9,
      max_tokens: 12,
      stop: "x",
      messages: [
        { role: "developer", content: "be brief" },
        {
          role: "user",
          content: [
            { type: "text", text: "see" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "c", content: "42" },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
      tool_choice: { type: "function", function: { name: "f" } },
      response_format: {
        type: "json_schema",
        json_schema: { name: "s", schema: { type: "object" } },
      },
    });
    expect(includeUsage).toBe(true);
    expect(input.messages.map((message) => message.role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
    ]);
    expect(input.messages[1]?.content[1]).toEqual({
      type: "image",
      url: "data:image/png;base64,AA==",
    });
    expect(input.messages[2]?.toolCalls).toEqual([{ id: "c", name: "f", argumentsText: "{}" }]);
    expect(input.maxOutputTokens).toBe(9);
    expect(input.stop).toEqual(["x"]);
    expect(input.toolChoice).toEqual({ name: "f" });
    expect(input.responseFormat).toMatchObject({ type: "json_schema", name: "s" });
  });

  it("holds for every choice that is asked for", () => {
    expect(
      decoded({ model: "m", messages: [{ role: "user", content: "" }], max_tokens: 10, n: 3 }).input
        .maxOutputTokens,
    ).toBe(30);
  });

  it.each([
    ["no object", 5, undefined],
    ["no model", { messages: [{ role: "user", content: "x" }] }, "model"],
    ["no messages", { model: "m", messages: [] }, "messages"],
    ["a wrong role", { model: "m", messages: [{ role: "king", content: "x" }] }, "messages.0.role"],
    [
      "a wrong type",
      { model: "m", messages: [{ role: "user", content: "x" }], temperature: "hot" },
      "temperature",
    ],
    [
      "an address of another scheme",
      {
        model: "m",
        messages: [
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }],
          },
        ],
      },
      "messages.0.content",
    ],
  ])("refuses %s, naming the field", (_name, body, param) => {
    const result = decodeChat(body, "usr_1");
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.error.code).toBe("invalid_value");
    expect(result.error.param?.startsWith(param ?? "") ?? param === undefined).toBe(true);
  });
});

const chunksOf = (text: string) =>
  text
    .split("\n\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)) as Record<string, never>);

describe("encoding a stream", () => {
  it("sends the role once, then deltas, the finish, usage with credits, and [DONE]", () => {
    const encoder = new ChatStreamEncoder(encoding);
    const events: RunEvent[] = [
      { type: "run-start" },
      { type: "reasoning-delta", text: "hm" },
      { type: "text-delta", text: "a" },
      { type: "tool-call-delta", index: 0, id: "c", name: "f", argumentsText: "" },
      { type: "tool-call-delta", index: 0, argumentsText: "{}" },
      { type: "run-end", finish: "tool_calls" },
    ];
    const text =
      encoder.encode({ frames: [], events }) + encoder.end({ usage, costMicro: 1_500_000 });
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    const chunks = chunksOf(text) as unknown as {
      choices: { delta: Record<string, unknown>; finish_reason: string | null }[];
      usage?: Record<string, unknown>;
    }[];
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", reasoning_content: "hm" });
    expect(chunks[1]?.choices[0]?.delta).toEqual({ content: "a" });
    expect(chunks[4]?.choices[0]?.finish_reason).toBe("tool_calls");
    expect(chunks[5]?.usage).toMatchObject({
      prompt_tokens: 7,
      completion_tokens: 3,
      total_tokens: 10,
      credits: "1.5",
    });
  });

  it("tells sound apart where the provider does", () => {
    const encoder = new ChatStreamEncoder(encoding);
    const heard = { ...usage, audioInput: 4, audioOutput: 2 };
    const [told] = chunksOf(encoder.end({ usage: heard, costMicro: 0 }));
    expect(told).toMatchObject({
      usage: {
        prompt_tokens_details: { audio_tokens: 4 },
        completion_tokens_details: { audio_tokens: 2 },
      },
    });
  });

  it("says nothing of usage to a client that did not ask", () => {
    const encoder = new ChatStreamEncoder({ ...encoding, includeUsage: false });
    expect(encoder.end({ usage, costMicro: 1 })).toBe("data: [DONE]\n\n");
  });

  it("passes frames of the same protocol untouched but for the usage chunk and the end", () => {
    const encoder = new ChatStreamEncoder(encoding);
    const odd =
      '{"id":"u","choices":[{"index":0,"delta":{"content":"a"},"usage_hint":1}],"x_unknown":{"a":[]}}';
    const text = encoder.pass({
      frames: [
        { data: odd },
        { data: '{"choices":[],"usage":{"prompt_tokens":1}}' },
        { data: "[DONE]" },
      ],
      events: [],
    });
    expect(text).toBe(`data: ${odd}\n\n`);
  });

  it("chunks of ours among the upstream's say that they are of the same answer", () => {
    const encoder = new ChatStreamEncoder({ ...encoding, includeUsage: true });
    const first = '{"id":"up-1","created":7,"model":"real","choices":[{"delta":{"content":"a"}}]}';
    encoder.pass({ frames: [{ data: first }], events: [] });
    expect(encoder.end({ usage, costMicro: 0 })).toMatch(
      /"id":"up-1","object":"chat.completion.chunk","created":7,"model":"real","choices":\[\],"usage"/,
    );
    // One that says nothing of itself, or cannot be read, leaves ours.
    for (const odd of ['{"id":1,"choices":[]}', "{no JSON", "null"]) {
      const other = new ChatStreamEncoder({ ...encoding, includeUsage: true });
      other.pass({ frames: [{ data: odd }], events: [] });
      expect(other.end({ usage, costMicro: 0 })).toContain(`"id":"${encoding.id}"`);
    }
  });

  it("keeps usage that stands on a chunk with content", () => {
    const encoder = new ChatStreamEncoder(encoding);
    const last = '{"choices":[{"delta":{"content":"z"}}],"usage":{"prompt_tokens":1}}';
    expect(encoder.pass({ frames: [{ data: last }], events: [] })).toContain(last);
  });
});

describe("collecting a whole answer", () => {
  it("a call's seal goes out in its id and comes back with it", () => {
    const call = { index: 0, id: "c1", name: "f", argumentsText: "{}", seal: "c2+/bg==" };
    const events: RunEvent[] = [
      { type: "tool-call-delta", ...call },
      { type: "run-end", finish: "tool_calls" },
    ];
    const collector = new ChatCollector(encoding);
    collector.take({ frames: [], events }, false);
    const answer = JSON.parse(collector.answer({ usage, costMicro: 0 })) as {
      choices: { message: { tool_calls: { id: string }[] } }[];
    };
    const message = answer.choices[0]?.message;
    const id = message?.tool_calls[0]?.id ?? "";
    expect(id).toMatch(/^c1__[\w-]+$/);
    expect(new ChatStreamEncoder(encoding).encode({ frames: [], events })).toContain(`"${id}"`);
    const result = { role: "tool", tool_call_id: id, content: "42" };
    const { input } = decoded({ model: "m", messages: [message, result] });
    expect(input.messages[0]?.toolCalls).toEqual([
      { id: "c1", name: "f", argumentsText: "{}", seal: "c2+/bg==" },
    ]);
    expect(input.messages[1]?.toolCallId).toBe("c1");
    // An upstream of this protocol takes short ids only.
    expect(JSON.stringify(input.messages.map((one) => one.raw))).not.toContain(id);
  });

  it("joins text, reasoning and tool calls", () => {
    const collector = new ChatCollector(encoding);
    collector.take(
      {
        frames: [],
        events: [
          { type: "reasoning-delta", text: "hm" },
          { type: "text-delta", text: "a" },
          { type: "text-delta", text: "b" },
          { type: "tool-call-delta", index: 1, id: "c2", name: "g", argumentsText: "{" },
          { type: "tool-call-delta", index: 0, id: "c1", name: "f", argumentsText: "{}" },
          { type: "tool-call-delta", index: 1, argumentsText: "}" },
          { type: "run-end", finish: "tool_calls" },
        ],
      },
      false,
    );
    const answer = JSON.parse(collector.answer({ usage, costMicro: 5 }));
    expect(answer.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        content: "ab",
        reasoning_content: "hm",
        tool_calls: [{ id: "c1" }, { id: "c2", function: { name: "g", arguments: "{}" } }],
      },
    });
    expect(answer.usage.credits).toBe("0.000005");
  });

  it("a replacement takes the place of what was said", () => {
    const collector = new ChatCollector(encoding);
    collector.take(
      {
        frames: [],
        events: [
          { type: "text-delta", text: "bad" },
          { type: "text-replace", text: "good" },
        ],
      },
      false,
    );
    expect(JSON.parse(collector.answer({ usage, costMicro: 0 })).choices[0].message.content).toBe(
      "good",
    );
  });

  it("answers with the upstream's own body, adding credits, where it speaks the same protocol", () => {
    const collector = new ChatCollector(encoding);
    const body = {
      id: "up",
      choices: [{ index: 0, message: { role: "assistant", content: "x", annotations: [1] } }],
      usage: { prompt_tokens: 9 },
      service_tier: "flex",
    };
    collector.take({ frames: [{ data: JSON.stringify(body) }], events: [] }, true);
    const answer = JSON.parse(collector.answer({ usage, costMicro: 2 }));
    expect(answer).toMatchObject({
      id: "up",
      service_tier: "flex",
      usage: { prompt_tokens: 9, credits: "0.000002" },
    });
    expect(answer.choices[0].message.annotations).toEqual([1]);
  });

  it("puts the answer together where an upstream of the same protocol only streams", () => {
    const collector = new ChatCollector(encoding);
    for (const text of ["the ", '"message":']) {
      const delta = { choices: [{ index: 0, delta: { content: text } }] };
      const frames = [{ data: JSON.stringify(delta) }];
      collector.take({ frames, events: [{ type: "text-delta", text }] }, true);
    }
    collector.take({ frames: [{ data: "[DONE]" }], events: [] }, true);
    const answer = JSON.parse(collector.answer({ usage, costMicro: 0 }));
    expect(answer.choices[0].message.content).toBe('the "message":');
  });
});
