/** What is asked of every target, and the shapes in which the answers are counted. */

/** What the mock provider reports with every answer, whatever was asked. */
export const PROMPT_TOKENS = 12;
/** Also the output tokens it reports, with and without a stream. */
export const CHUNKS_PER_STREAM = 200;

/** Who speaks how: the client to the gateway, and the gateway to the provider. */
export type Protocol = "chat" | "messages" | "dify";

export const PATHS: Record<Protocol, string> = {
  chat: "/v1/chat/completions",
  messages: "/v1/messages",
  dify: "/v1/chat-messages",
};

export type WorkName = "json" | "json50k" | "stream" | "toMessages" | "fromMessages" | "agent";

export interface Work {
  label: string;
  stream: boolean;
  prompt: string;
  client: Protocol;
  provider: Protocol;
}

const STREAM = { stream: true, prompt: "Tell a story.", client: "chat", provider: "chat" } as const;

export const WORKS: Record<WorkName, Work> = {
  json: { ...STREAM, label: "JSON, small prompt", stream: false, prompt: "Say hello." },
  json50k: {
    ...STREAM,
    label: "JSON, prompt of 50 KB",
    stream: false,
    prompt: "All the words of a long document. ".repeat(1500),
  },
  stream: { ...STREAM, label: `stream of ${CHUNKS_PER_STREAM} chunks` },
  toMessages: { ...STREAM, label: "stream, OpenAI → Anthropic", provider: "messages" },
  fromMessages: { ...STREAM, label: "stream, Anthropic → OpenAI", client: "messages" },
  agent: { ...STREAM, label: "stream, agent on Dify", provider: "dify" },
};

/** How the mock provider behaves: it thinks for so many milliseconds, or spreads its chunks out. */
export type Manner = 0 | 60 | "paced" | "slow";

/** Milliseconds between two chunks. */
export const PACES = { paced: 10, slow: 100 } as const;

/** What is asked, in a protocol; `model` is the name the target knows. */
export function bodyOf(protocol: Protocol, { stream, prompt }: Work, model: string): string {
  if (protocol === "dify") {
    const asked = { inputs: {}, query: prompt, user: "bench" };
    return JSON.stringify({ ...asked, response_mode: "streaming" });
  }
  const asked = { model, stream, messages: [{ role: "user", content: prompt }] };
  return JSON.stringify(protocol === "messages" ? { ...asked, max_tokens: 1000 } : asked);
}

/** Text without which an answer is not whole. */
export function wholeWith(protocol: Protocol, { stream }: Work): string {
  if (!stream) return '"Hello there."';
  return { chat: "data: [DONE]", messages: "message_stop", dify: "message_end" }[protocol];
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
  isWarmed: boolean;
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
