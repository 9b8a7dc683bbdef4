/** What is particular to FastGPT's answers, beyond the contract. */
import { describe, expect, it } from "vitest";
import { FastGptDecoder } from "../../../src/connectors/fastgpt/decoder.ts";
import { upstreamError } from "../../../src/connectors/kit/http-errors.ts";
import { connectorById } from "../../../src/connectors/registry.ts";
import type { RunEvent } from "../../../src/core/run.ts";
import { json } from "../contract.ts";
import { framesOf } from "../cutting.ts";
import { chunk, DONE, event, node } from "../fixtures/fastgpt.ts";

const fastgpt = connectorById("fastgpt");
if (!fastgpt?.probe || !fastgpt.offers) throw new Error("no fastgpt");
const { probe, offers } = fastgpt;

function decode(body: string, chatId: string | null = null): RunEvent[] {
  const decoder = new FastGptDecoder(chatId);
  return [...framesOf("sse", body).flatMap((frame) => decoder.push(frame)), ...decoder.end()];
}
const answer = (content: string): string => event("answer", chunk({ content }));
const typesOf = (events: RunEvent[]): string[] => events.map(({ type }) => type);

describe("the end", () => {
  it("comes behind what the nodes report, though [DONE] came before", () => {
    const decoder = new FastGptDecoder(null);
    const events = framesOf("sse", answer("Hi") + DONE).flatMap((frame) => decoder.push(frame));
    expect(typesOf(events)).toEqual(["text-delta"]);
    const [report] = framesOf("sse", event("flowResponses", [node()]));
    if (!report) throw new Error("no frame");
    expect(typesOf(decoder.push(report))).toEqual(["usage", "run-end"]);
  });

  it("comes at [DONE] where the nodes have reported before", () => {
    const decoder = new FastGptDecoder(null);
    const body = answer("Hi") + event("flowResponses", [node()]) + DONE;
    const events = framesOf("sse", body).flatMap((frame) => decoder.push(frame));
    expect(typesOf(events)).toEqual(["text-delta", "usage", "run-end"]);
  });

  it("does not come with a finish reason: without [DONE] the answer is truncated", () => {
    const events = decode(answer("Hi") + event("answer", chunk({ content: null }, "stop")));
    expect(events.at(-1)).toMatchObject({ type: "run-error", error: { reason: "truncated" } });
  });
});

describe("usage", () => {
  const usageOf = (nodes: object[], text = "Hi") =>
    decode(answer(text) + DONE + event("flowResponses", nodes)).find(
      (told) => told.type === "usage",
    );

  it("is the sum of all nodes, those inside others too", () => {
    const inner = { toolDetail: [node({ inputTokens: 1, outputTokens: 2 })] };
    const deep = node({ inputTokens: 10, outputTokens: 20, pluginDetail: [node(inner)] });
    const loop = node({ inputTokens: 0, outputTokens: 0, loopDetail: [node()] });
    expect(usageOf([deep, loop])).toMatchObject({
      usage: { input: 10 + 120 + 1 + 120, output: 20 + 18 + 2 + 18 },
    });
  });

  it("of older versions, one number for both sides, is parted by what was written", () => {
    const old = { nodeId: "n", moduleType: "chatNode", tokens: 100 };
    expect(usageOf([old], "abcdefgh")).toMatchObject({ usage: { input: 98, output: 2 } });
  });

  it("that an answer claims itself is made up and not taken", () => {
    const fake = { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 1 } };
    const events = decode(event("answer", chunk({ content: "Hi" }, "stop", fake)) + DONE);
    expect(typesOf(events)).toEqual(["text-delta", "run-end"]);
  });
});

