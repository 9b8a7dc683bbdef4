import { describe, expect, test } from "vitest";
import { adviceFor } from "../../admin-ui/src/features/playground/advice.ts";
import {
  type Asked,
  chatBody,
  PLAIN_PARAMETERS,
  schemaOf,
} from "../../admin-ui/src/features/playground/request.ts";
import { targetsOf } from "../../admin-ui/src/features/playground/targets.ts";
import { ERRORS } from "../../src/contract/errors.ts";
import type { Agent, Model } from "../../src/contract/index.ts";
import { decodeChat } from "../../src/front/openai-chat-request.ts";

const PICTURE = "data:image/png;base64,iVBORw0KGgo=";
const question = { text: "what is this?", images: [PICTURE] };
const before: Asked[] = [
  { question: { text: "hi", images: [] }, answer: { text: "hello" } },
  { question: { text: "lost", images: [] }, answer: { text: "" } },
];
const all = {
  ...PLAIN_PARAMETERS,
  system: "Be brief.",
  temperature: 0,
  topP: 0.5,
  maxTokens: 20,
  stop: ["END"],
  format: "json_schema",
} as const;

describe("a question of the playground", () => {
  test("without parameters asks for nothing but an answer, as a stream", () => {
    expect(chatBody("m", PLAIN_PARAMETERS, [], { text: "hi", images: [] })).toEqual({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("with every parameter is one that the gateway takes, and means the same there", () => {
    const decoded = decodeChat(chatBody("m", all, before, question), "u");
    expect(decoded).toMatchObject({
      ok: true,
      value: {
        model: "m",
        includeUsage: true,
        input: {
          stream: true,
          temperature: 0,
          topP: 0.5,
          maxOutputTokens: 20,
          stop: ["END"],
          responseFormat: { type: "json_schema", name: "answer", strict: true },
        },
      },
    });
    expect(decoded.ok && decoded.value.input.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "user",
    ]);
  });

  test("does not repeat what was never answered", () => {
    const { messages } = chatBody("m", PLAIN_PARAMETERS, before, question);
    expect(JSON.stringify(messages)).not.toContain("lost");
  });

  test("may be a picture alone", () => {
    const { messages } = chatBody("m", PLAIN_PARAMETERS, [], { text: "", images: [PICTURE] });
    expect(messages).toEqual([
      { role: "user", content: [{ type: "image_url", image_url: { url: PICTURE } }] },
    ]);
  });

  test.each([
    ["{", null],
    ["[]", null],
    ["null", null],
    ['{"type":"object"}', { type: "object" }],
  ])("takes %s for the schema %o", (text, schema) => {
    expect(schemaOf(text)).toEqual(schema);
  });
});

test("what can be asked: agents in their order, then chat models by name, all switched on", () => {
  const agents = [
    { slug: "b", name: "Bee", enabled: true, vision: true },
    { slug: "a", name: "Ant", enabled: true, vision: false },
    { slug: "off", name: "Off", enabled: false, vision: false },
  ] as Agent[];
  const models = [
    { name: "z", kind: "chat", enabled: true, vision: false },
    { name: "c", kind: "chat", enabled: true, vision: true },
    { name: "e", kind: "embedding", enabled: true, vision: false },
    { name: "o", kind: "chat", enabled: false, vision: false },
  ] as Model[];
  expect(targetsOf(agents, models).map(({ name, vision }) => [name, vision])).toEqual([
    ["agent/b", true],
    ["agent/a", false],
    ["c", true],
    ["z", false],
  ]);
});

describe("advice", () => {
  test.each([
    ["insufficient_credits", "grant"],
    ["upstream_unavailable", "connections"],
    ["agent_not_found", "agents"],
    ["rate_limit_tpm", "levels"],
    ["invalid_value", null],
    ["internal", "log"],
    ["a code of an upstream", "log"],
    ["toString", "log"],
  ])("on %s leads to %s", (code, remedy) => {
    expect(adviceFor(code).remedy).toBe(remedy);
  });

  test("is there for every code that the gateway knows", () => {
    for (const code of Object.keys(ERRORS)) expect(adviceFor(code).advice).toMatch(/./);
  });
});
