/** What a client wrote in its own protocol that the run vocabulary has no word for. */
import type { ChatInput } from "../../core/run.ts";

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
  const asked = openAiField(input, "reasoning_effort");
  return (typeof asked === "string" && EFFORTS[asked]) || null;
}

/** Those of `names` that the client set; `false` and an `n` of one ask for nothing. */
export function openAiFieldsSet(input: ChatInput, names: readonly string[]): string[] {
  return names.filter((name) => {
    const value = openAiField(input, name);
    return value !== undefined && value !== false && !(name === "n" && value === 1);
  });
}
