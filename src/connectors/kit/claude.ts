/** What Anthropic's models take and refuse, wherever they are served; read from their ids. */
import type { ChatInput } from "../../core/run.ts";
import { type Effort, reasoningEffort } from "./client-fields.ts";
import { asCount, asObject, asText, type Json } from "./json.ts";

/** 3.5 of `claude-3-5-sonnet-…`, 4.7 of `us.anthropic.claude-opus-4-7-…`; null: no Claude by its id. */
export function claudeVersion(model: string): number | null {
  const found = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2})(?!\d))?/.exec(model);
  return found ? Number(`${found[1]}.${found[2] ?? 0}`) : null;
}

/** What the client asked for beside the common parameters, and what must then be left out. */
export interface Reasoning {
  fields: Json;
  /** A model that thinks takes no other sampling than its own. */
  fixesSampling: boolean;
  warning: string | null;
}

export const NO_REASONING: Reasoning = { fields: {}, fixesSampling: false, warning: null };
const BUDGETS: Record<Effort, number> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
};
const BUDGET_MIN = 1024;

/** `limit`: what the answer may have in all, thoughts included. */
export function claudeReasoning(input: ChatInput, version: number, limit: number): Reasoning {
  if (input.raw?.protocol === "anthropic-messages") return ownReasoning(input.raw.body, limit);
  const effort = reasoningEffort(input);
  if (effort === null || effort === "none") return NO_REASONING;
  if (version < 3.7) return { ...NO_REASONING, warning: "This model takes no reasoning effort." };
  const adaptive = version >= 4.6;
  const budget = budgetWithin(BUDGETS[effort], limit);
  const refusal =
    budget === null && !adaptive
      ? "the output limit leaves no room for it"
      : isForced(input)
        ? "a tool must be called"
        : lacksThoughts(input) && !adaptive
          ? "the thoughts before the last call are not in the conversation"
          : null;
  if (refusal !== null) {
    return { ...NO_REASONING, warning: `The model does not think first: ${refusal}.` };
  }
  const fields = adaptive
    ? {
        thinking: { type: "adaptive" },
        output_config: { effort: effort === "minimal" ? "low" : effort },
      }
    : { thinking: { type: "enabled", budget_tokens: budget } };
  return { fields, fixesSampling: true, warning: null };
}

/** As a client of Anthropic's own protocol wrote it, within the limit. */
function ownReasoning({ thinking, output_config }: Json, limit: number): Reasoning {
  const effort = asText(asObject(output_config)?.effort);
  const config = effort === null ? {} : { output_config: { effort } };
  const asked = asObject(thinking);
  if (!asked) return { ...NO_REASONING, fields: config };
  const fixesSampling = asked.type !== "disabled";
  const budget = asCount(asked.budget_tokens);
  if (budget < limit) {
    return { fields: { thinking: asked, ...config }, fixesSampling, warning: null };
  }
  const lowered = budgetWithin(budget, limit);
  return lowered === null
    ? {
        fields: config,
        fixesSampling: false,
        warning: "The model does not think first: the output limit leaves no room for it.",
      }
    : {
        fields: { thinking: { ...asked, budget_tokens: lowered }, ...config },
        fixesSampling,
        warning: `The thinking budget was lowered to ${lowered}: it counts into the output limit.`,
      };
}

/** What it thinks counts into the output, and something must be left for the answer. */
function budgetWithin(budget: number, limit: number): number | null {
  const within = Math.min(budget, Math.floor(limit * 0.8));
  return within < BUDGET_MIN ? null : within;
}

/** A turn that goes on after calls of tools must show the thoughts that led to them. */
function lacksThoughts({ messages }: ChatInput): boolean {
  const answer = messages.findLast((message) => message.role === "assistant");
  return messages.at(-1)?.role === "tool" && (answer?.thoughts?.length ?? 0) === 0;
}

const isForced = ({ toolChoice }: ChatInput): boolean =>
  toolChoice === "required" || typeof toolChoice === "object";

/** Temperature and top-p, as far as the model takes them; `claude` is null for other models. */
export function samplingOf(
  { temperature, topP }: ChatInput,
  claude: number | null,
  { fixed, label }: { fixed: boolean; label: string },
  warnings: string[],
): { temperature?: number; topP?: number } {
  if (temperature === undefined && topP === undefined) return {};
  if (fixed || (claude !== null && claude >= 4.7)) {
    warnings.push("This model takes neither temperature nor top_p here.");
    return {};
  }
  const sampling: { temperature?: number; topP?: number } = {};
  if (temperature !== undefined) {
    sampling.temperature = Math.min(temperature, 1);
    if (temperature > 1) warnings.push(`${label} takes a temperature up to 1.`);
  }
  if (topP !== undefined && claude !== null && claude >= 4 && temperature !== undefined) {
    warnings.push("This model takes temperature or top_p, not both: top_p was left out.");
  } else if (topP !== undefined) {
    sampling.topP = topP;
  }
  return sampling;
}
