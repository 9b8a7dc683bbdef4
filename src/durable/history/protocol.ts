/** What may be asked of a user's History, and what it asks of the Runner that answers a message. */
import type { Conversation, Message } from "../../contract/portal.ts";
import type { ChatMessage, RunEvent } from "../../core/run.ts";

export interface SendRequest {
  conversationId?: string;
  target: string;
  parentId: string | null;
  text: string;
  images: string[];
  /** Made by the client: sending twice starts one run. */
  clientId: string;
  /** Carried to the Runner unchanged. */
  caller: RunCaller;
}

export interface RegenerateRequest {
  messageId: string;
  target: string;
  clientId: string;
  caller: RunCaller;
}

/** Who runs, proven by the session that was checked at the edge. */
export interface RunCaller {
  siteId: string;
  userId: string;
  sessionId: string;
  epoch: number;
}

export interface RunRequest {
  caller: RunCaller;
  requestId: string;
  target: string;
  /** The branch from the root to the user's message. */
  messages: ChatMessage[];
  /** The platform's conversation for this target, when this branch continues it. */
  upstreamConversation: string | null;
}

/**
 * What the Runner streams back, one JSON object a line: run events, then exactly one `done`.
 */
export type RunnerLine =
  | { type: "event"; event: RunEvent }
  | {
      type: "done";
      status: "done" | "stopped" | "failed";
      error: { code: string; message: string; link?: string } | null;
      chargedMicro: number;
      outputTokens: number;
    };

/**
 * A run that has begun. It is ended by `stop` and not by letting go of `lines`: a context whose
 * caller is gone is torn down before it can settle.
 */
export interface RunnerRun {
  lines: ReadableStream<Uint8Array>;
  /** Ends the run; resolves when it is settled. `done` follows in `lines`. */
  stop(): Promise<void>;
}

/** The Worker's own entrypoint that runs a chat for a History object. */
export interface RunnerRpc {
  run(request: RunRequest): Promise<RunnerRun>;
}

/** A response that a client of the API has kept. */
export interface KeptResponse {
  id: string;
  /** The one that it continues. */
  previousId: string | null;
  atMs: number;
  /** JSON; what is in it is the API's business. */
  document: string;
}

export type HistoryFailure =
  | "conversation_not_found"
  | "message_not_found"
  | "run_not_found"
  | "busy"
  | "too_large";
export type HistoryResult<Value> =
  | { ok: true; value: Value }
  | { ok: false; reason: HistoryFailure };

export interface HistoryRpc {
  list(query: {
    limit: number;
    after: string | null;
    search: string | null;
  }): Promise<{ data: Conversation[]; has_more: boolean; next: string | null }>;
  get(
    conversationId: string,
  ): Promise<HistoryResult<{ conversation: Conversation; messages: Message[] }>>;
  update(
    conversationId: string,
    change: { title?: string; pinned?: boolean },
  ): Promise<HistoryResult<Conversation>>;
  remove(conversationId: string): Promise<HistoryResult<null>>;
  restore(conversationId: string): Promise<HistoryResult<Conversation>>;
  /** Stores the message, starts the run, answers its id; `events` follows it. */
  send(request: SendRequest): Promise<HistoryResult<{ runId: string }>>;
  regenerate(request: RegenerateRequest): Promise<HistoryResult<{ runId: string }>>;
  /** Server-sent events of a run after a sequence number (see `PortalRunEvent`). */
  events(runId: string, after: number): Promise<HistoryResult<ReadableStream<Uint8Array>>>;
  stop(runId: string): Promise<HistoryResult<null>>;
  feedback(messageId: string, feedback: "up" | "down" | null): Promise<HistoryResult<null>>;
  /** Stops what runs and forgets all of it; the object is as new. */
  clear(): Promise<void>;
  /** Forgets all of it at this time; the time that was said last counts. */
  clearAt(atMs: number): Promise<void>;
  /** False where it is larger than one may be; it is not kept then. */
  keepResponse(kept: KeptResponse): Promise<boolean>;
  keptResponse(id: string): Promise<KeptResponse | null>;
  /** A response and all before it, the first one first; null where one of them is gone. */
  keptChain(id: string): Promise<KeptResponse[] | null>;
  /** Whether it was there. */
  removeResponse(id: string): Promise<boolean>;
  /** The platform's name of a conversation that a client of the API names; null: of none yet. */
  thread(name: string): Promise<string | null>;
  keepThread(name: string, upstream: string): Promise<void>;
}
