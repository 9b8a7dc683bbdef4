/** What differs between the models behind Bedrock, read from their ids. */
import type { ChatInput } from "../../core/run.ts";
import { type Effort, reasoningEffort } from "../kit/client-fields.ts";
import type { Json } from "../kit/json.ts";

/** 3.5 of `us.anthropic.claude-3-5-sonnet-…`, 4.7 of `…claude-opus-4-7-…`; null: no Claude by its id. */
export function claudeVersion(model: string): number | null {
  const found = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2})(?!\d))?/.exec(model);
  return found ? Number(`${found[1]}.${found[2] ?? 0}`) : null;
}

export const isMistral = (model: string): boolean => model.includes("mistral.");

/** What the client asked for beside the common parameters, and what must then be left out. */
export interface Reasoning {
  fields: Json;
  /** A model that thinks takes no other sampling than its own. */
  fixesSampling: boolean;
  warning: string | null;
}

const NONE: Reasoning = { fields: {}, fixesSampling: false, warning: null };
const BUDGETS: Record<Effort, number> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
};
const BUDGET_MIN = 1024;

export function reasoningOf(input: ChatInput, model: string, limit: number): Reasoning {
  const effort = reasoningEffort(input);
  if (effort === null || effort === "none") return NONE;
  const level = effort === "minimal" ? "low" : effort;
  const claude = claudeVersion(model);
  if (claude !== null && claude >= 3.7) return claudeReasoning(input, claude, effort, limit);
  if (model.includes("openai.")) {
    return { ...NONE, fields: { reasoning_effort: level } };
  }
  if (model.includes("amazon.nova-2")) {
    const reasoningConfig = { type: "enabled", maxReasoningEffort: level };
    return { fields: { reasoningConfig }, fixesSampling: level === "high", warning: null };
  }
  return { ...NONE, warning: "This model takes no reasoning effort." };
}

function claudeReasoning(
  input: ChatInput,
  version: number,
  effort: Effort,
  limit: number,
): Reasoning {
  if (version >= 4.6) {
    const fields = {
      thinking: { type: "adaptive" },
      output_config: { effort: effort === "minimal" ? "low" : effort },
    };
    return { fields, fixesSampling: true, warning: null };
  }
  // What it thinks counts into the output, and something must be left for the answer.
  const budget = Math.min(BUDGETS[effort], Math.floor(limit * 0.8));
  const refusal =
    budget < BUDGET_MIN
      ? "the output limit leaves no room for it"
      : isForced(input)
        ? "a tool must be called"
        : lacksThoughts(input)
          ? "the thoughts before the last call are not in the conversation"
          : null;
  if (refusal !== null) return { ...NONE, warning: `The model does not think first: ${refusal}.` };
  return {
    fields: { thinking: { type: "enabled", budget_tokens: budget } },
    fixesSampling: true,
    warning: null,
  };
}

/** A turn that goes on after calls of tools must show the thoughts that led to them. */
function lacksThoughts({ messages }: ChatInput): boolean {
  const answer = messages.findLast((message) => message.role === "assistant");
  return messages.at(-1)?.role === "tool" && (answer?.thoughts?.length ?? 0) === 0;
}

const isForced = ({ toolChoice }: ChatInput): boolean =>
  toolChoice === "required" || typeof toolChoice === "object";
