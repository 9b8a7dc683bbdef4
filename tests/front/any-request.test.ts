/**
 * Requests as no client should write them: whatever stands in one, reading it answers, and so does
 * asking any platform for it. Seeded; a counterexample is printed with what replays it.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allConnectors, openAccount } from "../../src/connectors/registry.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/result.ts";
import type { ChatInput } from "../../src/core/run.ts";
import { decodeMessages } from "../../src/front/anthropic-request.ts";
import { decodeChat } from "../../src/front/openai-chat-request.ts";
import { decodeCompletions } from "../../src/front/openai-completions-request.ts";
import {
  leftOut,
  readResponses,
  responsesInput,
} from "../../src/front/openai-responses-request.ts";
import { fixtures } from "../connectors/fixtures/all.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Reader = (body: unknown) => Result<ChatInput[], Failure>;

const schema = { type: "object", properties: { city: { type: "string" } } };
const call = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
const picture = "data:image/png;base64,iVBORw0KGgo=";
const document = "data:application/pdf;base64,JVBERi0=";

const readChat: Reader = (body) => map(decodeChat(body, "usr_1"), ({ input }) => [input]);

/** Each says as much as its protocol can say. */
const EXAMPLES: Record<string, { body: Json; read: Reader }> = {
  chat: {
    body: {
      model: "m",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "See?" },
            { type: "image_url", image_url: { url: picture, detail: "low" } },
            { type: "file", file: { file_data: document, filename: "a.pdf" } },
            { type: "input_audio", input_audio: { data: "AA==", format: "wav" } },
          ],
        },
        { role: "assistant", content: null, tool_calls: [call], reasoning_content: "Hm." },
        { role: "tool", tool_call_id: "call_1", content: "12C" },
        { role: "user", content: "And?", name: "ann" },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 9,
      temperature: 1,
      top_p: 0.5,
      stop: ["x"],
      n: 2,
      seed: 1,
      tools: [{ type: "function", function: { name: "f", parameters: schema, strict: true } }],
      tool_choice: { type: "function", function: { name: "f" } },
      parallel_tool_calls: false,
      response_format: { type: "json_schema", json_schema: { name: "s", schema, strict: true } },
      reasoning_effort: "low",
      user: "u",
    },
    read: readChat,
  },
  "chat, of custom tools": {
    body: {
      model: "m",
      messages: [
        { role: "user", content: "hi" },
        {
          role: "assistant",
          tool_calls: [{ id: "c1", type: "custom", custom: { name: "g", input: "text" } }],
        },
        { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "12C" }] },
      ],
      tools: [
        { type: "custom", custom: { name: "g" } },
        { type: "function", function: { name: "f" } },
      ],
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "auto", tools: [{ type: "function", function: { name: "f" } }] },
      },
      functions: [{ name: "f" }],
    },
    read: readChat,
  },
  completions: {
    body: {
      model: "m",
      prompt: ["a", "b"],
      suffix: "c",
      echo: true,
      max_tokens: 5,
      stop: "x",
      n: 2,
    },
    read: (body) => map(decodeCompletions(body, "usr_1"), ({ inputs }) => inputs),
  },
  responses: {
    body: {
      model: "m",
      instructions: "Be brief.",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "See?" },
            { type: "input_image", image_url: picture, detail: "low" },
            { type: "input_file", file_data: document, filename: "a.pdf" },
          ],
        },
        {
          type: "reasoning",
          summary: [{ type: "summary_text", text: "Hm." }],
          encrypted_content: "thought:a",
        },
        { type: "function_call", call_id: "c1", name: "f", arguments: "{}" },
        { type: "function_call_output", call_id: "c1", output: "12C" },
        { role: "user", content: "And?" },
      ],
      tools: [{ type: "function", name: "f", parameters: schema, strict: true }],
      tool_choice: {
        type: "allowed_tools",
        mode: "auto",
        tools: [{ type: "function", name: "f" }],
      },
      text: { format: { type: "json_schema", name: "s", schema }, verbosity: "low" },
      reasoning: { effort: "low", summary: "auto" },
      include: ["reasoning.encrypted_content"],
      metadata: { a: "b" },
      max_output_tokens: 9,
      truncation: "auto",
    },
    read: (body) => {
      const request = readResponses(body);
      if (!request.ok) return request;
      leftOut(request.value);
      const input = responsesInput(request.value, request.value.input ?? [], "usr_1");
      return map(input, (one) => [one]);
    },
  },
  messages: {
    body: {
      model: "m",
      max_tokens: 100,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "See?" },
            {
              type: "image",
              source: { type: "base64", media_type: "image/png", data: "iVBORw0K" },
            },
            {
              type: "document",
              source: { type: "text", media_type: "text/plain", data: "A tale." },
              title: "t",
            },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm.", signature: "s" },
            { type: "tool_use", id: "t1", name: "f", input: { a: 1 } },
          ],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t1", content: "12C", is_error: true }],
        },
      ],
      tools: [{ name: "f", description: "d", input_schema: schema }],
      tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
      thinking: { type: "enabled", budget_tokens: 1024 },
      output_config: { format: { type: "json_schema", schema }, effort: "low" },
      stop_sequences: ["x"],
      metadata: { user_id: "u" },
      top_k: 3,
    },
    read: (body) => map(decodeMessages(body, "usr_1", new Headers()), ({ input }) => [input]),
  },
};

