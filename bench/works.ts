/** What is asked of every target, and the shapes in which the answers are counted. */

/** What the mock provider reports with every answer, whatever was asked. */
export const PROMPT_TOKENS = 12;
/** Also the output tokens it reports, with and without a stream. */
export const CHUNKS_PER_STREAM = 200;

export type WorkName = "json" | "json50k" | "stream";

export const WORKS: Record<WorkName, { label: string; stream: boolean; prompt: string }> = {
  json: { label: "JSON, small prompt", stream: false, prompt: "Say hello." },
  json50k: {
    label: "JSON, prompt of 50 KB",
    stream: false,
    prompt: "All the words of a long document. ".repeat(1500),
  },
  stream: {
    label: `stream of ${CHUNKS_PER_STREAM} chunks`,
    stream: true,
    prompt: "Tell a story.",
  },
};

/** The body a client sends; `model` is the name the target knows. */
export function bodyOf(work: WorkName, model: string): string {
  const { stream, prompt } = WORKS[work];
  return JSON.stringify({ model, stream, messages: [{ role: "user", content: prompt }] });
}

/** A slice of load on one target: sent to the load process over IPC. */
export interface LoadJob {
  port: number;
  path: string;
  /** Without Host, Content-Type and Content-Length. */
  headers: Record<string, string>;
  /** Values of Authorization, used in turn. */
  keys: string[];
  body: string;
  concurrency: number;
  /** Ends at whichever comes first. */
  requests: number;
  durationMs: number;
  /** Text without which an answer is not whole. */
  expect: string;
}

export interface LoadResult {
  firstByteMs: number[];
  endMs: number[];
  /** `server-timing: gateway` of the answers that carry one. */
  gatewayMs: number[];
  /** `server-timing: admit`: the call of the wallet that places the hold. */
  admitMs: number[];
  /** Requests that were answered whole, and those sent to warm the connections. */
  completed: number;
  warmUps: number;
  errors: string[];
  elapsedMs: number;
}

export function mean(samples: number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** Nearest rank. NaN where nothing was measured. */
export function percentile(samples: number[], share: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
