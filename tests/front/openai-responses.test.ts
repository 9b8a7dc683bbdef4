import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/run.ts";
import { messagesOf } from "../../src/front/openai-responses-items.ts";
import {
  leftOut,
  type ResponsesRequest,
  readResponses,
  responsesInput,
} from "../../src/front/openai-responses-request.ts";
import {
  ResponseCollector,
  ResponseStreamEncoder,
} from "../../src/front/openai-responses-response.ts";

type Json = Record<string, unknown>;

function read(body: Json): ResponsesRequest {
  const result = readResponses({ model: "m", ...body });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function inputOf(body: Json) {
  const request = read(body);
  const result = responsesInput(request, request.input ?? [], "usr_1");
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe("items as messages", () => {
  const messages = (input: unknown) => messagesOf(read({ input }).input ?? []);
  const call = { type: "function_call", call_id: "c1", name: "f", arguments: "{}" };

  it("a text alone is a message of the user; roles need no type", () => {
    expect(messages("hi")).toEqual([{ role: "user", content: [{ type: "text", text: "hi" }] }]);
    expect(messages([{ role: "developer", content: "brief" }])).toMatchObject([{ role: "system" }]);
  });

  it("thought, text and calls are one turn of the assistant, each result one of its own", () => {
    const turns = messages([
      { role: "user", content: "hi" },
      { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
      { role: "assistant", content: [{ type: "output_text", text: "Wait." }] },
      call,
      { ...call, call_id: "c2" },
      { type: "function_call_output", call_id: "c1", output: "1" },
      { type: "function_call_output", call_id: "c2", output: [{ type: "input_text", text: "2" }] },
    ]);
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "tool"]);
    expect(turns[1]?.toolCalls?.map(({ id }) => id)).toEqual(["c1", "c2"]);
    expect(turns[1]?.raw?.value).toMatchObject({ reasoning_content: "Hm.", content: "Wait." });
    expect(turns[3]).toEqual({
      role: "tool",
      toolCallId: "c2",
      content: [{ type: "text", text: "2" }],
    });
  });

  it("a seal that is ours is a thought again; any other says nothing", () => {
    const sealed = (encrypted_content: string, text = "") =>
      messages([
        {
          type: "reasoning",
          summary: text ? [{ type: "summary_text", text }] : [],
          encrypted_content,
        },
        { role: "assistant", content: "So." },
      ])[0]?.thoughts;
    expect(sealed("thought:abc", "Hm.")).toEqual([{ text: "Hm.", seal: "abc", hidden: false }]);
    expect(sealed("hidden:abc")).toEqual([{ text: "", seal: "abc", hidden: true }]);
    expect(sealed("gAAAAA")).toBeUndefined();
  });

  it("pictures, files, sounds and refusals are parts", () => {
    const content = [
      { type: "input_image", image_url: "https://a.example/b.png", detail: "high" },
      { type: "input_file", file_data: "data:application/pdf;base64,AA==", filename: "a.pdf" },
      { type: "input_audio", input_audio: { data: "AA==", format: "wav" } },
      { type: "refusal", refusal: "No." },
    ];
    expect(messages([{ role: "user", content }])[0]?.content).toEqual([
      { type: "image", url: "https://a.example/b.png", detail: "high" },
      {
        type: "file",
        url: "data:application/pdf;base64,AA==",
        name: "a.pdf",
        mime: "application/pdf",
      },
      { type: "audio", data: "AA==", format: "wav" },
      { type: "text", text: "No." },
    ]);
  });
});

describe("a request", () => {
  it("says what a chat would say, in the words of a chat where the run has none", () => {
    const schema = { type: "object" };
    const input = inputOf({
      input: "hi",
      instructions: "Be brief.",
      max_output_tokens: 5,
      top_p: 0.5,
      user: "u",
      tools: [{ type: "function", name: "f", parameters: schema, strict: true }],
      tool_choice: { type: "function", name: "f" },
      reasoning: { effort: "high" },
      text: { format: { type: "json_schema", name: "s", schema, strict: true }, verbosity: "low" },
    });
    expect(input).toMatchObject({
      messages: [{ role: "system" }, { role: "user" }],
      maxOutputTokens: 5,
      topP: 0.5,
      endUser: "usr_1:u",
      tools: [{ name: "f", parameters: schema, strict: true }],
      toolChoice: { name: "f" },
      responseFormat: { type: "json_schema", name: "s", schema, strict: true },
      raw: { protocol: "openai-chat", body: { reasoning_effort: "high", verbosity: "low" } },
    });
    expect(input.raw?.body).not.toHaveProperty("tools");
  });

  it("what nobody does is named; what is false or null asks for nothing", () => {
    expect(leftOut(read({ input: "hi", x_new: 1, max_tool_calls: null }))).toEqual([
      "Not done: x_new.",
    ]);
    expect(leftOut(read({ input: "hi", background: false, truncation: "disabled" }))).toEqual([]);
    expect(readResponses({ model: "m", background: true })).toMatchObject({
      error: { param: "background" },
    });
  });
});

const usage = { input: 7, output: 3, cachedInput: 2, cacheWrite: 1, reasoning: 1 };
const encoding = { id: "resp_x", created: 1, request: read({ input: "hi" }), store: true };
const end: RunEvent = { type: "run-end", finish: "stop" };
const nobody = () => {};

function streamed(...events: RunEvent[]): { events: Json[]; response: Json } {
  let response: Json = {};
  const encoder = new ResponseStreamEncoder(encoding, (made) => {
    response = made;
  });
  const pieces = [...events, end].map((event) => encoder.encode({ frames: [], events: [event] }));
  const text = pieces.join("") + encoder.end({ usage, costMicro: 1_500_000 });
  const read = [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, name, data]) => {
    const event = JSON.parse(data ?? "") as Json;
    expect(event.type).toBe(name);
    return event;
  });
  expect(read.map((event) => event.sequence_number)).toEqual(read.map((_, at) => at));
  return { events: read, response };
}