describe("events", () => {
  it("the conversation is told under the id that was made up for it, once", () => {
    const events = decode(answer("a") + answer("b") + DONE, "chat-1");
    expect(events.filter(({ type }) => type === "conversation")).toEqual([
      { type: "conversation", upstreamConversation: "chat-1" },
    ]);
    expect(typesOf(decode(answer("a") + DONE, null))).not.toContain("conversation");
  });

  it("a node runs until the next one starts, or the answer ends", () => {
    const running = (name: string): string => event("flowNodeStatus", { status: "running", name });
    const body = running("Search") + running("Search") + running("Chat") + answer("Hi") + DONE;
    expect(decode(body).filter(({ type }) => type === "status")).toEqual([
      { type: "status", label: "Search", state: "running" },
      { type: "status", label: "Search", state: "done" },
      { type: "status", label: "Chat", state: "running" },
      { type: "status", label: "Chat", state: "done" },
    ]);
  });

  it("a tool is named by its call alone; its parameters and response are not told", () => {
    const tool = (more: object) => ({ tool: { id: "c", toolName: "", params: "", ...more } });
    const body =
      event("toolCall", tool({ toolName: "Weather" })) +
      event("toolParams", tool({ params: "{}" })) +
      event("toolResponse", tool({ response: "sunny" })) +
      answer("Hi") +
      DONE;
    const events = decode(body);
    expect(events.slice(0, 2)).toEqual([
      { type: "status", label: "Weather", state: "running" },
      { type: "status", label: "Weather", state: "done" },
    ]);
    expect(JSON.stringify(events)).not.toContain("sunny");
  });

  it("what was quoted becomes sources, each once", () => {
    const quote = { id: "q1", q: "What?", a: "That.", sourceName: "guide.pdf", score: 0.9 };
    const quoteList = [quote, quote, { ...quote, a: "", sourceName: "faq.md" }, { q: "nameless" }];
    const body = answer("Hi") + DONE + event("flowResponses", [node({ quoteList })]);
    expect(decode(body).filter(({ type }) => type === "source-cite")).toEqual([
      { type: "source-cite", index: 1, title: "guide.pdf", url: null, snippet: "What?\nThat." },
      { type: "source-cite", index: 2, title: "faq.md", url: null, snippet: "What?" },
    ]);
  });

  it("a choice is offered as suggestions, a form by its labels; both end the answer", () => {
    const ask = (type: string, params: object): string =>
      event("interactive", { interactive: { type, params } });
    const options = [
      { key: "a", value: "Left" },
      { key: "b", value: "Right" },
    ];
    const choice = decode(ask("userSelect", { description: "?", userSelectOptions: options }));
    expect(choice).toEqual([
      { type: "text-delta", text: "?" },
      { type: "suggestion", text: "Left" },
      { type: "suggestion", text: "Right" },
      { type: "run-end", finish: "stop" },
    ]);
    const form = decode(ask("userInput", { description: "Tell", inputForm: [{ label: "City" }] }));
    expect(form.slice(0, 2)).toEqual([
      { type: "text-delta", text: "Tell" },
      { type: "text-delta", text: "\n- City" },
    ]);
  });

  it("of a kind that nobody knows change nothing, whatever they hold", () => {
    const strange = event("chatTitle", { title: "T" }) + event("plan", { choices: 7 });
    expect(decode(strange + answer("Hi") + DONE)).toEqual(decode(answer("Hi") + DONE));
  });
});

describe("a plugin", () => {
  const given = (pluginOutput: unknown, before = ""): RunEvent[] =>
    decode(
      `${before}${DONE}${event("flowResponses", [node({ moduleType: "pluginOutput", pluginOutput })])}`,
    ).filter(({ type }) => type === "text-delta");

  it("gives out one value as it is, several by their names", () => {
    expect(given({ result: "42" })).toEqual([{ type: "text-delta", text: "42" }]);
    expect(given({ a: "x", b: { c: 1 } })).toEqual([
      { type: "text-delta", text: '**a**: x\n\n**b**: {"c":1}' },
    ]);
    expect(given({})).toEqual([]);
  });

  it("that has answered in words does not repeat itself", () => {
    expect(given({ result: "42" }, answer("It is 42."))).toEqual([
      { type: "text-delta", text: "It is 42." },
    ]);
  });
});

describe("the app behind a key", () => {
  const app = {
    name: "Help",
    avatar: "/icon/logo.svg",
    intro: "Helps",
    chatConfig: { welcomeText: "Hi!" },
  };
  const told = json(200, { code: 200, message: "", data: { appId: "a1", app } });

  it("that is known by its id tells its name and its opening message", () => {
    expect(probe.read(told)).toEqual({ ok: true, value: { account: "Help" } });
    expect(offers.read(told)).toMatchObject({
      ok: true,
      value: [{ id: "a1", name: "Help", description: "Helps", icon: "", openingMessage: "Hi!" }],
    });
  });

  it.each([200, 500])("that is asked nothing has taken the key, under the status %i", (status) => {
    const refused = json(status, { code: 500, statusText: "", message: "messages is empty" });
    const error = fastgpt.explain(refused);
    const value = status === 200 ? probe.read(refused) : probe.rescue?.(error);
    expect(value).toEqual(
      status === 200 ? { ok: true, value: { account: null } } : { account: null },
    );
    expect(offers.rescue?.(error)).toMatchObject([{ id: "app" }]);
  });

  it("whose key is wrong is no app", () => {
    const refused = json(500, { code: 514, statusText: "unAuthApiKey", message: "Key is error" });
    expect(probe.read(refused)).toMatchObject({ ok: false, error: { reason: "unauthorized" } });
    expect(probe.rescue?.(fastgpt.explain(refused))).toBeNull();
    expect(offers.rescue?.(fastgpt.explain(refused))).toBeNull();
  });

  it("that turned out to be a plugin has run, and is there", () => {
    const ran = json(200, { id: "", choices: [{ message: { content: "42" } }] });
    expect(probe.read(ran)).toEqual({ ok: true, value: { account: null } });
  });
});

it.each([
  ["unauthorized", "account_key", /key of the account/],
  ["unauthorized", "514", /create one/],
  ["quota_exhausted", "510", /points or plan/],
  ["target_not_found", "502000", /ends in \/api/],
  ["protocol_violation", null, /ends in \/api/],
] as const)("advice on %s (%s) says what to look at", (reason, upstreamCode, words) => {
  expect(fastgpt.advise?.(upstreamError(reason, "", { upstreamCode }))?.en).toMatch(words);
});
