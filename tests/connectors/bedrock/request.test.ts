/** What Bedrock is asked, for everything that a client can say. */
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../../src/core/run.ts";
import { call, model, prepared, raw, result, SONNET, sent, system, tools, user } from "./asking.ts";

describe("messages", () => {
  it("take turns: one of the same side after another is joined, results of tools come first", () => {
    const messages = [
      user("Weather?"),
      model("Let me see.", call("c1"), call("c2", "")),
      result("c1", "12C"),
      result("c2", ""),
      user("Thanks"),
      user("And tomorrow?"),
    ];
    expect(sent({ messages, tools }).body.messages).toEqual([
      { role: "user", content: [{ text: "Weather?" }] },
      {
        role: "assistant",
        content: [
          { text: "Let me see." },
          { toolUse: { toolUseId: "c1", name: "get_weather", input: { city: "Paris" } } },
          { toolUse: { toolUseId: "c2", name: "get_weather", input: {} } },
        ],
      },
      {
        role: "user",
        content: [
          { toolResult: { toolUseId: "c1", content: [{ text: "12C" }] } },
          { toolResult: { toolUseId: "c2", content: [{ text: "(nothing)" }] } },
          { text: "Thanks" },
          { text: "And tomorrow?" },
        ],
      },
    ]);
  });

  it("instructions stand apart, and one in the middle is moved with a warning", () => {
    const { body, warnings } = sent({
      messages: [system("Be brief."), user("one"), model("1"), system("In French."), user("two")],
    });
    expect(body.system).toEqual([{ text: "Be brief." }, { text: "In French." }]);
    expect(warnings).toHaveLength(1);
    expect(sent({ messages: [system("Joke!")] }).body).toEqual({
      messages: [{ role: "user", content: [{ text: "Joke!" }] }],
    });
  });

  it("begin with the user, though a greeting stood first", () => {
    const { body } = sent({ messages: [model("Hello, how can I help?"), user("Hi")] });
    expect(body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", content: [{ text: "Hello, how can I help?" }] },
      { role: "user" },
    ]);
  });

  it("of white space are left out, and an answer to be continued does not end in it", () => {
    const { body } = sent({ messages: [user("a"), user(" \n"), model("It is \n")] });
    expect(body.messages).toEqual([
      { role: "user", content: [{ text: "a" }] },
      { role: "assistant", content: [{ text: "It is" }] },
    ]);
    expect(prepared({ messages: [user(" ")] })).toMatchObject({ ok: false });
  });
});

describe("files", () => {
  const withParts = (content: ChatMessage["content"]) =>
    prepared({ messages: [{ role: "user", content }] });
  const blocksOf = (content: ChatMessage["content"]) => {
    const body = sent({ messages: [{ role: "user", content }] }).body;
    return (body.messages as { content: unknown }[])[0]?.content;
  };

  it.each([
    ["image/png", "png"],
    ["image/jpg", "jpeg"],
    ["image/jpeg", "jpeg"],
    ["image/webp", "webp"],
    ["image/gif", "gif"],
  ])("a picture of %s is %s", (mime, format) => {
    const url = `data:${mime};base64,iVBORw0=`;
    expect(blocksOf([{ type: "image", url }])).toEqual([
      { image: { format, source: { bytes: "iVBORw0=" } } },
    ]);
  });

  it.each([
    ["application/pdf", "Q3: results/final.pdf", "pdf", "Q3 results final"],
    ["text/plain", "notes.txt", "txt", "notes"],
    ["application/octet-stream", "table.xlsx", "xlsx", "table"],
    ["text/markdown", "报告.md", "md", "document"],
  ])("a document of %s named %s is %s, and never alone", (mime, name, format, plain) => {
    const url = `data:${mime};base64,JVBE`;
    expect(blocksOf([{ type: "file", url, name, mime }])).toEqual([
      { document: { format, name: plain, source: { bytes: "JVBE" } } },
      { text: "Please look at the attached document." },
    ]);
  });

  it.each([
    [
      "a picture of the web",
      { type: "image", url: "https://a.example/cat.png" },
      /data: addresses/,
    ],
    [
      "a picture of a rare type",
      { type: "image", url: "data:image/tiff;base64,AA==" },
      /image\/tiff/,
    ],
    ["sound", { type: "audio", data: "UklG", format: "wav" }, /no sound/],
  ] as const)("%s is refused with a sentence for the caller", (_name, part, words) => {
    const refused = withParts([part]);
    expect(refused).toMatchObject({ ok: false, error: { reason: "rejected" } });
    if (refused && !refused.ok) expect(refused.error.detail).toMatch(words);
  });
});

