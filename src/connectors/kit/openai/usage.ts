/** Token counts of the OpenAI family, with each provider's own habit undone. */
import type { Usage } from "../../../core/run.ts";
import { asArray, asCount, asObject, type Json } from "../json.ts";

/**
 * Null for a placeholder (all zero) or something that is no usage at all.
 *
 * `reasoningExcluded`: the provider does not count reasoning among completion tokens (xAI); the
 * same is taken for granted where reasoning is more than the whole. Cached tokens that are more
 * than the prompt were not counted in it.
 */
export function normaliseUsage(reported: unknown, reasoningExcluded: boolean): Usage | null {
  const usage = asObject(reported);
  if (!usage) return null;
  const prompt = asObject(usage.prompt_tokens_details) ?? {};
  const completion = asObject(usage.completion_tokens_details) ?? {};
  const cached =
    asCount(prompt.cached_tokens) ||
    asCount(usage.prompt_cache_hit_tokens) ||
    // Moonshot's place for it.
    asCount(usage.cached_tokens);
  const reasoning = asCount(completion.reasoning_tokens);
  let input = inputTokens(usage);
  if (cached > input) input += cached;
  let output = asCount(usage.completion_tokens);
  if (reasoningExcluded || reasoning > output) output += reasoning;
  if (input + output === 0) return null;
  const cacheWrite = Math.min(asCount(prompt.cache_write_tokens), input - cached);
  const audioInput = Math.min(asCount(prompt.audio_tokens), input - cached - cacheWrite);
  const audioOutput = Math.min(asCount(completion.audio_tokens), output - reasoning);
  return {
    input,
    output,
    cachedInput: cached,
    cacheWrite,
    reasoning,
    ...(audioInput > 0 ? { audioInput } : {}),
    ...(audioOutput > 0 ? { audioOutput } : {}),
  };
}

/** Usage of an app that asked several models (bots of Ark): their sum. */
export function sumOfModels(reported: unknown): Usage | null {
  let [prompt, completion] = [0, 0];
  for (const entry of asArray(asObject(reported)?.model_usage)) {
    prompt += asCount(asObject(entry)?.prompt_tokens);
    completion += asCount(asObject(entry)?.completion_tokens);
  }
  return normaliseUsage({ prompt_tokens: prompt, completion_tokens: completion }, false);
}

function inputTokens(usage: Json): number {
  const stated = asCount(usage.prompt_tokens);
  if (stated > 0) return stated;
  return asCount(usage.prompt_cache_hit_tokens) + asCount(usage.prompt_cache_miss_tokens);
}
