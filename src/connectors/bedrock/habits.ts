/** What differs between the models behind Bedrock, read from their ids. */
import type { ChatInput } from "../../core/run.ts";
import { claudeReasoning, claudeVersion, NO_REASONING, type Reasoning } from "../kit/claude.ts";
import { reasoningEffort } from "../kit/client-fields.ts";

export const isMistral = (model: string): boolean => model.includes("mistral.");

/** Other models refuse a request with a cache point in it. */
export function cachesPrompts(model: string): boolean {
  return (claudeVersion(model) ?? 0) >= 3.5 || model.includes("amazon.nova-");
}

export function reasoningOf(input: ChatInput, model: string, limit: number): Reasoning {
  const claude = claudeVersion(model);
  if (claude !== null) return claudeReasoning(input, claude, limit);
  const effort = reasoningEffort(input);
  if (effort === null || effort === "none") return NO_REASONING;
  const level = effort === "minimal" ? "low" : effort;
  if (model.includes("openai.")) {
    return { ...NO_REASONING, fields: { reasoning_effort: level } };
  }
  if (model.includes("amazon.nova-2")) {
    const reasoningConfig = { type: "enabled", maxReasoningEffort: level };
    return { fields: { reasoningConfig }, fixesSampling: level === "high", warning: null };
  }
  return { ...NO_REASONING, warning: "This model takes no reasoning effort." };
}
