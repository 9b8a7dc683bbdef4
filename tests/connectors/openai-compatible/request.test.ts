import { describe, expect, it } from "vitest";
import type { UpstreamTarget } from "../../../src/connectors/connector.ts";
import { chatBody } from "../../../src/connectors/kit/openai/request.ts";
import type { ChatInput, ContentPart } from "../../../src/core/run.ts";

const target: UpstreamTarget = { id: "real-model", maxOutputTokens: null };
const habits = { limitField: "max_completion_tokens" } as const;
const ask = (more: Partial<ChatInput> = {}): ChatInput => ({
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  stream: true,
  endUser: "usr_1",
  ...more,
});
const written = (body: Record<string, unknown>, more: Partial<ChatInput> = {}): ChatInput =>
  ask({ raw: { protocol: "openai-chat", body }, ...more });

describe("what the client wrote in the same protocol", () => {
  it("passes with its unknown fields; model, messages and stream are ours", () => {
    const body = chatBody(
      written({
        model: "acme/alias",
        messages: "gone",
        x_new: { deep: [1] },
        seed: 7,
        stream: false,
      }),
      target,
      habits,
    );
    expect(body).toEqual({
      model: "real-model",
      messages: [{ role: "user", content: "Hello" }],
      x_new: { deep: [1] },
      seed: 7,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("a message passes as it was written, unknown parts included", () => {
    const value = { role: "user", content: [{ type: "text", text: "x", cache: 1 }], x_part: true };
    const message = {
      role: "user" as const,
      content: [],
      raw: { protocol: "openai-chat" as const, value },
    };
    expect(chatBody(ask({ messages: [message] }), target, habits).messages).toEqual([value]);
  });

  it("stream options of the client stay, usage is always asked for", () => {
    const body = chatBody(
      written({ stream_options: { include_usage: false, include_obfuscation: false } }),
      target,
      habits,
    );
    expect(body.stream_options).toEqual({ include_usage: true, include_obfuscation: false });
  });

  it("a whole answer is asked for without stream options, which platforms refuse then", () => {
    const body = chatBody(
      written({ stream: true, stream_options: { include_usage: true } }, { stream: false }),
      target,
      habits,
    );
    expect(body).not.toHaveProperty("stream");
    expect(body).not.toHaveProperty("stream_options");
  });

  it("parameters of an agent fill what the client left out, and overwrite nothing", () => {
    const more = { temperature: 0.2, topP: 0.5 };
    const body = chatBody(written({ temperature: 1, top_p: null }, more), target, habits);
    expect(body).toMatchObject({ temperature: 1, top_p: 0.5 });
  });

  it("the client's own object is not changed", () => {
    const raw = { max_tokens: 900, stream_options: {} };
    chatBody(written(raw), { id: "m", maxOutputTokens: 10 }, habits);
    expect(raw).toEqual({ max_tokens: 900, stream_options: {} });
  });
});

describe("the output limit", () => {
  const limited = (body: Record<string, unknown>, maxOutputTokens: number | null) =>
    chatBody(written(body), { id: "m", maxOutputTokens }, habits);

  it("lowers the field that the client used", () => {
    expect(limited({ max_tokens: 900 }, 100)).toMatchObject({ max_tokens: 100 });
    expect(limited({ max_tokens: 900 }, 100)).not.toHaveProperty("max_completion_tokens");
    expect(limited({ max_completion_tokens: 900 }, 100).max_completion_tokens).toBe(100);
  });

  it("never raises it", () => {
    expect(limited({ max_tokens: 50 }, 100).max_tokens).toBe(50);
    expect(limited({ max_tokens: 50 }, null).max_tokens).toBe(50);
  });

  it("sets the platform's field where the client set none", () => {
    expect(limited({}, 100)).toMatchObject({ max_completion_tokens: 100 });
    expect(limited({}, null)).not.toHaveProperty("max_completion_tokens");
    const agent = chatBody(ask({ maxOutputTokens: 70 }), target, habits);
    expect(agent.max_completion_tokens).toBe(70);
  });

  it("is shared by several choices, each of which may use its part", () => {
    expect(limited({ n: 4, max_tokens: 900 }, 100).max_tokens).toBe(25);
    expect(limited({ n: 4 }, 2).max_completion_tokens).toBe(1);
  });

  it("is renamed for a platform that knows one field only", () => {
    const only = { limitField: "max_tokens", limitFieldOnly: true } as const;
    const body = chatBody(
      written({ max_completion_tokens: 900 }),
      { id: "m", maxOutputTokens: 100 },
      only,
    );
    expect(body).toMatchObject({ max_tokens: 100 });
    expect(body).not.toHaveProperty("max_completion_tokens");
  });
});

describe("what came in another protocol", () => {
  const write = (more: Partial<ChatInput>) =>
    chatBody(ask({ stream: false, ...more }), target, habits);

  it("texts of one message become one text, parts only where there are others", () => {
    const body = write({
      messages: [
        {
          role: "system",
          content: [
            { type: "text", text: "a" },
            { type: "text", text: "b" },
          ],
        },
        {
          role: "user",
          name: "ann",
          content: [
            { type: "text", text: "what is it?" },
            { type: "image", url: "https://x.com/a.png", detail: "low" },
            {
              type: "file",
              url: "data:application/pdf;base64,AA==",
              name: "a.pdf",
              mime: "application/pdf",
            },
            { type: "audio", data: "AA==", format: "wav" },
          ],
        },
      ],
    });
    expect(body.messages).toEqual([
      { role: "system", content: "a\n\nb" },
      {
        role: "user",
        name: "ann",
        content: [
          { type: "text", text: "what is it?" },
          { type: "image_url", image_url: { url: "https://x.com/a.png", detail: "low" } },
          {
            type: "file",
            file: { file_data: "data:application/pdf;base64,AA==", filename: "a.pdf" },
          },
          { type: "input_audio", input_audio: { data: "AA==", format: "wav" } },
        ],
      },
    ]);
  });

  it("files in the results of tools follow in a message of the user: results are text here", () => {
    const image = { type: "image" as const, url: "data:image/png;base64,AA==" };
    const result = (toolCallId: string, ...content: ContentPart[]) => ({
      role: "tool" as const,
      toolCallId,
      content,
    });
    const messages = [
      result("c1", { type: "text", text: "see" }, image),
      result("c2", { type: "text", text: "42" }),
      { role: "user" as const, content: [{ type: "text" as const, text: "so?" }] },
      result("c3", image),
    ];
    const picture = { type: "image_url", image_url: { url: image.url } };
    expect(write({ messages }).messages).toEqual([
      { role: "tool", tool_call_id: "c1", content: "see\n\n(The files follow.)" },
      { role: "tool", tool_call_id: "c2", content: "42" },
      { role: "user", content: [picture] },
      { role: "user", content: "so?" },
      { role: "tool", tool_call_id: "c3", content: "(The files follow.)" },
      { role: "user", content: [picture] },
    ]);
  });

  it("calls of tools and their results refer to each other", () => {
    const toolCalls = [{ id: "c1", name: "look", argumentsText: "{" }];
    const body = write({
      messages: [
        { role: "assistant", content: [], toolCalls },
        { role: "tool", toolCallId: "c1", content: [{ type: "text", text: "42" }] },
      ],
    });
    const called = { id: "c1", type: "function", function: { name: "look", arguments: "{" } };
    expect(body.messages).toEqual([
      { role: "assistant", content: null, tool_calls: [called] },
      { role: "tool", tool_call_id: "c1", content: "42" },
    ]);
  });

  it("tools, the choice among them and the format of the answer are written out", () => {
    const tool = {
      name: "look",
      description: "Looks",
      parameters: { type: "object" },
      strict: true,
    };
    const format = { name: "answer", schema: {}, strict: true };
    const body = write({
      tools: [tool],
      toolChoice: { name: "look" },
      responseFormat: { type: "json_schema", ...format },
      stop: ["END"],
    });
    expect(body).toMatchObject({
      tools: [{ type: "function", function: tool }],
      tool_choice: { type: "function", function: { name: "look" } },
      response_format: { type: "json_schema", json_schema: format },
      stop: ["END"],
    });
    expect(write({ toolChoice: "required" }).tool_choice).toBe("required");
  });
});
