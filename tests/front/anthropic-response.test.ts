import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/run.ts";
import { anthropicError } from "../../src/front/anthropic-errors.ts";
import { MessageCollector, MessageStreamEncoder } from "../../src/front/anthropic-response.ts";

type Json = Record<string, unknown>;
const usage = { input: 17, output: 3, cachedInput: 5, cacheWrite: 2, reasoning: 1 };
const ending = { usage, costMicro: 1_500_000 };
const counted = {
  input_tokens: 10,
  cache_read_input_tokens: 5,
  cache_creation_input_tokens: 2,
  output_tokens: 3,
};
const encoding = { id: "msg_1", model: "m", estimate: () => 42 };

const textDelta = (text: string): RunEvent => ({ type: "text-delta", text });
const thought = (text: string): RunEvent => ({ type: "reasoning-delta", text });
const seal = (hidden: boolean): RunEvent => ({ type: "reasoning-seal", seal: "sig", hidden });
const call = (index: number, argumentsText: string, name?: string): RunEvent => ({
  type: "tool-call-delta",
  index,
  argumentsText,
  ...(name === undefined ? {} : { id: `c${index}`, name }),
});
const end = (finish: "stop" | "length" | "tool_calls" | "content_filter" = "stop"): RunEvent => ({
  type: "run-end",
  finish,
});

