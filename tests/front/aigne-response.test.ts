import { describe, expect, it } from "vitest";
import { NO_USAGE, type RunEvent } from "../../src/core/run.ts";
import {
  AigneCompletionCollector,
  AigneCompletionEncoder,
  decodeAigneCompletion,
  PlainTextEncoder,
} from "../../src/front/aigne-completions.ts";
import { aigneError, aigneStreamError } from "../../src/front/aigne-errors.ts";
import { AigneCollector, AigneStreamEncoder } from "../../src/front/aigne-response.ts";

const ending = {
  usage: { ...NO_USAGE, input: 9, output: 2, cachedInput: 4 },
  costMicro: 1_500_000,
};
const usage = { inputTokens: 9, outputTokens: 2, cacheReadInputTokens: 4, aigneHubCredits: 1.5 };
const said = (text: string): RunEvent => ({ type: "text-delta", text });
const picture = (url: string): RunEvent => ({
  type: "file",
  url,
  mime: "image/png",
  name: "a.png",
});
const calls: RunEvent[] = [
  {
    type: "tool-call-delta",
    index: 0,
    id: "c1",
    name: "f",
    argumentsText: '{"a":',
    seal: "c2VhbA==",
  },
  { type: "tool-call-delta", index: 1, id: "c2", name: "g", argumentsText: "no json" },
  { type: "tool-call-delta", index: 0, argumentsText: "1}" },
];
const toolCalls = [
  { id: "c1__thought__c2VhbA", type: "function", function: { name: "f", arguments: { a: 1 } } },
  { id: "c2", type: "function", function: { name: "g", arguments: { arguments: "no json" } } },
];

/** The deltas of a stream, and what a client makes of them: texts are added to, the rest is set. */
function streamed(events: RunEvent[], structured = false) {
  const encoder = new AigneStreamEncoder({ model: "m", structured });
  const text = encoder.pass({ frames: [], events }) + encoder.end(ending);
  const deltas = text
    .split("\n\n")
    .filter(Boolean)
    .map((frame) => JSON.parse(frame.replace("data: ", "")).delta);
  const whole: Record<string, unknown> = {};
  for (const { text: added, json } of deltas) {
    for (const [name, piece] of Object.entries(added ?? {}))
      whole[name] = `${whole[name] ?? ""}${piece}`;
    Object.assign(whole, json);
  }
  return { deltas, whole };
}

function collected(events: RunEvent[], structured = false) {
  const collector = new AigneCollector({ model: "m", structured });
  collector.take({ frames: [], events });
  return JSON.parse(collector.answer(ending));
}

describe("an answer, whole and streamed", () => {
  it.each<[string, RunEvent[], boolean, object]>([
    ["text", [said("Hel"), said("lo")], false, { text: "Hello" }],
    [
      "a text that was replaced",
      [said("bad"), { type: "text-replace", text: "Good" }, said("!")],
      false,
      { text: "Good!" },
    ],
    [
      "thoughts",
      [{ type: "reasoning-delta", text: "Hm" }, said("Yes")],
      false,
      { thoughts: "Hm", text: "Yes" },
    ],
    ["calls of tools", calls, false, { toolCalls }],
    ["an object", [said('{"a"'), said(":1}")], true, { json: { a: 1 } }],
    ["an object in a fence", [said('```json\n{"a":1}\n```\n')], true, { json: { a: 1 } }],
    ["a fence where a text was asked for", [said("```\n{}\n```")], false, { text: "```\n{}\n```" }],
    ["a text where an object was asked for", [said("Sorry")], true, { text: "Sorry" }],
    ["a number where an object was asked for", [said("7")], true, { text: "7" }],
    [
      "files, by address and by content",
      [said("See"), picture("https://a.example/a"), picture("data:image/png;base64,AAAA")],
      false,
      {
        text: "See",
        files: [
          { type: "url", url: "https://a.example/a", mimeType: "image/png", filename: "a.png" },
          { type: "file", data: "AAAA", mimeType: "image/png", filename: "a.png" },
        ],
      },
    ],
  ])("holds %s", (_what, events, structured, expected) => {
    const told = { ...expected, model: "m", modelWithProvider: "m", usage };
    expect(streamed(events, structured).whole).toEqual(told);
    expect(collected(events, structured)).toEqual(told);
  });

  it("without a word is an empty text", () => {
    expect(collected([])).toMatchObject({ text: "" });
    expect(streamed([]).deltas.map(({ json }) => Object.keys(json))).toEqual([
      ["model"],
      ["usage", "modelWithProvider"],
    ]);
  });

  it("gives calls of tools whole, at its end, before the usage", () => {
    const { deltas } = streamed([said("Let me see."), ...calls]);
    expect(deltas.map(({ text, json }) => Object.keys(text ?? json)[0])).toEqual([
      "model",
      "text",
      "toolCalls",
      "usage",
    ]);
  });

  it("never has a prefix for credits, nor counts of a cache that was not used", () => {
    const encoder = new AigneStreamEncoder({ model: "m", structured: false });
    const last = encoder.end({ usage: { ...NO_USAGE, cacheWrite: 3 }, costMicro: 0 });
    expect(last).toContain(
      '"usage":{"inputTokens":0,"outputTokens":0,"cacheCreationInputTokens":3,"aigneHubCredits":0}',
    );
    expect(encoder.keepAlive()).toMatch(/^: .*\n\n$/);
  });
});

