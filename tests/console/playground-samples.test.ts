import { describe, expect, test } from "vitest";
import {
  type ChatBody,
  chatBody,
  PLAIN_PARAMETERS,
} from "../../admin-ui/src/features/playground/request.ts";
import { bodiesOf } from "../../admin-ui/src/features/playground/sample-bodies.ts";
import {
  KEY_PLACEHOLDER,
  LANGUAGES,
  PROTOCOLS,
  pythonOf,
  sampleOf,
} from "../../admin-ui/src/features/playground/samples.ts";
import { decodeMessages } from "../../src/front/anthropic-request.ts";
import { decodeChat } from "../../src/front/openai-chat-request.ts";
import { decodeCompletions } from "../../src/front/openai-completions-request.ts";
import {
  leftOut,
  readResponses,
  responsesInput,
} from "../../src/front/openai-responses-request.ts";

const ORIGIN = "https://acme.example";
const PICTURE = `data:image/png;base64,${"A".repeat(120)}`;
const asked = (more: Partial<typeof PLAIN_PARAMETERS> = {}): ChatBody =>
  chatBody(
    "openai/m",
    {
      ...PLAIN_PARAMETERS,
      ...{ system: "Be brief.", temperature: 0.2, topP: 0.5, maxTokens: 20, stop: ["END"] },
      ...more,
    },
    [{ question: { text: "hi", images: [] }, answer: { text: "hello" } }],
    { text: 'it\'s a "test"\n你好', images: [PICTURE] },
  );

function inputOfResponses(body: unknown) {
  const read = readResponses(body);
  if (!read.ok) throw new Error(read.error.message);
  expect(leftOut(read.value)).toEqual([]);
  return responsesInput(read.value, read.value.input ?? [], "u");
}

describe("the body in each protocol", () => {
  const bodies = bodiesOf(asked());
  const same = { temperature: 0.2, topP: 0.5, maxOutputTokens: 20, stream: true };
  const talk = [
    { role: "user", content: [{ type: "text", text: "hi" }] },
    { role: "assistant", content: [{ type: "text", text: "hello" }] },
    {
      role: "user",
      content: [
        { type: "text", text: 'it\'s a "test"\n你好' },
        { type: "image", url: PICTURE },
      ],
    },
  ];
  const system = { role: "system", content: [{ type: "text", text: "Be brief." }] };

  test("of chat completions means what was asked", () => {
    const decoded = decodeChat(bodies.chat, "u");
    const input = { ...same, stop: ["END"], messages: [system, ...talk] };
    expect(decoded).toMatchObject({ ok: true, value: { model: "openai/m", input } });
  });

  test("of messages means what was asked", () => {
    const decoded = decodeMessages(bodies.messages, "u", new Headers());
    const input = { ...same, stop: ["END"], messages: [system, ...talk] };
    expect(decoded).toMatchObject({ ok: true, value: { model: "openai/m", input } });
  });

  test("of responses means what was asked, but for the stop sequences it does not know", () => {
    const input = inputOfResponses(bodies.responses);
    expect(input).toMatchObject({ ok: true, value: { ...same, messages: [system, ...talk] } });
    expect(bodies.responses).not.toHaveProperty("stop");
  });

  test("of completions is one text, without pictures", () => {
    const decoded = decodeCompletions(bodies.completions, "u");
    expect(decoded).toMatchObject({ ok: true });
    expect(bodies.completions.prompt).toBe('Be brief.\n\nhi\n\nhello\n\nit\'s a "test"\n你好');
  });

  test("of messages asks for a schema in its own words, and for no other JSON", () => {
    const { messages } = bodiesOf(asked({ format: "json_schema" }));
    expect(decodeMessages(messages, "u", new Headers())).toMatchObject({
      ok: true,
      value: { input: { responseFormat: { type: "json_schema", schema: { type: "object" } } } },
    });
    expect(bodiesOf(asked({ format: "json_object" })).messages).not.toHaveProperty("output_config");
  });

  test("of responses asks for a schema in its own words", () => {
    const { responses } = bodiesOf(asked({ format: "json_schema" }));
    const responseFormat = { type: "json_schema", name: "answer", strict: true };
    expect(inputOfResponses(responses)).toMatchObject({ ok: true, value: { responseFormat } });
  });

  test("shows an address in place of a picture that would bury it", () => {
    const long = chatBody("m", PLAIN_PARAMETERS, [], {
      text: "",
      images: [`data:image/png;base64,${"A".repeat(9000)}`],
    });
    for (const body of Object.values(bodiesOf(long))) {
      expect(JSON.stringify(body).length).toBeLessThan(400);
    }
  });
});

describe("a sample", () => {
  const every = PROTOCOLS.flatMap((protocol) =>
    LANGUAGES.map((language) => [protocol, language] as const),
  );

  test.each(every)("of %s in %s has the site's address and no key", (protocol, language) => {
    const sample = sampleOf(protocol, language, ORIGIN, asked());
    expect(sample).toContain(ORIGIN);
    expect(sample).toContain(KEY_PLACEHOLDER);
    expect(sample).not.toMatch(/undefined|\[object/);
  });

  test.each(PROTOCOLS)("of %s for a shell carries the body through its quotes", (protocol) => {
    const sample = sampleOf(protocol, "curl", ORIGIN, asked());
    const quoted = sample.slice(sample.indexOf("-d '") + 4, -1);
    const body: unknown = JSON.parse(quoted.replaceAll("'\\''", "'"));
    expect(body).toEqual(bodiesOf(asked())[protocol]);
  });

  test.each(PROTOCOLS)(
    "of %s that streams reads events, one that does not reads one answer",
    (protocol) => {
      for (const language of ["python", "javascript"] as const) {
        expect(sampleOf(protocol, language, ORIGIN, asked())).toContain("event");
        expect(sampleOf(protocol, language, ORIGIN, asked({ stream: false }))).toContain("answer");
      }
    },
  );

  test("writes Python's own words", () => {
    expect(pythonOf({ a: [true, false, null], b: {}, c: [] }, 0)).toBe(
      '{\n    "a": [\n        True,\n        False,\n        None,\n    ],\n    "b": {},\n    "c": [],\n}',
    );
  });
});
