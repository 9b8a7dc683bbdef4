/** What is particular to Anthropic's answers, beyond the contract. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { eventsOf, json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { block, events, start, stop } from "../fixtures/anthropic.ts";

const anthropic = connectorById("anthropic");
if (!anthropic) throw new Error("no anthropic");

const decode = (...list: Parameters<typeof events>): RunEvent[] =>
  eventsOf(anthropic, framesOf("sse", events(...list)));
const decodeWhole = (message: object): RunEvent[] =>
  eventsOf(anthropic, [{ data: JSON.stringify({ type: "message", content: [], ...message }) }]);
const only = <Type extends RunEvent["type"]>(all: RunEvent[], type: Type) =>
  all.filter((event): event is RunEvent & { type: Type } => event.type === type);
const call = (index: number, name: string, ...parts: string[]) =>
  block(
    index,
    { type: "tool_use", id: `t${index}`, name, input: {} },
    ...parts.map((partial_json) => ({ type: "input_json_delta", partial_json })),
  );
const END = stop("end_turn", { output_tokens: 5 });

describe("tool calls", () => {
  it("are numbered among themselves, whatever blocks stand between", () => {
    const all = decode(
      start(),
      ...block(0, { type: "text", text: "Both." }),
      ...call(1, "f", '{"a"', ":1}"),
      ...block(2, { type: "text", text: "And" }),
      ...call(3, "g", "{}"),
      END,
    );
    expect(only(all, "tool-call-delta")).toMatchObject([
      { index: 0, id: "t1", name: "f" },
      { index: 0, argumentsText: '{"a"' },
      { index: 0, argumentsText: ":1}" },
      { index: 1, id: "t3", name: "g" },
      { index: 1, argumentsText: "{}" },
    ]);
  });

  it.each([[[]], [[""]]])(
    "one that was written with %j is called with an empty object",
    (parts) => {
      const deltas = only(decode(start(), ...call(0, "f", ...parts), END), "tool-call-delta");
      expect(deltas.map((delta) => delta.argumentsText).join("")).toBe("{}");
    },
  );

  it("in a whole answer are the same", () => {
    const content = [{ type: "tool_use", id: "t1", name: "f", input: { a: [1] } }];
    const all = decodeWhole({ content, stop_reason: "tool_use" });
    expect(only(all, "tool-call-delta").map((delta) => delta.argumentsText)).toEqual([
      "",
      '{"a":[1]}',
    ]);
    expect(all.at(-1)).toEqual({ type: "run-end", finish: "tool_calls" });
  });
});

describe("thoughts", () => {
  it("come with their seals, the hidden ones as nothing else", () => {
    const content = [
      { type: "thinking", thinking: "Hm.", signature: "sig" },
      { type: "redacted_thinking", data: "cipher" },
      { type: "text", text: "42" },
    ];
    const expected = [
      { type: "reasoning-delta", text: "Hm." },
      { type: "reasoning-seal", seal: "sig", hidden: false },
      { type: "reasoning-seal", seal: "cipher", hidden: true },
      { type: "text-delta", text: "42" },
    ];
    const shown = (all: RunEvent[]) => all.slice(1, -1).filter((event) => event.type !== "usage");
    expect(shown(decodeWhole({ content }))).toEqual(expected);
    const streamed = decode(
      start(),
      ...block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        { type: "thinking_delta", thinking: "Hm." },
        { type: "signature_delta", signature: "sig" },
      ),
      ...block(1, { type: "redacted_thinking", data: "cipher" }),
      ...block(2, { type: "text", text: "" }, { type: "text_delta", text: "42" }),
      END,
    );
    expect(shown(streamed)).toEqual(expected);
  });
});

describe("usage", () => {
  it("the input is known from the beginning, and of the output nothing before its end", () => {
    const cached = { input_tokens: 5, cache_read_input_tokens: 90, output_tokens: 1 };
    expect(only(decode(start(cached)), "usage")[0]?.usage).toEqual({
      input: 95,
      output: 0,
      cachedInput: 90,
      cacheWrite: 0,
      reasoning: 0,
    });
  });

  it("the count at the end is the whole, not what was added", () => {
    const all = decode(
      start(),
      stop("end_turn", { output_tokens: 3 }),
      stop("end_turn", { output_tokens: 8 }),
      ["message_stop"],
    );
    expect(only(all, "usage").map(({ usage }) => usage.output)).toEqual([0, 3, 8]);
  });

  it("thoughts are counted in the output, never beyond it", () => {
    const details = { output_tokens: 10, output_tokens_details: { thinking_tokens: 99 } };
    expect(only(decode(start(), stop("end_turn", details)), "usage").at(-1)?.usage).toMatchObject({
      output: 10,
      reasoning: 10,
    });
  });
});

it("sources that the text leans on are told, each with what it says", () => {
  const citation = {
    type: "web_search_result_location",
    url: "https://x.example",
    title: "X",
    cited_text: "It rains.",
  };
  const [first, second] = only(
    decode(
      start(),
      ...block(
        0,
        { type: "text", text: "Rain." },
        { type: "citations_delta", citation },
        {
          type: "citations_delta",
          citation: { type: "char_location", document_title: "Doc", cited_text: "y" },
        },
      ),
      END,
    ),
    "source-cite",
  );
  expect(first).toMatchObject({
    index: 1,
    title: "X",
    url: "https://x.example",
    snippet: "It rains.",
  });
  expect(second).toMatchObject({ index: 2, title: "Doc", url: null });
});

it.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["pause_turn", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool_calls"],
  ["refusal", "content_filter"],
  ["constructor", "stop"],
])("an answer that stops for %s ends as %s", (reason, finish) => {
  expect(decode(start(), stop(reason, {})).at(-1)).toEqual({ type: "run-end", finish });
  expect(decodeWhole({ stop_reason: reason }).at(-1)).toEqual({ type: "run-end", finish });
});

it.each([
  ["overloaded_error", "overloaded"],
  ["api_error", "unavailable"],
  ["rate_limit_error", "rate_limited"],
  ["a_new_error", "unavailable"],
])("%s in a stream is %s", (type, reason) => {
  const [last] = decode(start(), ["error", { error: { type, message: "m" } }]).slice(-1);
  expect(last).toMatchObject({ type: "run-error", error: { reason, upstreamCode: type } });
});

describe("the list of models", () => {
  const entry = { type: "model", id: "claude-x", display_name: "Claude X" };
  const page = (more: object) => json(200, { data: [entry, { id: "" }, 7], ...more });

  it("is what can be published; an entry without an id is none", () => {
    const read = anthropic.offers?.read(page({}));
    expect(read).toMatchObject({
      ok: true,
      value: [{ kind: "model", id: "claude-x", name: "Claude X", modelKind: "chat" }],
    });
  });

  it("goes on after the last id while there is more", () => {
    const opened = openAccount(anthropic, {}, { apiKey: "sk-ant-api03-0123456789" });
    if (!opened.ok) throw new Error(opened.error.message);
    const next = (more: object) => anthropic.offers?.pages?.next(opened.value, page(more));
    expect(next({ has_more: true, last_id: "a b" })?.url).toContain("&after_id=a%20b");
    expect(next({ has_more: false, last_id: "a" })).toBeNull();
    expect(next({ has_more: true, last_id: null })).toBeNull();
  });
});