/** The events of the text of a stream; each names itself twice, alike. */
function parsed(text: string): Json[] {
  return text
    .split("\n\n")
    .filter((part) => part !== "" && !part.startsWith(":"))
    .map((part) => {
      const [, name, data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
      const event = JSON.parse(data) as Json;
      expect(event.type).toBe(name);
      return event;
    });
}

function streamed(...pieces: RunEvent[][]): Json[] {
  const encoder = new MessageStreamEncoder(encoding);
  const text = pieces.map((events) => encoder.encode({ frames: [], events })).join("");
  return parsed(text + encoder.end(ending));
}

/** The message as a client puts it together; fails where blocks are not opened and closed in turn. */
function assembled(events: Json[]): Json[] {
  const blocks: Json[] = [];
  let open = false;
  for (const event of events) {
    if (event.type === "content_block_start") {
      expect(open).toBe(false);
      expect(event.index).toBe(blocks.length);
      blocks.push({ ...(event.content_block as Json), written: "" });
      open = true;
    } else if (event.type === "content_block_delta") {
      expect([open, event.index]).toEqual([true, blocks.length - 1]);
      const { text, thinking, partial_json, signature } = event.delta as Record<string, string>;
      const last = blocks.at(-1) as Json;
      last.written += text ?? thinking ?? partial_json ?? "";
      if (signature !== undefined) last.signature = signature;
    } else if (event.type === "content_block_stop") {
      expect([open, event.index]).toEqual([true, blocks.length - 1]);
      open = false;
    }
  }
  expect(open).toBe(false);
  return blocks;
}

describe("a stream made from events", () => {
  it("begins, has its blocks in turn, and ends with reason, figures and credits", () => {
    const events = streamed([
      { type: "run-start" },
      thought("Hm."),
      seal(false),
      textDelta("Hel"),
      textDelta("lo"),
      end(),
    ]);
    expect(events[0]).toMatchObject({
      type: "message_start",
      message: { id: "msg_1", role: "assistant", model: "m", content: [], stop_reason: null },
    });
    expect(assembled(events)).toMatchObject([
      { type: "thinking", written: "Hm.", signature: "sig" },
      { type: "text", written: "Hello" },
    ]);
    expect(events.slice(-2)).toMatchObject([
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { ...counted, credits: "1.5" },
      },
      { type: "message_stop" },
    ]);
  });

  it("tells the input at the beginning: as reported by then, else as estimated", () => {
    const inputOf = ([first]: Json[]) =>
      (first as { message: { usage: Json } }).message.usage.input_tokens;
    expect(inputOf(streamed([textDelta("x"), end()]))).toBe(42);
    expect(inputOf(streamed([{ type: "usage", usage }, textDelta("x"), end()]))).toBe(10);
    expect(inputOf(streamed([textDelta("x"), { type: "usage", usage }, end()]))).toBe(10);
  });

  it("hidden thoughts, files and replaced texts have a form too", () => {
    const file: RunEvent = { type: "file", url: "https://x/a.png", mime: "image/png", name: "a" };
    const events = streamed([
      seal(true),
      textDelta("x"),
      file,
      { type: "text-replace", text: "y" },
    ]);
    expect(assembled(events)).toMatchObject([
      { type: "redacted_thinking", data: "sig" },
      { type: "text", written: "x![a](https://x/a.png)\n\ny" },
    ]);
  });

  it("calls that an upstream writes side by side come out one after another, whole", () => {
    const events = streamed([
      call(0, "", "f"),
      call(1, '{"b"', "g"),
      call(0, '{"a"'),
      call(1, ":2}"),
      call(0, ":1}"),
      call(2, "", "h"),
      end("tool_calls"),
    ]);
    expect(assembled(events)).toMatchObject([
      { type: "tool_use", id: "c0", name: "f", written: '{"a":1}' },
      { type: "tool_use", id: "c1", name: "g", written: '{"b":2}' },
      { type: "tool_use", id: "c2", name: "h", written: "" },
    ]);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: "tool_use" } });
  });

  it("a call without an id gets one, the seal of one travels in it", () => {
    const sealed = { ...call(0, "{}", "f"), seal: "c2ln" } as RunEvent;
    const nameless: RunEvent = { type: "tool-call-delta", index: 1, name: "g", argumentsText: "" };
    expect(assembled(streamed([sealed, nameless]))).toMatchObject([
      { id: "c0__thought__c2ln" },
      { id: "toolu_1_1" },
    ]);
  });

  it.each([
    ["stop", "end_turn"],
    ["length", "max_tokens"],
    ["tool_calls", "tool_use"],
    ["content_filter", "refusal"],
  ] as const)("%s is told as %s", (finish, reason) => {
    expect(streamed([textDelta("x"), end(finish)]).at(-2)).toMatchObject({
      delta: { stop_reason: reason },
    });
  });

  it("a call is acted upon even where the upstream calls it a mere stop", () => {
    const events = streamed([call(0, "{}", "f"), end("stop")]);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: "tool_use" } });
  });

  it("an answer without content is still a message", () => {
    const events = streamed([end()]);
    expect(events.map(({ type }) => type)).toEqual([
      "message_start",
      "message_delta",
      "message_stop",
    ]);
  });

  it("keeps proxies awake with a comment before it begins, and with pings after", () => {
    const encoder = new MessageStreamEncoder(encoding);
    expect(encoder.keepAlive()).toMatch(/^: /);
    encoder.encode({ frames: [], events: [textDelta("x")] });
    expect(parsed(encoder.keepAlive())).toEqual([{ type: "ping" }]);
  });

  it("whatever comes in whatever pieces: the blocks are in turn, and the same message", () => {
    const one: fc.Arbitrary<RunEvent> = fc.oneof(
      fc.string({ minLength: 1, maxLength: 3 }).map(textDelta),
      fc.string({ minLength: 1, maxLength: 3 }).map(thought),
      fc.boolean().map(seal),
      fc
        .tuple(fc.nat(2), fc.constantFrom("", '{"a"', ":1}"))
        .map(([at, text]) => call(at, text, "f")),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.nat(12), (events, at) => {
        const together = streamed([...events, end()]);
        const apart = streamed(events.slice(0, at), [...events.slice(at), end()]);
        expect(apart).toEqual(together);
        assembled(together);
      }),
    );
  });
});

describe("frames of an upstream of the same protocol", () => {
  const frame = (event: string, fields: Json = {}) => ({
    event,
    data: JSON.stringify({ type: event, ...fields }),
  });
  const startFrame = frame("message_start", { message: { id: "msg_up", x_new: 1 } });
  const blockStart = frame("content_block_start", { index: 0, content_block: { type: "new" } });
  const blockStop = frame("content_block_stop", { index: 0 });

  it("pass as they are; their end comes with our credits", () => {
    const encoder = new MessageStreamEncoder(encoding);
    const frames = [startFrame, frame("ping"), blockStart, frame("later", { x: 1 }), blockStop];
    const passed = encoder.pass({ frames, events: [] });
    expect(passed).toBe(
      frames.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join(""),
    );
    const delta = frame("message_delta", {
      delta: { stop_reason: "pause_turn", container: { id: "c" } },
      usage: { output_tokens: 9, input_tokens: null, server_tool_use: { web_search_requests: 1 } },
      context_management: {},
    });
    const last = { frames: [delta, frame("message_stop")], events: [end()] };
    expect(encoder.pass(last)).toBe("");
    expect(parsed(encoder.end(ending))).toEqual([
      {
        type: "message_delta",
        delta: { stop_reason: "pause_turn", container: { id: "c" } },
        context_management: {},
        usage: {
          ...counted,
          output_tokens: 9,
          output_tokens_details: { thinking_tokens: 1 },
          server_tool_use: { web_search_requests: 1 },
          credits: "1.5",
        },
      },
      { type: "message_stop" },
    ]);
  });

  it("of a stream that we cut: what is open is closed, and it says that it is not whole", () => {
    const encoder = new MessageStreamEncoder(encoding);
    encoder.pass({ frames: [startFrame, blockStart], events: [] });
    encoder.pass({ frames: [], events: [end("length")] });
    expect(parsed(encoder.end(ending))).toMatchObject([
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "max_tokens" } },
      { type: "message_stop" },
    ]);
  });

  it("of a proxy that names no events are named", () => {
    const encoder = new MessageStreamEncoder(encoding);
    const nameless = [startFrame, blockStart, blockStop, frame("message_stop")].map(({ data }) => ({
      data,
    }));
    expect(parsed(encoder.pass({ frames: nameless, events: [] }))).toHaveLength(3);
  });
});

