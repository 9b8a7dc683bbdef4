/**
 * A usage record as a row of some ninety bytes, and back, without loss: repeated texts are numbers
 * of words, a request id is its ten bytes, and what follows from other columns is not kept.
 */
import type { Attempt, UsageRecord } from "../../contract/usage.ts";
import { decodeBase32, encodeBase32, ID_PREFIXES } from "../../core/ids.ts";
import type { Words } from "./words.ts";

/** In the order of the table. */
export const COLUMNS = [
  "at",
  "request_id",
  "user",
  "email",
  "key_id",
  "model",
  "connection",
  "upstream_model",
  "surface",
  "status",
  "error",
  "usage_source",
  "finish",
  "stream",
  "input_tokens",
  "output_tokens",
  "cached_input_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "held_micro",
  "charged_micro",
  "uncollected_micro",
  "cost_micro",
  "price_version",
  "gateway_ms",
  "admit_ms",
  "first_byte_ms",
  "total_ms",
  "attempt_ms",
  "attempts",
  "at_text",
  "audio_input_tokens",
  "audio_output_tokens",
] as const;

/** Texts are numbers of words. A figure is null only where a sender had none (a NaN). */
export interface RecordRow {
  /** Milliseconds since 1970. */
  at: number;
  request_id: ArrayBuffer | string;
  user: number;
  email: number;
  key_id: number | null;
  model: number;
  connection: number | null;
  upstream_model: number | null;
  surface: number;
  status: number;
  error: number | null;
  usage_source: number;
  finish: number | null;
  stream: number;
  input_tokens: number;
  output_tokens: number;
  cached_input_tokens: number;
  cache_write_tokens: number;
  reasoning_tokens: number;
  held_micro: number;
  charged_micro: number;
  uncollected_micro: number;
  cost_micro: number | null;
  price_version: number | null;
  gateway_ms: number;
  admit_ms: number;
  first_byte_ms: number | null;
  total_ms: number;
  /** Of the only attempt, where its other figures are those of the record. */
  attempt_ms: number | null;
  /** JSON of the attempts, where there is more to say. */
  attempts: string | null;
  /** As it was sent, where that is not how `at` is written. */
  at_text: string | null;
  /** Null where no sound was counted. */
  audio_input_tokens: number | null;
  audio_output_tokens: number | null;
  [column: string]: SqlStorageValue;
}

export function packRecord(record: UsageRecord, at: number, words: Words): RecordRow {
  const { tokens, timings } = record;
  const numberOf = (text: string | null) => (text === null ? null : words.idOf(text));
  const soleAttempt = soleAttemptOf(record);
  const told = soleAttempt !== null || record.attempts.length === 0;
  return {
    at,
    request_id: packRequestId(record.request_id),
    user: words.idOf(record.user_id),
    email: words.idOf(record.user_email),
    key_id: numberOf(record.key_id),
    model: words.idOf(record.model),
    connection: numberOf(record.connection),
    upstream_model: numberOf(record.upstream_model),
    surface: words.idOf(record.surface),
    status: words.idOf(record.status),
    error: numberOf(record.error),
    usage_source: words.idOf(record.usage_source),
    finish: numberOf(record.finish),
    stream: record.stream ? 1 : 0,
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    cached_input_tokens: tokens.cachedInput,
    cache_write_tokens: tokens.cacheWrite,
    reasoning_tokens: tokens.reasoning,
    held_micro: record.held_micro,
    charged_micro: record.charged_micro,
    uncollected_micro: record.uncollected_micro,
    // Records that were on their way before there was a cost have none.
    cost_micro: record.cost_micro ?? null,
    price_version: record.price_version,
    gateway_ms: timings.gateway,
    admit_ms: timings.admit,
    first_byte_ms: timings.first_byte,
    total_ms: timings.total,
    attempt_ms: soleAttempt?.ms ?? null,
    attempts: told ? null : JSON.stringify(record.attempts),
    at_text: new Date(at).toISOString() === record.at ? null : record.at,
    audio_input_tokens: tokens.audioInput ?? null,
    audio_output_tokens: tokens.audioOutput ?? null,
  };
}

export function unpackRecord(row: RecordRow, words: Words): UsageRecord {
  const text = (id: number | null) => (id === null ? null : words.textOf(id));
  const record: UsageRecord = {
    request_id: unpackRequestId(row.request_id),
    at: row.at_text ?? new Date(row.at).toISOString(),
    surface: words.textOf(row.surface) as UsageRecord["surface"],
    status: words.textOf(row.status) as UsageRecord["status"],
    error: text(row.error),
    user_id: words.textOf(row.user),
    user_email: words.textOf(row.email),
    key_id: text(row.key_id),
    model: words.textOf(row.model),
    connection: text(row.connection),
    upstream_model: text(row.upstream_model),
    stream: row.stream === 1,
    tokens: {
      input: row.input_tokens,
      output: row.output_tokens,
      cachedInput: row.cached_input_tokens,
      cacheWrite: row.cache_write_tokens,
      reasoning: row.reasoning_tokens,
      ...(row.audio_input_tokens === null ? {} : { audioInput: row.audio_input_tokens }),
      ...(row.audio_output_tokens === null ? {} : { audioOutput: row.audio_output_tokens }),
    },
    usage_source: words.textOf(row.usage_source) as UsageRecord["usage_source"],
    held_micro: row.held_micro,
    charged_micro: row.charged_micro,
    uncollected_micro: row.uncollected_micro,
    cost_micro: row.cost_micro,
    price_version: row.price_version,
    finish: text(row.finish),
    attempts: [],
    timings: {
      gateway: row.gateway_ms,
      admit: row.admit_ms,
      first_byte: row.first_byte_ms,
      total: row.total_ms,
    },
  };
  if (row.attempts !== null) record.attempts = JSON.parse(row.attempts);
  else if (row.attempt_ms !== null) record.attempts = [attemptOf(record, row.attempt_ms)];
  return record;
}

/** Ten bytes for an id as the edge makes it, the text itself for any other. */
export function packRequestId(id: string): ArrayBuffer | string {
  const bytes = id.length === 20 && id.startsWith(PREFIX) ? decodeBase32(id.slice(4)) : null;
  return bytes ? bytes.slice().buffer : id;
}

function unpackRequestId(id: ArrayBuffer | string): string {
  return typeof id === "string" ? id : `${PREFIX}${encodeBase32(new Uint8Array(id))}`;
}
const PREFIX = `${ID_PREFIXES.request}_`;

/** The attempt that the record itself tells of, but for how long it took. */
function attemptOf(record: UsageRecord, ms: number): Attempt {
  return {
    connection: record.connection ?? "",
    model: record.upstream_model,
    outcome: record.status,
    status: 200,
    ms,
    detail: null,
  };
}

function soleAttemptOf(record: UsageRecord): Attempt | null {
  const [attempt, ...others] = record.attempts;
  if (!attempt || others.length > 0 || !Number.isFinite(attempt.ms)) return null;
  const told = attemptOf(record, attempt.ms);
  const same = (Object.keys(told) as (keyof Attempt)[]).every((key) => attempt[key] === told[key]);
  return same ? attempt : null;
}