function map<A, B>(result: Result<A, Failure>, change: (value: A) => B): Result<B, Failure> {
  return result.ok ? { ok: true, value: change(result.value) } : result;
}

const isObject = (value: Json | undefined) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Path = (string | number)[];
function pathsIn(value: Json, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...at, name]))];
}

/** `value` with another one at the path; undefined takes what is there away. */
function replaced(value: Json, [name, ...rest]: Path, by: Json | undefined): Json | undefined {
  if (name === undefined) return by;
  // An earlier change may have taken away what the path leads through.
  if (typeof value !== "object" || value === null) return value;
  const copy = structuredClone(value) as { [name: string]: Json };
  const inner = replaced(copy[name] ?? null, rest, by);
  if (inner === undefined) delete copy[name];
  else copy[name] = inner;
  return copy;
}

/** What people get wrong, and what nobody would write. */
const oddities = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Json | undefined>(
      undefined,
      null,
      "",
      " ",
      [],
      {},
      [null],
      0,
      -1,
      1e308,
      true,
      "auto",
      "none",
      "\u0000",
      "__proto__",
      "https://127.0.0.1/x.png",
      "data:,",
      "data:image/png;base64,%%%",
      "{}",
      "{not json",
      "toString",
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json> },
);

const accounts = allConnectors().flatMap((connector) => {
  const fixture = fixtures[connector.id];
  if (!fixture || !connector.chat) return [];
  const account = openAccount(connector, fixture.settings, fixture.secret);
  if (!account.ok) throw new Error(`fixture of ${connector.id}: ${account.error.message}`);
  return [{ chat: connector.chat, account: account.value, target: fixture.target }];
});

/** Failures are values: nothing may be thrown, and what is sent must be JSON that says something. */
function askEverybody(input: ChatInput): void {
  for (const { chat, account, target } of accounts) {
    const asked = { ...input, newConversation: "req_0123456789abcdef" };
    const prepared = chat.prepare(account, target, asked);
    if (!prepared.ok) continue;
    const { body } = prepared.value.request;
    if (body !== undefined) expect(() => JSON.parse(body)).not.toThrow();
    expect(body).not.toContain("[object Object]");
  }
}

describe.each(Object.entries(EXAMPLES))("%s", (_name, { body, read }) => {
  it("the example is read, and is a question for every platform", () => {
    const decoded = read(body);
    if (!decoded.ok) throw new Error(decoded.error.message);
    for (const input of decoded.value) askEverybody(input);
  });

  it("with anything anywhere it is read, or refused by the path of what is wrong", () => {
    const changes = fc.array(fc.tuple(fc.constantFrom(...pathsIn(body)), oddities), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (all) => {
        const changed = all.reduce<Json | undefined>(
          (whole, [path, by]) => replaced(whole ?? null, path, by),
          body,
        );
        const decoded = read(changed);
        if (decoded.ok) for (const input of decoded.value) askEverybody(input);
        else if (isObject(changed)) expect(decoded.error.param).toBeTruthy();
      }),
      { numRuns: 400, seed: 20261121 },
    );
  });
});
