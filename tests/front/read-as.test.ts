/** What a client is told of a request that is not right: where, and in one sentence what. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { decodeChat } from "../../src/front/openai-chat-request.ts";
import { decodeCompletions } from "../../src/front/openai-completions-request.ts";
import { readAs } from "../../src/front/read-as.ts";

const schema = z.looseObject({
  text: z.union([z.string(), z.array(z.looseObject({ kind: z.enum(["a", "b"]) }))]).optional(),
  choice: z.union([z.enum(["x", "y"]), z.looseObject({ name: z.string() })]).optional(),
  own: z.union([z.string(), z.null()], "a name, or nothing").optional(),
});
const problem = (body: unknown) => {
  const read = readAs(schema, body);
  return read.ok ? null : [read.error.param, read.error.message];
};

describe("where one of several forms may stand", () => {
  it.each([
    [{ text: [{ kind: "a" }, { kind: "c" }] }, "text.1.kind", /expected one of "a"\|"b"/],
    [{ text: [{}] }, "text.0.kind", /expected one of/],
    [{ text: 3 }, "text", /^text: expected string or array$/],
    [{ choice: "z" }, "choice", /expected one of "x"\|"y"/],
    [{ choice: { name: 1 } }, "choice.name", /expected string/],
    [{ own: 1 }, "own", /^own: a name, or nothing$/],
  ])("%j is told at %s", (body, param, message) => {
    expect(problem(body)).toEqual([param, expect.stringMatching(message)]);
  });

  it("what fits one of them is read", () => {
    expect(problem({ text: "t", choice: { name: "n" }, own: null })).toBeNull();
  });

  it.each([null, "text", 1, []])("%j is no object", (body) => {
    expect(problem(body)).toEqual([undefined, "The body must be a JSON object."]);
  });
});

describe("a chat that is not right", () => {
  const wrong = (body: object) => {
    const decoded = decodeChat({ model: "m", messages: [], ...body }, "usr_1");
    return decoded.ok ? null : decoded.error.param;
  };
  const user = (...content: unknown[]) => ({ messages: [{ role: "user", content }] });

  it.each([
    ["messages", {}],
    ["messages.0.role", { messages: [{ role: "robot", content: "" }] }],
    ["messages.0.content.1.type", user({ type: "text", text: "" }, { type: "video_url" })],
    ["messages.0.content.0.text", user({ type: "text" })],
    ["messages.0.content.0.image_url", user({ type: "image_url", image_url: "https://a/b.png" })],
    ["messages.0.content.0.file.file_data", user({ type: "file", file: { file_id: "file-1" } })],
    ["tool_choice", { ...user(), tool_choice: "maybe" }],
    ["tool_choice.allowed_tools.mode", { ...user(), tool_choice: { allowed_tools: {}, type: "" } }],
    ["stop.1", { ...user(), stop: ["a", 1] }],
  ])("is refused at %s", (param, body) => {
    expect(wrong(body)).toBe(param);
  });

  it("only the tools that the client allows are offered, as it says", () => {
    const tool = (name: string) => ({ type: "function", function: { name } });
    const allowed_tools = { mode: "required", tools: [tool("two")] };
    const decoded = decodeChat(
      {
        model: "m",
        messages: [{ role: "user", content: "hi" }],
        tools: [tool("one"), tool("two")],
        tool_choice: { type: "allowed_tools", allowed_tools },
      },
      "usr_1",
    );
    expect(decoded).toMatchObject({
      value: { input: { tools: [{ name: "two" }], toolChoice: "required" } },
    });
  });

  it("the call of a tool that takes any text keeps its name and its text", () => {
    const tool_calls = [{ id: "c", type: "custom", custom: { name: "g", input: "text" } }];
    const messages = [{ role: "assistant", tool_calls }];
    expect(decodeChat({ model: "m", messages }, "usr_1")).toMatchObject({
      value: {
        input: { messages: [{ toolCalls: [{ id: "c", name: "g", argumentsText: "text" }] }] },
      },
    });
  });
});

it("prompts that are tokens are refused in words", () => {
  expect(decodeCompletions({ model: "m", prompt: [1, 2] }, "usr_1")).toMatchObject({
    error: { param: "prompt", message: "prompt: a text or a list of texts" },
  });
});
