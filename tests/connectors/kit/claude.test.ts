import { describe, expect, it } from "vitest";
import { claudeReasoning, claudeVersion } from "../../../src/connectors/kit/claude.ts";
import { reasoningEffort } from "../../../src/connectors/kit/client-fields.ts";
import type { ChatInput, WireProtocol } from "../../../src/core/run.ts";

const asked = (
  protocol: WireProtocol,
  body: Record<string, unknown>,
  more: Partial<ChatInput> = {},
): ChatInput => ({
  messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
  stream: true,
  endUser: "u",
  raw: { protocol, body },
  ...more,
});

it.each([
  ["claude-3-opus-20240229", 3],
  ["claude-3-5-haiku-latest", 3.5],
  ["claude-sonnet-4-20250514", 4],
  ["claude-opus-4-1-20250805", 4.1],
  ["us.anthropic.claude-opus-4-7-20260201-v1:0", 4.7],
  ["anthropic/claude-haiku-4.5", 4.5],
  ["claude-sonnet-5", 5],
  ["gpt-4o", null],
])("the version in %s is %s", (model, version) => {
  expect(claudeVersion(model)).toBe(version);
});

describe("how much to think, as another protocol's client asks for it", () => {
  it.each<[Record<string, unknown>, string | null]>([
    [{}, null],
    [{ output_config: { effort: "high" } }, null],
    [{ thinking: { type: "disabled" } }, "none"],
    [{ thinking: { type: "enabled", budget_tokens: 1024 } }, "low"],
    [{ thinking: { type: "enabled", budget_tokens: 8000 } }, "medium"],
    [{ thinking: { type: "enabled", budget_tokens: 60_000 } }, "high"],
    [{ thinking: { type: "adaptive" } }, "medium"],
    [{ thinking: { type: "adaptive" }, output_config: { effort: "max" } }, "high"],
    [{ thinking: { type: "adaptive" }, output_config: { effort: "constructor" } }, "medium"],
    [{ thinking: "much" }, null],
  ])("%j is an effort of %s", (body, effort) => {
    expect(reasoningEffort(asked("anthropic-messages", body))).toBe(effort);
  });

  it("names that every object has are no effort of OpenAI's either", () => {
    expect(reasoningEffort(asked("openai-chat", { reasoning_effort: "toString" }))).toBeNull();
  });
});

describe("how Claude is told", () => {
  const openAi = (more: Partial<ChatInput> = {}) =>
    asked("openai-chat", { reasoning_effort: "high" }, more);

  it.each<[string, ChatInput, number, number, object, RegExp | null]>([
    ["an old model", openAi(), 3.5, 1e6, {}, /no reasoning effort/],
    [
      "one with budgets",
      openAi(),
      4.5,
      1e6,
      { thinking: { type: "enabled", budget_tokens: 16_384 } },
      null,
    ],
    [
      "one that weighs for itself",
      openAi(),
      4.7,
      500,
      { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
      null,
    ],
    ["without room for a budget", openAi(), 4.5, 1000, {}, /no room/],
    ["where a tool is forced", openAi({ toolChoice: "required" }), 4.7, 1e6, {}, /must be called/],
  ])("%s", (_name, input, version, limit, fields, warning) => {
    const reasoning = claudeReasoning(input, version, limit);
    expect(reasoning.fields).toEqual(fields);
    expect(reasoning.fixesSampling).toBe("thinking" in fields);
    if (warning) expect(reasoning.warning).toMatch(warning);
    else expect(reasoning.warning).toBeNull();
  });

  it("in its own protocol: as it was written, on whatever version", () => {
    const body = {
      thinking: { type: "enabled", budget_tokens: 3000, display: "omitted" },
      output_config: { effort: "max", format: {} },
    };
    expect(claudeReasoning(asked("anthropic-messages", body), 3.5, 1e6)).toEqual({
      fields: { thinking: body.thinking, output_config: { effort: "max" } },
      fixesSampling: true,
      warning: null,
    });
  });
});
