/** What a client wrote in its own protocol that the run vocabulary has no word for. */
import type { ChatInput } from "../../core/run.ts";
import { asCount, asObject, asText, entryOf, type Json } from "./json.ts";

/** A top-level field of an OpenAI client's request; undefined where there is none. */
export function openAiField(input: ChatInput, name: string): unknown {
  return input.raw?.protocol === "openai-chat" ? (input.raw.body[name] ?? undefined) : undefined;
}

export type Effort = "none" | "minimal" | "low" | "medium" | "high";
const EFFORTS: Record<string, Effort> = {
  none: "none",
  minimal: "minimal",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "high",
  max: "high",
};

/** How much the client wants the model to think; null where it does not say. */
export function reasoningEffort(input: ChatInput): Effort | null {
  if (input.raw?.protocol === "anthropic-messages") return effortOfThinking(input.raw.body);
  const asked = openAiField(input, "reasoning_effort");
  return typeof asked === "string" ? entryOf(EFFORTS, asked) : null;
}

/** Anthropic's clients give a budget of tokens, or leave it to the model and name an effort. */
function effortOfThinking(body: Json): Effort | null {
  const thinking = asObject(body.thinking);
  if (!thinking) return null;
  if (thinking.type === "disabled") return "none";
  const named = entryOf(EFFORTS, asText(asObject(body.output_config)?.effort));
  const budget = asCount(thinking.budget_tokens);
  if (budget === 0) return named ?? "medium";
  if (budget <= 4096) return "low";
  return budget <= 12_288 ? "medium" : "high";
}

/** Those of `names` that the client set; `false`, `auto` and an `n` of one ask for nothing. */
export function openAiFieldsSet(input: ChatInput, names: readonly string[]): string[] {
  return names.filter((name) => {
    const value = openAiField(input, name);
    if (value === undefined || value === false || value === "auto") return false;
    return !(name === "n" && value === 1);
  });
}