describe("a failure", () => {
  it("for want of credits has the type that clients know, and its link in the sentence", () => {
    const link = "https://a.example/wallet";
    const failure = { code: "holds_in_flight", message: "Please wait.", link } as const;
    expect(aigneError(failure, "req_1")).toEqual({
      error: {
        message: `Please wait. ${link}`,
        type: "NOT_ENOUGH",
        code: "holds_in_flight",
        param: null,
        request_id: "req_1",
        link,
      },
    });
  });

  it("in a stream is an event with a message", () => {
    const text = aigneStreamError({ code: "upstream_timeout", message: "Late." }, "req_1");
    expect(text).toMatch(
      /^event: error\ndata: \{"message":"Late\.","type":"upstream_error".*\}\n\n$/,
    );
  });
});

describe("the answer with the fields of both protocols", () => {
  const encoding = { id: "chatcmpl-1", created: 1, model: "m", includeUsage: true };

  it("has each call as far as it is known in every piece of a stream", () => {
    const encoder = new AigneCompletionEncoder(encoding);
    const text = encoder.encode({ frames: [], events: [said("Hm"), ...calls] });
    const pieces = text
      .split("\n\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line.slice(6)));
    expect(pieces[0]).toMatchObject({
      object: "chat.completion.chunk",
      choices: [{ delta: { role: "assistant", content: "Hm" } }],
      delta: { role: "assistant", content: "Hm" },
    });
    const known = pieces.slice(1).map(({ delta }) => delta.toolCalls);
    expect(known.map((list) => list[0].function.arguments)).toEqual(['{"a":', '{"a":', '{"a":1}']);
    expect(known.map((list) => list.length)).toEqual([1, 2, 2]);
    const last = JSON.parse(encoder.end(ending).slice(6));
    expect(last.usage).toEqual({
      prompt_tokens: 9,
      completion_tokens: 2,
      total_tokens: 11,
      promptTokens: 9,
      completionTokens: 2,
      totalTokens: 11,
      ...usage,
    });
  });

  it("whole has the text thrice, and calls under both names", () => {
    const collector = new AigneCompletionCollector(encoding);
    collector.take({ frames: [], events: calls });
    const body = JSON.parse(collector.answer(ending));
    expect(body).toMatchObject({ role: "assistant", text: "", content: "", usage });
    expect(body.toolCalls).toEqual(body.choices[0].message.tool_calls);
  });

  it("as bare text has no other word, and no sign of life", () => {
    const encoder = new PlainTextEncoder();
    const replaced: RunEvent = { type: "text-replace", text: "c" };
    expect(encoder.encode({ frames: [], events: [said("a"), ...calls, replaced] })).toBe("a\n\nc");
    expect([encoder.end(), encoder.keepAlive()]).toEqual(["", ""]);
  });
});

describe("a request in either way of writing names", () => {
  it("is the same request; schemas and arguments are left alone", () => {
    const schema = { type: "object", properties: { maxTokens: { type: "string" } } };
    const common = { model: "m", stream: true };
    const tool = { type: "function", function: { name: "f", parameters: schema } };
    const camel = decodeAigneCompletion(
      {
        ...common,
        maxTokens: 5,
        topP: 0.5,
        tools: [tool],
        messages: [{ role: "agent", content: "x" }],
        responseFormat: { type: "json_schema", jsonSchema: { name: "a", schema } },
      },
      "usr_1",
    );
    const snake = decodeAigneCompletion(
      {
        ...common,
        max_tokens: 5,
        top_p: 0.5,
        tools: [tool],
        messages: [{ role: "assistant", content: "x" }],
        response_format: { type: "json_schema", json_schema: { name: "a", schema } },
      },
      "usr_1",
    );
    expect(camel).toEqual(snake);
    expect(camel).toMatchObject({
      value: { input: { maxOutputTokens: 5, tools: [{ parameters: schema }] } },
    });
  });

  it("may be a prompt; nothing at all is refused", () => {
    const read = decodeAigneCompletion({ model: "m", prompt: "hi" }, "usr_1");
    expect(read).toMatchObject({ value: { input: { messages: [{ role: "user" }] } } });
    expect(decodeAigneCompletion({ model: "m" }, "u")).toMatchObject({
      error: { param: "messages" },
    });
    expect(decodeAigneCompletion([], "u")).toMatchObject({ ok: false });
    expect(decodeAigneCompletion({ model: "m", messages: "x" }, "u")).toMatchObject({ ok: false });
  });
});