describe("tools", () => {
  it("are specified; one that takes nothing takes an empty object", () => {
    const { body } = sent({
      tools: [
        { name: "f", description: "Does f", strict: true },
        { name: "g", description: "" },
      ],
    });
    const inputSchema = { json: { type: "object", properties: {} } };
    expect(body.toolConfig).toEqual({
      tools: [
        { toolSpec: { name: "f", description: "Does f", inputSchema, strict: true } },
        { toolSpec: { name: "g", inputSchema } },
      ],
    });
  });

  it.each([
    ["auto", undefined],
    ["required", { any: {} }],
    [{ name: "get_weather" }, { tool: { name: "get_weather" } }],
  ] as const)("the choice %j is %j", (toolChoice, expected) => {
    const { toolConfig } = sent({ tools, toolChoice }).body as {
      toolConfig: { toolChoice?: unknown };
    };
    expect(toolConfig.toolChoice).toEqual(expected);
  });

  it.each([
    ["that must not be called", { tools, toolChoice: "none" as const }],
    ["that the client no longer sends", {}],
  ])("%s: earlier calls become words, for blocks without tools are refused", (_name, more) => {
    const messages = [user("Weather?"), model("", call("c1")), result("c1", "12C")];
    const { body } = sent({ messages, ...more });
    expect(body.toolConfig).toBeUndefined();
    expect(JSON.stringify(body)).not.toMatch(/toolUse|toolResult/);
    expect(JSON.stringify(body)).toContain("12C");
    expect(JSON.stringify(body)).toContain("get_weather");
  });

  it("ids that Bedrock refuses are replaced, call and result alike", () => {
    const strange = `call_${"x".repeat(80)}`;
    const messages = [user("?"), model("", call(strange), call("ok-1")), result(strange, "1")];
    const text = JSON.stringify(sent({ messages, tools }).body.messages);
    expect(text).not.toContain(strange);
    expect(text.split('"toolUseId":"call00000"')).toHaveLength(3);
    expect(text).toContain('"toolUseId":"ok-1"');
  });

  it("ids for Mistral's models have nine letters and digits", () => {
    const messages = [user("?"), model("", call("tooluse_1")), result("tooluse_1", "1")];
    const text = JSON.stringify(sent({ messages, tools }, "mistral.mistral-large-2407-v1:0").body);
    expect(text.split('"toolUseId":"call00000"')).toHaveLength(3);
  });
});

describe("parameters", () => {
  it("stand where Converse has them, and nothing is sent that nobody set", () => {
    const input = { temperature: 0.5, maxOutputTokens: 500, stop: ["END", " "] };
    expect(sent(input, "amazon.nova-pro-v1:0", 300).body.inferenceConfig).toEqual({
      temperature: 0.5,
      maxTokens: 300,
      stopSequences: ["END"],
    });
    expect(Object.keys(sent({}).body)).toEqual(["messages"]);
  });

  it.each([
    ["amazon.nova-pro-v1:0", { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, topP: 0.9 }, 0],
    ["amazon.nova-pro-v1:0", { temperature: 1.5 }, { temperature: 1 }, 1],
    [SONNET, { topP: 0.9 }, { topP: 0.9 }, 0],
    [SONNET, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, 1],
    [
      "anthropic.claude-3-5-sonnet-20241022-v2:0",
      { temperature: 0, topP: 1 },
      { temperature: 0, topP: 1 },
      0,
    ],
    ["global.anthropic.claude-opus-4-7-20260201-v1:0", { temperature: 0.5 }, undefined, 1],
    ["anthropic.claude-sonnet-5-v1:0", { temperature: 0.5 }, undefined, 1],
  ])("%s asked with %j samples with %j", (id, input, expected, warned) => {
    const { body, warnings } = sent(input, id);
    expect(body.inferenceConfig).toEqual(expected);
    expect(warnings).toHaveLength(warned);
  });

  it("what Bedrock has no word for is named in a warning", () => {
    expect(sent(raw({ seed: 7, n: 2, presence_penalty: 0.5 })).warnings).toEqual([
      "Not sent to Bedrock: seed, n, presence_penalty.",
    ]);
  });

  it("structured answers are asked for by schema, and any JSON in words with a warning", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const { body } = sent({ responseFormat: { type: "json_schema", name: "x", schema } });
    expect(body.outputConfig).toEqual({
      textFormat: {
        type: "json_schema",
        structure: { jsonSchema: { schema: JSON.stringify(schema), name: "x" } },
      },
    });
    const any = sent({ responseFormat: { type: "json_object" } });
    expect(JSON.stringify(any.body.system)).toContain("JSON");
    expect(any.warnings).toHaveLength(1);
  });
});
