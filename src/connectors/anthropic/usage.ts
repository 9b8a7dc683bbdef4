/** Token counts of Anthropic, with its own habit undone: it does not count the cache as input. */
import type { Usage } from "../../core/run.ts";
import { asCount, asObject, type Json } from "../kit/json.ts";

/**
 * What was reported so far, overlaid by a later report: its counts are cumulative, and what it
 * leaves out or says as null stands as before.
 */
export function overlaid(earlier: Json, later: unknown): Json {
  const merged = { ...earlier };
  for (const [name, value] of Object.entries(asObject(later) ?? {})) {
    if (value !== null) merged[name] = value;
  }
  return merged;
}

/** Null where nothing was counted. */
export function usageOf(reported: Json): Usage | null {
  const cachedInput = asCount(reported.cache_read_input_tokens);
  const cacheWrite = asCount(reported.cache_creation_input_tokens);
  const input = asCount(reported.input_tokens) + cachedInput + cacheWrite;
  const output = asCount(reported.output_tokens);
  if (input + output === 0) return null;
  const thought = asCount(asObject(reported.output_tokens_details)?.thinking_tokens);
  return { input, output, cachedInput, cacheWrite, reasoning: Math.min(thought, output) };
}
