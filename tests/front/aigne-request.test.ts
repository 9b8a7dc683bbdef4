import { describe, expect, it } from "vitest";
import type { ChatInput } from "../../src/core/run.ts";
import { type DecodedAigneChat, decodeAigneChat } from "../../src/front/aigne-request.ts";

const messages = [{ role: "user", content: "hi" }];

function decoded(input: object, more: object = {}): DecodedAigneChat {
  const read = decodeAigneChat({ model: "m", input: { messages, ...input }, ...more }, "usr_1");
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}
const inputOf = (input: object, more?: object): ChatInput => decoded(input, more).input;
const partsOf = (content: unknown) =>
  inputOf({ messages: [{ role: "user", content }] }).messages[0]?.content;
const refused = (body: unknown) => {
  const read = decodeAigneChat(body, "usr_1");
  return read.ok ? null : read.error;
};

describe("the model of a request", () => {
  it("is the one beside the input, then in it, then among its options, then of the client", () => {
    const everywhere = { model: "b", modelOptions: { model: "c" } };
    const options = { modelOptions: { model: "d" } };
    const read = (input: object, more: object) => decoded(input, more).model;
    expect(read(everywhere, { options })).toBe("m");
    expect(read(everywhere, { model: undefined, options })).toBe("b");
    expect(read({ modelOptions: { model: "c" } }, { model: "", options })).toBe("c");
    expect(read({}, { model: null, options })).toBe("d");
  });

  it("must be named", () => {
    expect(refused({ input: { messages } })).toMatchObject({ param: "input.modelOptions.model" });
    expect(refused({ messages })).toMatchObject({ code: "invalid_value" });
  });
});

describe("what the documents show", () => {
  it("is an input without its wrapping, with parameters at the top", () => {
    const read = decodeAigneChat(
      { model: "m", messages: "hello", stream: true, temperature: 0.2, topP: 0.5 },
      "usr_1",
    );
    expect(read).toMatchObject({
      value: {
        model: "m",
        beyond: [],
        input: {
          stream: true,
          temperature: 0.2,
          topP: 0.5,
          messages: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
        },
      },
    });
  });

  it("is refused with paths as the client wrote them", () => {
    const body = { model: "m", messages, topP: 7 };
    expect(refused(body)).toMatchObject({
      param: "topP",
      message: expect.stringMatching(/^topP: /),
    });
    expect(refused({ model: "m", messages: [{ role: "x" }] })?.param).toBe("messages.0.role");
  });
});

describe("messages", () => {
  it("of the agent are the assistant's, their calls with arguments as text", () => {
    const calls = [
      { id: "c1", type: "function", function: { name: "f", arguments: { a: [1] } } },
      { id: "c2__thought__c2VhbA", type: "function", function: { name: "g", arguments: "{" } },
      { id: "c3", function: { name: "h" } },
    ];
    const { messages: read } = inputOf({
      messages: [
        { role: "agent", toolCalls: calls },
        { role: "tool", toolCallId: "c2__thought__c2VhbA", content: "done", name: "g" },
      ],
    });
    expect(read).toEqual([
      {
        role: "assistant",
        content: [],
        toolCalls: [
          { id: "c1", name: "f", argumentsText: '{"a":[1]}' },
          { id: "c2", seal: "c2VhbA==", name: "g", argumentsText: "{" },
          { id: "c3", name: "h", argumentsText: "{}" },
        ],
      },
      { role: "tool", content: [{ type: "text", text: "done" }], toolCallId: "c2", name: "g" },
    ]);
  });

  it("lose the thoughts that a client keeps among its texts", () => {
    const thought = { type: "text", text: "Hm.", isThinking: true };
    expect(partsOf([thought, { type: "text", text: "Yes" }])).toEqual([
      { type: "text", text: "Yes" },
    ]);
  });

  it.each([
    [
      { type: "url", url: "https://a.example/cat" },
      { type: "image", url: "https://a.example/cat" },
    ],
    [
      { type: "image_url", url: "https://a.example/c" },
      { type: "image", url: "https://a.example/c" },
    ],
    [
      { type: "url", url: "https://a.example/a.pdf?x=1", filename: null },
      { type: "file", url: "https://a.example/a.pdf?x=1", name: "file", mime: "application/pdf" },
    ],
    [
      { type: "url", url: "data:text/plain,hi" },
      { type: "file", url: "data:text/plain,hi", name: "file", mime: "text/plain" },
    ],
    [
      { type: "file", data: "iVBORw0KGgo=", mimeType: "Image/PNG" },
      { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" },
    ],
    [
      { type: "file", data: "/9j/4AA=" },
      { type: "image", url: "data:image/jpeg;base64,/9j/4AA=" },
    ],
    [
      { type: "file", data: "UklGRg==", filename: "said.wav" },
      { type: "audio", data: "UklGRg==", format: "wav" },
    ],
    [
      { type: "file", data: "SUQz", mimeType: "audio/mpeg" },
      { type: "audio", data: "SUQz", format: "mp3" },
    ],
    [
      { type: "file", data: "AAAA", filename: "a.bin" },
      {
        type: "file",
        url: "data:application/octet-stream;base64,AAAA",
        name: "a.bin",
        mime: "application/octet-stream",
      },
    ],
  ])("may hold %j", (part, expected) => {
    expect(partsOf([part])).toEqual([expected]);
  });

  it.each([
    ["local", "a file of the client's own machine"],
    ["smell", "not supported: smell"],
  ])("cannot hold a part of the type %s", (type, sentence) => {
    const content = [{ type, path: "/a" }];
    const error = refused({ model: "m", input: { messages: [{ role: "user", content }] } });
    expect(error?.message).toContain(sentence);
    expect(error?.param).toBe("input.messages.0.content.0.type");
  });

  it("carry the marks for the prompt cache, of a part or of the whole message", () => {
    const mark = { type: "ephemeral", ttl: "1h" };
    const [parts, whole, none] = inputOf({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "a", cacheControl: mark },
            { type: "text", text: "b" },
          ],
        },
        { role: "system", content: "c", cacheControl: mark },
        { role: "user", content: "d" },
      ],
    }).messages;
    const written = (...marks: unknown[]) => ({
      protocol: "aigne",
      value: { content: marks.map((cache_control) => ({ cache_control })) },
    });
    expect(parts?.raw).toEqual(written(mark, undefined));
    expect(whole?.raw).toEqual(written(mark));
    expect(none?.raw).toBeUndefined();
  });
});

