/** What is particular to Bedrock's answers, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventMessage } from "../../support/event-stream.ts";
import { eventsOf } from "../contract.ts";
import { framesOf } from "../cutting.ts";

const bedrock = connectorById("bedrock");
if (!bedrock) throw new Error("no bedrock");

type Message = [event: string, payload: object];
const decode = (...messages: Message[]): RunEvent[] =>
  eventsOf(
    bedrock,
    messages.map(([event, payload]) => ({ event, data: JSON.stringify(payload) })),
  );
const START: Message = ["messageStart", { role: "assistant" }];
const delta = (contentBlockIndex: number, of: object): Message => [
  "contentBlockDelta",
  { contentBlockIndex, delta: of },
];
const stop = (stopReason: string): Message => ["messageStop", { stopReason }];
const METADATA: Message = ["metadata", { usage: { inputTokens: 3, outputTokens: 1 } }];

describe("tool calls", () => {
  const opened = (at: number, name: string): Message => [
    "contentBlockStart",
    { contentBlockIndex: at, start: { toolUse: { toolUseId: `t${at}`, name } } },
  ];
  const closed = (at: number): Message => ["contentBlockStop", { contentBlockIndex: at }];

  it("are numbered among themselves, whatever blocks stand between", () => {
    const events = decode(
      START,
      delta(0, { text: "Both." }),
      closed(0),
      opened(1, "f"),
      delta(1, { toolUse: { input: '{"a"' } }),
      delta(1, { toolUse: { input: ":1}" } }),
      closed(1),
      opened(2, "g"),
      closed(2),
      stop("tool_use"),
      METADATA,
    );
    expect(events.filter((event) => event.type === "tool-call-delta")).toEqual([
      { type: "tool-call-delta", index: 0, id: "t1", name: "f", argumentsText: "" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"a"' },
      { type: "tool-call-delta", index: 0, argumentsText: ":1}" },
      { type: "tool-call-delta", index: 1, id: "t2", name: "g", argumentsText: "" },
      { type: "tool-call-delta", index: 1, argumentsText: "{}" },
    ]);
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "tool_calls" });
  });

  it("of a whole answer come with their arguments as text", () => {
    const toolUse = { toolUseId: "t1", name: "f", input: { city: "Paris" } };
    const body = {
      output: { message: { role: "assistant", content: [{ toolUse }, { text: "x" }] } },
      stopReason: "tool_use",
      usage: { inputTokens: 3, outputTokens: 1 },
    };
    const events = eventsOf(bedrock, [{ data: JSON.stringify(body) }]);
    const calls = events.filter((event) => event.type === "tool-call-delta");
    expect(calls.map((event) => event.argumentsText).join("")).toBe('{"city":"Paris"}');
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "tool_calls" });
  });
});

it("thoughts are reasoning, ended by their seal; what is hidden has a seal only", () => {
  const events = decode(
    START,
    delta(0, { reasoningContent: { text: "Hm." } }),
    delta(0, { reasoningContent: { signature: "c2ln" } }),
    delta(0, { reasoningContent: { redactedContent: "c2VjcmV0" } }),
    delta(1, { text: "42" }),
    stop("end_turn"),
    METADATA,
  );
  expect(events.slice(1, 5)).toEqual([
    { type: "reasoning-delta", text: "Hm." },
    { type: "reasoning-seal", seal: "c2ln", hidden: false },
    { type: "reasoning-seal", seal: "c2VjcmV0", hidden: true },
    { type: "text-delta", text: "42" },
  ]);
});

it("thoughts of a whole answer come with their seals too", () => {
  const reasoningText = { text: "Hm.", signature: "c2ln" };
  const content = [
    { reasoningContent: { reasoningText } },
    { reasoningContent: { redactedContent: "c2VjcmV0" } },
    { text: "42" },
  ];
  const body = { output: { message: { role: "assistant", content } }, stopReason: "end_turn" };
  expect(eventsOf(bedrock, [{ data: JSON.stringify(body) }]).slice(1, -1)).toEqual([
    { type: "reasoning-delta", text: "Hm." },
    { type: "reasoning-seal", seal: "c2ln", hidden: false },
    { type: "reasoning-seal", seal: "c2VjcmV0", hidden: true },
    { type: "text-delta", text: "42" },
  ]);
});

describe("the end", () => {
  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool_calls"],
    ["content_filtered", "content_filter"],
    ["guardrail_intervened", "content_filter"],
    ["something_new", "stop"],
  ])("%s is %s, told after the usage", (reason, finish) => {
    const events = decode(START, stop(reason), METADATA);
    expect(events.slice(-2)).toEqual([
      {
        type: "usage",
        usage: { input: 3, output: 1, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
      },
      { type: "run-end", finish },
    ]);
  });

  it("of the connection right after the message is good enough, without usage", () => {
    const events = decode(START, delta(0, { text: "x" }), stop("end_turn"));
    expect(events.at(-1)).toEqual({ type: "run-end", finish: "stop" });
  });

  it.each(["malformed_model_output", "malformed_tool_use"])(
    "%s is a violation, and its usage is known",
    (reason) => {
      const events = decode(START, stop(reason), METADATA);
      expect(events.at(-2)).toMatchObject({ type: "usage" });
      expect(events.at(-1)).toMatchObject({ error: { reason: "protocol_violation" } });
    },
  );
});

describe("exceptions in the stream", () => {
  it.each([
    ["throttlingException", "rate_limited"],
    ["internalServerException", "unavailable"],
    ["modelStreamErrorException", "unavailable"],
    ["serviceUnavailableException", "overloaded"],
    ["validationException", "rejected"],
    ["modelTimeoutException", "timeout"],
    ["newException", "unavailable"],
  ])("%s is %s, with its sentence", (name, reason) => {
    const events = decode(START, [`exception:${name}`, { message: "It broke." }]);
    expect(events.at(-1)).toMatchObject({ error: { reason, detail: "It broke." } });
  });

  it("the sentence of the model behind it is told too", () => {
    const payload = { originalMessage: "Overheated", originalStatusCode: 500 };
    const events = decode(START, ["exception:modelStreamErrorException", payload]);
    expect(events.at(-1)).toMatchObject({ error: { detail: "Overheated" } });
  });

  it("a damaged stream is a violation with what was said before it", () => {
    const bytes = Buffer.concat([
      eventMessage("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Hel" } }),
      eventMessage("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "lo" } }),
    ]);
    bytes[bytes.length - 8] = (bytes[bytes.length - 8] ?? 0) ^ 1;
    const events = eventsOf(bedrock, framesOf("eventstream", bytes));
    expect(events).toMatchObject([
      { type: "text-delta", text: "Hel" },
      { type: "run-error", error: { reason: "protocol_violation" } },
    ]);
  });
});

describe("advice", () => {
  const advised = (reason: string, more: object = {}) =>
    bedrock.advise?.({
      reason: reason as never,
      upstreamCode: null,
      status: 400,
      retryAfterMs: null,
      detail: "",
      ...more,
    })?.en;

  it.each([
    ["unauthorized", {}, /short-term keys live 12 hours/],
    ["unauthorized", { upstreamCode: "InvalidSignatureException" }, /cut off/],
    ["unauthorized", { upstreamCode: "ExpiredTokenException" }, /temporary credentials/],
    ["forbidden", {}, /AmazonBedrockLimitedAccess/],
    ["target_not_found", {}, /use-case form/],
    ["target_not_found", { detail: "with on-demand throughput isn’t supported" }, /us\., eu\./],
    ["rate_limited", {}, /Service Quotas/],
  ])("on %s (%j) says what to do", (reason, more, words) => {
    expect(advised(reason, more)).toMatch(words);
  });
});
