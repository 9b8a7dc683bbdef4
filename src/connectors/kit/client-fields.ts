/** What a client wrote in its own protocol that the run vocabulary has no word for. */
import type { ChatInput } from "../../core/run.ts";
import { asArray, asCount, asObject, asText, entryOf, type Json } from "./json.ts";

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

/** Those of `names` that the client set, and that ask for something. */
export function openAiFieldsSet(input: ChatInput, names: readonly string[]): string[] {
  return names.filter((name) => !asksForNothing(name, openAiField(input, name)));
}

/** What clients write out though it is the usual. */
function asksForNothing(name: string, value: unknown): boolean {
  if (value === undefined || value === false || value === "auto") return true;
  if (name === "n") return value === 1;
  if (name.endsWith("_penalty")) return value === 0;
  return name === "modalities" && asArray(value).join() === "text";
}

/** What the run vocabulary has words for, and what changes nothing in an answer. */
const SAID: ReadonlySet<string> = new Set([
  ...["model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens"],
  ...["temperature", "top_p", "stop", "tools", "tool_choice", "parallel_tool_calls"],
  ...["response_format", "reasoning_effort", "user", "safety_identifier", "metadata", "store"],
  ...["prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"],
]);

/**
 * What a client wrote in OpenAI's protocol that neither the run vocabulary nor the connector has a
 * word for, tools that are no functions among it; `read` are the fields that the connector looks at.
 */
export function openAiFieldsBeyond(input: ChatInput, read: readonly string[] = []): string[] {
  if (input.raw?.protocol !== "openai-chat") return [];
  const { body } = input.raw;
  const names = Object.keys(body).filter((name) => !SAID.has(name) && !read.includes(name));
  const tools = asArray(body.tools).flatMap((tool, at) =>
    asObject(asObject(tool)?.function) ? [] : [`tools.${at}`],
  );
  return [...openAiFieldsSet(input, names), ...tools];
}
