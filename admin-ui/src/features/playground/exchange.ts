/** One question and its answer over the wire, with all that can be seen of it from here. */
import type { adminEndpoints, BodyOf } from "@contract";
import { ApiError, createCaller } from "@contract/call.ts";
import { ChatReader, type Reading } from "./chat-reader.ts";
import type { ChatBody } from "./request.ts";

export interface AnswerError {
  code: string;
  message: string;
  param: string | null;
}

export interface Answer extends Omit<Reading, "error"> {
  state: "waiting" | "streaming" | "done" | "stopped" | "failed";
  /** As it was sent. */
  body: ChatBody;
  requestId: string | null;
  /** Milliseconds from sending it, as this browser saw it. */
  firstMs: number | null;
  totalMs: number | null;
  /** What of the request the upstream did not do as asked. */
  warnings: string | null;
  /** Whether the answer was given before. */
  cached: boolean;
  error: AnswerError | null;
}

export const newAnswer = (body: ChatBody): Answer => ({
  state: "waiting",
  body,
  text: "",
  reasoning: "",
  toolCalls: [],
  finish: null,
  raw: "",
  requestId: null,
  firstMs: null,
  totalMs: null,
  warnings: null,
  cached: false,
  error: null,
});

/** An agent that is asked as its form stands, in place of a published one. */
export type Draft = BodyOf<(typeof adminEndpoints)["POST /api/admin/agents/draft/chat"]>["agent"];

interface Means {
  draft?: Draft;
  /** For tests. */
  fetcher?: typeof fetch;
}

/** Never fails: what goes wrong is told in the answer. `tell` gets every change. */
export async function exchange(
  body: ChatBody,
  signal: AbortSignal,
  tell: (change: Partial<Answer>) => void,
  { draft, fetcher = fetch }: Means = {},
): Promise<void> {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  let refused = "";
  const call = createCaller<typeof adminEndpoints>({
    fetch: async (url, init) => {
      const response = await fetcher(url, init);
      // An error's envelope is read by the caller, and kept as it came.
      if (!response.ok) refused = await response.clone().text();
      return response;
    },
  });
  try {
    const response = await (draft
      ? call.raw("POST /api/admin/agents/draft/chat", { body: { ...body, agent: draft }, signal })
      : call.raw("POST /api/admin/playground", { body: { ...body }, signal }));
    tell(told(response));
    const reader = new ChatReader(body.stream === true);
    let firstMs: number | null = null;
    await read(response, reader, ({ error: _, ...reading }) => {
      const { text, reasoning, toolCalls } = reading;
      if (text || reasoning || toolCalls.length > 0) firstMs ??= elapsed();
      tell({ ...reading, firstMs, state: "streaming" });
    });
    const { error } = reader.reading;
    const state = error ? "failed" : "done";
    tell({ state, totalMs: elapsed(), ...(error ? { error: { ...error, param: null } } : {}) });
  } catch (cause) {
    if (signal.aborted) tell({ state: "stopped", totalMs: elapsed() });
    else tell({ ...failed(cause), ...(refused && { raw: refused }), totalMs: elapsed() });
  }
}

async function read(
  response: Response,
  reader: ChatReader,
  changed: (reading: Reading) => void,
): Promise<void> {
  const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await text?.read(); piece && !piece.done; piece = await text?.read()) {
    reader.push(piece.value);
    changed(reader.reading);
  }
  reader.end();
  changed(reader.reading);
}

function told({ headers }: Response): Partial<Answer> {
  const warnings = headers.get("x-portico-warnings");
  return {
    requestId: headers.get("x-request-id"),
    warnings: warnings && decoded(warnings),
    cached: headers.get("x-portico-cache") === "hit",
  };
}

/** Headers carry what is not ASCII escaped as in an address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign: it was plain text.
    return text;
  }
}

function failed(cause: unknown): Partial<Answer> {
  if (!(cause instanceof ApiError)) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { state: "failed", error: { code: "unavailable", message, param: null } };
  }
  const { code, message, param, requestId } = cause;
  return { state: "failed", error: { code, message, param }, requestId: requestId || null };
}
