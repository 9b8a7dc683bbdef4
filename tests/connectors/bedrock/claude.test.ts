/** What Bedrock is asked for models of Claude: where prompts are cached, how much they think. */
import { describe, expect, it } from "vitest";
import type { ChatInput, ChatMessage } from "../../../src/core/run.ts";
import { call, model, raw, result, SONNET, sent, tools, user } from "./asking.ts";

describe("cache points", () => {
  const parts = [
    { type: "text" as const, text: "A long text." },
    { type: "text" as const, text: "A question." },
  ];
  const marked = (role: "system" | "user", control: object): ChatMessage => ({
    role,
    content: parts,
    raw: {
      protocol: "openai-chat",
      value: { content: [{ ...parts[0], cache_control: control }, parts[1]] },
    },
  });

  it("stand behind the parts that the client marked", () => {
    const { body } = sent({
      messages: [
        marked("system", { type: "ephemeral", ttl: "1h" }),
        marked("user", { type: "ephemeral" }),
      ],
    });
    expect(body.system).toEqual([
      { text: "A long text." },
      { cachePoint: { type: "default", ttl: "1h" } },
      { text: "A question." },
    ]);
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          { text: "A long text." },
          { cachePoint: { type: "default" } },
          { text: "A question." },
        ],
      },
    ]);
  });

  it("of a tool's result stand behind it, not in it", () => {
    const answered: ChatMessage = {
      ...marked("user", { type: "ephemeral" }),
      role: "tool",
      toolCallId: "c1",
    };
    const messages = [user("?"), model("", call("c1")), answered];
    const turns = sent({ messages, tools }).body.messages as { content: object[] }[];
    expect(turns[2]?.content.map((block) => Object.keys(block)[0])).toEqual([
      "toolResult",
      "cachePoint",
    ]);
  });

  it.each([
    [SONNET, true],
    ["us.amazon.nova-pro-v1:0", true],
    ["anthropic.claude-3-haiku-20240307-v1:0", false],
    ["meta.llama3-3-70b-instruct-v1:0", false],
  ])("are for models that keep prompts: %s %s", (id, keeps) => {
    const { body } = sent({ messages: [marked("user", { type: "ephemeral" })] }, id);
    expect(JSON.stringify(body).includes("cachePoint")).toBe(keeps);
  });

  it("that are none are ignored", () => {
    const { body } = sent({ messages: [marked("user", { type: "other" })] });
    expect(JSON.stringify(body)).not.toContain("cachePoint");
  });
});

describe("reasoning effort", () => {
  const asked = (effort: string, more: Partial<ChatInput> = {}, id = SONNET, limit?: number) =>
    sent({ ...raw({ reasoning_effort: effort }), ...more }, id, limit ?? null);

  it.each([
    [SONNET, "medium", { thinking: { type: "enabled", budget_tokens: 8192 } }],
    [
      "us.anthropic.claude-opus-4-6-v1:0",
      "high",
      { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
    ],
    ["openai.gpt-oss-120b-1:0", "minimal", { reasoning_effort: "low" }],
    [
      "us.amazon.nova-2-lite-v1:0",
      "low",
      { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } },
    ],
  ])("%s asked for %s gets %j", (id, effort, fields) => {
    const { body, warnings } = asked(effort, {}, id);
    expect(body.additionalModelRequestFields).toEqual(fields);
    expect(warnings).toEqual([]);
  });

  it("leaves room for the answer within the limit, and sampling to the model", () => {
    const { body, warnings } = asked("high", { temperature: 0.2 }, SONNET, 5000);
    expect(body.additionalModelRequestFields).toEqual({
      thinking: { type: "enabled", budget_tokens: 4000 },
    });
    expect(body.inferenceConfig).toEqual({ maxTokens: 5000 });
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ["the limit is too low", { maxOutputTokens: 1000 }],
    ["a tool must be called", { tools, toolChoice: "required" as const }],
    [
      "earlier thoughts are lost",
      { tools, messages: [user("?"), model("", call("c1")), result("c1", "12C")] },
    ],
  ])("is left out with a warning where %s", (_name, more) => {
    const { body, warnings } = asked("high", more);
    expect(body.additionalModelRequestFields).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it("goes on over a call of a tool where the client kept the thoughts before it", () => {
    const thoughts = [
      { text: "Hm.", seal: "c2ln", hidden: false },
      { text: "", seal: "c2VjcmV0", hidden: true },
    ];
    const messages = [user("?"), { ...model("", call("c1")), thoughts }, result("c1", "12C")];
    const { body, warnings } = asked("high", { tools, messages });
    expect(warnings).toEqual([]);
    expect(body.additionalModelRequestFields).toMatchObject({ thinking: { type: "enabled" } });
    const turns = body.messages as { content: object[] }[];
    expect(turns[1]?.content.slice(0, 2)).toEqual([
      { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
      { reasoningContent: { redactedContent: "c2VjcmV0" } },
    ]);
    // Other models refuse thoughts that they have not had.
    const other = sent({ tools, messages }, "amazon.nova-pro-v1:0");
    expect(JSON.stringify(other.body)).not.toContain("reasoningContent");
  });

  it("of a model that knows none is warned of; none at all asks for nothing", () => {
    expect(asked("high", {}, "meta.llama3-70b-instruct-v1:0").warnings).toHaveLength(1);
    expect(asked("none").warnings).toEqual([]);
    expect(asked("none").body.additionalModelRequestFields).toBeUndefined();
  });
});