describe("prompts that a client wants cached", () => {
  const turns = [
    { role: "system", content: "a" },
    {
      role: "system",
      content: [
        { type: "text", text: "b" },
        { type: "text", text: "c" },
      ],
    },
    { role: "user", content: "d" },
    { role: "agent", content: "e" },
    { role: "user", content: "f" },
  ];
  const marked = (cacheConfig: object | null, list: object[] = turns) => {
    const read = inputOf({ messages: list, modelOptions: { cacheConfig } }).messages;
    return read.flatMap(({ raw }, at) => (raw ? [[at, raw.value.content]] : []));
  };
  const mark = { cache_control: { type: "ephemeral" } };
  const none = { cache_control: null };
  const lastMessage = { autoBreakpoints: { lastMessage: true } };

  it("are marked after the instructions, and at the end where it says so", () => {
    expect(marked(lastMessage)).toEqual([
      [1, [none, mark]],
      [4, [mark]],
    ]);
    expect(marked({})).toEqual([[1, [none, mark]]]);
    expect(marked({ autoBreakpoints: { system: false, lastMessage: true } })).toEqual([
      [4, [mark]],
    ]);
  });

  it("are kept as long as it says", () => {
    const control = { type: "ephemeral", ttl: "1h" };
    const config = { ttl: "1h", autoBreakpoints: { system: false, lastMessage: true } };
    expect(marked(config)).toEqual([[4, [{ cache_control: control }]]]);
    expect(marked({ ...config, ttl: "5m" })).toEqual([[4, [mark]]]);
  });

  it("are not marked where it does not ask, has marks of its own, or says nothing at the end", () => {
    expect(marked(null)).toEqual([]);
    expect(marked({ ...lastMessage, enabled: false })).toEqual([]);
    expect(marked({ ...lastMessage, strategy: "manual" })).toEqual([]);
    const own = { role: "user", content: "g", cacheControl: { type: "ephemeral" } };
    expect(marked(lastMessage, [own, ...turns])).toEqual([[0, [mark]]]);
    expect(marked(lastMessage, [{ role: "agent", toolCalls: [] }])).toEqual([]);
  });
});

describe("parameters", () => {
  it("are those of the client, and over them those of the call", () => {
    const read = decoded(
      { modelOptions: { temperature: 0, maxTokens: 50, reasoningEffort: "high" } },
      { options: { streaming: true, modelOptions: { temperature: 1, topP: 0.5 } } },
    );
    expect(read.input).toMatchObject({
      stream: true,
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 50,
      raw: { protocol: "openai-chat", body: { reasoning_effort: "high" } },
    });
  });

  it.each([
    [0, "none"],
    [1024, "low"],
    [8000, "medium"],
    [32_000, "high"],
    ["minimal", "minimal"],
  ])("a budget of %s for thinking is an effort: %s", (reasoningEffort, effort) => {
    const { raw } = inputOf({ modelOptions: { reasoningEffort } });
    expect(raw?.body).toEqual({ reasoning_effort: effort });
  });

  it("that nobody does are named; those for the client itself are not", () => {
    const modelOptions = { topK: 4, seed: null, cacheConfig: null, preferInputFileType: "url" };
    expect(decoded({ modelOptions }).beyond).toEqual(["topK"]);
  });

  it("tools and their choice are kept, one at a time where the client says so", () => {
    const tool = {
      type: "function",
      function: { name: "f", description: "d", parameters: { a: 1 } },
    };
    const input = (more: object) => inputOf({ tools: [tool], ...more });
    expect(
      input({ toolChoice: "required", modelOptions: { parallelToolCalls: false } }),
    ).toMatchObject({
      tools: [{ name: "f", description: "d", parameters: { a: 1 } }],
      toolChoice: "required",
      parallelToolCalls: false,
    });
    expect(input({ toolChoice: tool }).toolChoice).toEqual({ name: "f" });
    expect(input({ modelOptions: { parallelToolCalls: true } })).not.toHaveProperty(
      "parallelToolCalls",
    );
    expect(inputOf({ tools: [], toolChoice: "auto" })).not.toHaveProperty("toolChoice");
  });

  it("a schema for the answer needs no name", () => {
    const format = (jsonSchema: object) =>
      inputOf({ responseFormat: { type: "json_schema", jsonSchema } });
    const schema = { type: "object" };
    expect(format({ schema }).responseFormat).toEqual({
      type: "json_schema",
      name: "output",
      schema,
    });
    expect(format({ schema, name: "a", strict: true }).responseFormat).toMatchObject({
      name: "a",
      strict: true,
    });
    expect(inputOf({ responseFormat: { type: "text" } })).not.toHaveProperty("responseFormat");
  });
});
