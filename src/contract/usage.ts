/** The usage record of one request, and the roll-ups made from it. */
import * as z from "zod";
import { USAGE_SOURCES } from "./wallet.ts";

export const tokensSchema = z.object({
  input: z.number().int(),
  output: z.number().int(),
  /** Part of `input`. */
  cachedInput: z.number().int(),
  /** Part of `input`. */
  cacheWrite: z.number().int(),
  /** Part of `output`. */
  reasoning: z.number().int(),
  /** Sound, where the provider counts it apart: part of `input`, and of nothing else in it. */
  audioInput: z.number().int().optional(),
  /** Likewise of `output`. */
  audioOutput: z.number().int().optional(),
});
export type Tokens = z.infer<typeof tokensSchema>;

export const attemptSchema = z.object({
  connection: z.string(),
  model: z.string().nullable(),
  /** `ok`, or the reason of the failure (`rate_limited`, `unavailable`, …). */
  outcome: z.string(),
  status: z.number().int().nullable(),
  /** Milliseconds from the call until its outcome. */
  ms: z.number(),
  detail: z.string().nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const USAGE_STATUSES = ["ok", "cancelled", "error", "expired"] as const;
export const usageRecordSchema = z.object({
  request_id: z.string(),
  /** ISO 8601; when the request was admitted. */
  at: z.string(),
  surface: z.enum(["gateway", "portal", "playground"]),
  status: z.enum(USAGE_STATUSES),
  /** The stable error code where status is `error`. */
  error: z.string().nullable(),
  user_id: z.string(),
  user_email: z.string(),
  key_id: z.string().nullable(),
  /** Public model name, or `agent/<slug>`. */
  model: z.string(),
  connection: z.string().nullable(),
  upstream_model: z.string().nullable(),
  stream: z.boolean(),
  tokens: tokensSchema,
  usage_source: z.enum(USAGE_SOURCES),
  held_micro: z.number().int(),
  charged_micro: z.number().int(),
  /** What could not be collected because the balance did not reach. */
  uncollected_micro: z.number().int(),
  /** What the request cost the site at the provider; null where no cost price is set. */
  cost_micro: z.number().int().nullable(),
  price_version: z.number().int().nullable(),
  finish: z.string().nullable(),
  attempts: z.array(attemptSchema),
  /** Milliseconds. */
  timings: z.object({
    gateway: z.number(),
    admit: z.number(),
    first_byte: z.number().nullable(),
    total: z.number(),
  }),
});
export type UsageRecord = z.infer<typeof usageRecordSchema>;

/** The dimensions by which usage can be broken down. */
export const USAGE_DIMENSIONS = [
  "model",
  "user",
  "connection",
  "key",
  "surface",
  "status",
] as const;
export const usageBucketSchema = z.object({
  /** Start of the hour or day, ISO 8601 UTC. */
  at: z.string(),
  /** Value of the dimension asked for; empty when none was. */
  key: z.string(),
  calls: z.number().int(),
  errors: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  charged_micro: z.number().int(),
  /** Σ of the costs at the provider, of the requests that have one. */
  cost_micro: z.number().int(),
  /** Σ of the times to the first byte, over `first_byte_count` requests. */
  first_byte_ms_sum: z.number(),
  first_byte_count: z.number().int(),
});
export type UsageBucket = z.infer<typeof usageBucketSchema>;