describe("a whole message", () => {
  function collected(...events: RunEvent[]): Json {
    const collector = new MessageCollector(encoding);
    for (const event of events) collector.take({ frames: [], events: [event] }, false);
    return JSON.parse(collector.answer(ending)) as Json;
  }

  it("has thoughts, texts and calls as blocks", () => {
    const message = collected(
      thought("H"),
      thought("m."),
      seal(false),
      seal(true),
      thought("More."),
      textDelta("Hel"),
      textDelta("lo"),
      call(0, '{"a"', "f"),
      call(0, ":1}"),
      call(1, "broken", "g"),
      end("tool_calls"),
    );
    expect(message).toMatchObject({
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "m",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "sig" },
        { type: "redacted_thinking", data: "sig" },
        { type: "thinking", thinking: "More.", signature: "" },
        { type: "text", text: "Hello" },
        { type: "tool_use", id: "c0", name: "f", input: { a: 1 } },
        { type: "tool_use", id: "c1", name: "g", input: { arguments: "broken" } },
      ],
      stop_reason: "tool_use",
      usage: { ...counted, credits: "1.5" },
    });
  });

  it("a replaced text takes the place of all that was said", () => {
    expect(
      collected(textDelta("bad"), { type: "text-replace", text: "ok" }, end()).content,
    ).toEqual([{ type: "text", text: "ok" }]);
  });

  it("of an upstream of the same protocol is kept, with our figures beside its own", () => {
    const collector = new MessageCollector(encoding);
    const native = {
      type: "message",
      content: [{ type: "new" }],
      x_new: 1,
      usage: { output_tokens: 9, service_tier: "standard", cache_read_input_tokens: null },
    };
    collector.take({ frames: [{ data: JSON.stringify(native) }], events: [end()] }, true);
    expect(JSON.parse(collector.answer(ending))).toMatchObject({
      ...native,
      usage: {
        output_tokens: 9,
        service_tier: "standard",
        cache_read_input_tokens: 5,
        credits: "1.5",
      },
    });
  });
});

describe("failures", () => {
  it.each([
    ["invalid_api_key", "authentication_error"],
    ["insufficient_credits", "billing_error"],
    ["access_denied", "permission_error"],
    ["model_not_found", "not_found_error"],
    ["conflict", "conflict_error"],
    ["request_too_large", "request_too_large"],
    ["rate_limit_rpm", "rate_limit_error"],
    ["invalid_value", "invalid_request_error"],
    ["upstream_rejected", "invalid_request_error"],
    ["upstream_unavailable", "api_error"],
    ["upstream_timeout", "timeout_error"],
    ["unavailable", "overloaded_error"],
    ["internal", "api_error"],
  ] as const)("%s is an %s", (code, type) => {
    expect(anthropicError({ code, message: "No." }, "req_1")).toEqual({
      type: "error",
      error: { type, message: "No.", details: { error_code: code } },
      request_id: "req_1",
    });
  });

  it("what else is known of one stands in its details", () => {
    const failure = {
      code: "insufficient_credits",
      message: "No.",
      param: "p",
      link: "l",
    } as const;
    expect(anthropicError(failure, "req_1").error.details).toEqual({
      error_code: "insufficient_credits",
      param: "p",
      link: "l",
    });
  });
});