function whole(...events: RunEvent[]): Json {
  const collector = new ResponseCollector(encoding, nobody);
  collector.take({ frames: [], events: [...events, end] });
  return JSON.parse(collector.answer({ usage, costMicro: 0 })) as Json;
}

describe("a response", () => {
  const delta = (index: number, argumentsText: string, more = {}): RunEvent => ({
    type: "tool-call-delta",
    index,
    argumentsText,
    ...more,
  });

  it("is the same whole and streamed, and the stream's items are what its deltas say", () => {
    const events: RunEvent[] = [
      { type: "reasoning-delta", text: "Hm" },
      { type: "reasoning-delta", text: "." },
      { type: "reasoning-seal", seal: "s1", hidden: false },
      { type: "reasoning-seal", seal: "s2", hidden: true },
      { type: "text-delta", text: "Hel" },
      { type: "source-cite", index: 1, title: "A", url: "https://a.example", snippet: null },
      { type: "text-delta", text: "lo" },
      delta(0, "", { id: "c0", name: "f", seal: "AA" }),
      delta(1, '{"b"'),
      delta(0, '{"a":1}'),
      delta(1, ":2}", { name: "g" }),
    ];
    const { response, events: written } = streamed(...events);
    expect(whole(...events).output).toEqual(response.output);
    expect(response.output).toMatchObject([
      { type: "reasoning", summary: [{ text: "Hm." }], encrypted_content: "thought:s1" },
      { type: "reasoning", summary: [], encrypted_content: "hidden:s2" },
      {
        type: "message",
        content: [
          {
            text: "Hello",
            annotations: [{ url: "https://a.example", start_index: 3, end_index: 3 }],
          },
        ],
      },
      { name: "f", call_id: "c0__thought__AA", arguments: '{"a":1}', status: "completed" },
      { name: "g", call_id: "call_x_1", arguments: '{"b":2}', status: "completed" },
    ]);
    for (const [index, item] of (response.output as Json[]).entries()) {
      const of = written.filter((event) => event.output_index === index);
      expect(of[0]).toMatchObject({ type: "response.output_item.added", item: { id: item.id } });
      expect(of.at(-1)).toMatchObject({ type: "response.output_item.done", item });
      const said = of.map((event) => (String(event.type).endsWith(".delta") ? event.delta : ""));
      const { text, arguments: called } =
        of.find(({ type }) => /text\.done|arguments\.done/.test(String(type))) ?? {};
      expect(said.join("")).toBe(text ?? called ?? "");
    }
  });

  it("tells usage and cost in its end, and why it is not complete", () => {
    const { events, response } = streamed({ type: "text-delta", text: "x" });
    expect(events.at(-1)).toEqual({
      type: "response.completed",
      sequence_number: events.length - 1,
      response: JSON.parse(JSON.stringify(response)),
    });
    expect(response.usage).toEqual({
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 10,
      credits: "1.5",
    });
    const collector = new ResponseCollector(encoding, nobody);
    collector.take({
      frames: [],
      events: [
        { type: "text-delta", text: "x" },
        { type: "run-end", finish: "content_filter" },
      ],
    });
    expect(JSON.parse(collector.answer({ usage, costMicro: 0 }))).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "content_filter" },
      output: [{ status: "incomplete" }],
    });
  });

  it("a text that is taken back is replaced where nothing was shown, else follows", () => {
    const events: RunEvent[] = [
      { type: "text-delta", text: "bad" },
      { type: "text-replace", text: "good" },
    ];
    const textOf = (response: Json) =>
      (response.output as { content: { text: string }[] }[]).map(({ content }) => content[0]?.text);
    expect(textOf(whole(...events))).toEqual(["good"]);
    expect(textOf(streamed(...events).response)).toEqual(["bad\n\ngood"]);
  });

  it("that fails says so in an event of its own and in a failed response, from the beginning on", () => {
    const encoder = new ResponseStreamEncoder(encoding, nobody);
    const text = encoder.fail({
      error: {
        message: "No.",
        type: "upstream_error",
        code: "upstream_timeout",
        param: null,
        request_id: "req_x",
      },
    });
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      "response.created",
      "response.in_progress",
      "error",
      "response.failed",
    ]);
    expect(text).toContain('"code":"upstream_timeout"');
  });
});
