/**
 * The run vocabulary: what a client asks of an agent or model, and what comes back, whatever
 * protocol either side speaks.
 */

export type ContentPart =
  | { type: "text"; text: string }
  /** `url` is https: or data:. */
  | { type: "image"; url: string; detail?: string }
  | { type: "file"; url: string; name: string; mime: string }
  | { type: "audio"; data: string; format: string };

export interface ToolCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it; may be malformed. */
  argumentsText: string;
  /** The upstream's seal on the thought behind the call, to be sent back as it came. */
  seal?: string;
}

/** A thought that its platform wants back as it came, before the answer that it led to. */
export interface SealedThought {
  /** Empty where the platform shows it to nobody. */
  text: string;
  /** The platform's seal on the text, or the hidden thought itself in its cipher. */
  seal: string;
  hidden: boolean;
}

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: ContentPart[];
  toolCalls?: ToolCall[];
  /** Of an answer, where the client keeps them. */
  thoughts?: SealedThought[];
  /** For role `tool`: the call it answers. */
  toolCallId?: string;
  name?: string;
  /** The message as the client wrote it, for an upstream that speaks the same protocol. */
  raw?: { protocol: WireProtocol; value: Record<string, unknown> };
}

export interface ToolDefinition {
  name: string;
  description?: string;
  /** JSON Schema. */
  parameters?: Record<string, unknown>;
  strict?: boolean;
}
export type ToolChoice = "auto" | "none" | "required" | { name: string };

export type ResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | { type: "json_schema"; name: string; schema: Record<string, unknown>; strict?: boolean };

/** Protocols that clients speak; an upstream may speak the same. */
export type WireProtocol =
  | "openai-chat"
  | "openai-responses"
  | "openai-completions"
  | "anthropic-messages"
  | "aigne"
  /** Of runs of workflows: our own. */
  | "workflow";

export interface ChatInput {
  messages: ChatMessage[];
  tools?: ToolDefinition[];
  toolChoice?: ToolChoice;
  /** False where the model must not call several tools at once. */
  parallelToolCalls?: boolean;
  responseFormat?: ResponseFormat;
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  stop?: string[];
  /** Whether the client wants a stream. */
  stream: boolean;
  /** Stable id of the person for platforms that scope conversations by user; never an e-mail. */
  endUser: string;
  /** What the client calls the conversation, where it names one. */
  thread?: string;
  /** The platform's own conversation to continue. */
  upstreamConversation?: string;
  /**
   * Where none is continued: the id of a new one. The platform's, where it has a call that makes
   * it (`Streaming.begin`); else one that was never used, for platforms whose callers make them up.
   */
  newConversation?: string;
  /** The platform's ids of files that were given to it, by their `data:` addresses. */
  uploads?: Readonly<Record<string, string>>;
  /** Values of the platform's input form; files as parts, which are of the message too. */
  inputs?: Record<string, unknown>;
  /**
   * The top-level fields of the client's request as it was written, for an upstream that speaks
   * the same protocol: known ones are overwritten, unknown ones pass through. `headers` are those
   * by which the client chose a version of the protocol, or features of it.
   */
  raw?: {
    protocol: WireProtocol;
    body: Record<string, unknown>;
    headers?: Record<string, string>;
  };
}

/**
 * Normalised tokens: `cachedInput`, `cacheWrite` and `audioInput` are parts of `input`, `reasoning`
 * and `audioOutput` of `output`, whatever the provider's own habit; no part is in another.
 */
export interface Usage {
  input: number;
  output: number;
  cachedInput: number;
  cacheWrite: number;
  reasoning: number;
  /** Set where the provider counts sound apart. */
  audioInput?: number;
  audioOutput?: number;
}

export const NO_USAGE: Usage = { input: 0, output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 };

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter";

/** Why an upstream call failed: a closed list; `core/policy.ts` says what follows from each. */
export const UPSTREAM_REASONS = [
  /** Bad, expired or revoked key. */
  "unauthorized",
  /** The key may not do this. */
  "forbidden",
  /** The account has no balance or quota left. */
  "quota_exhausted",
  "rate_limited",
  /** Bot, app, model or deployment does not exist or is not published. */
  "target_not_found",
  /** The platform's conversation is gone. */
  "conversation_gone",
  /** Our request was refused as such. */
  "rejected",
  "context_too_long",
  "content_blocked",
  "too_large",
  "overloaded",
  "unavailable",
  /** No connection: name, TLS, refused, reset before an answer. */
  "unreachable",
  "timeout",
  /** The stream broke off before its own end. */
  "truncated",
  /** An answer that is not what the platform documents. */
  "protocol_violation",
  /** The answer was larger than we accept. */
  "answer_too_large",
  /** The address is not allowed by the operator's rules. */
  "address_not_allowed",
] as const;
export type UpstreamReason = (typeof UPSTREAM_REASONS)[number];

export interface UpstreamError {
  reason: UpstreamReason;
  /** HTTP status of the upstream, where there was one. */
  status: number | null;
  /** The platform's own code. */
  upstreamCode: string | null;
  retryAfterMs: number | null;
  /** The platform's sentence, secrets removed by the kit; for admins, and for the caller where the request was at fault. */
  detail: string;
}

export type RunEvent =
  | { type: "run-start"; upstreamId?: string }
  | { type: "text-delta"; text: string }
  | { type: "reasoning-delta"; text: string }
  /** Ends a thought: the reasoning since the last seal, or nothing where it is hidden. */
  | { type: "reasoning-seal"; seal: string; hidden: boolean }
  /** Replaces the whole text so far (moderation). */
  | { type: "text-replace"; text: string }
  | {
      type: "tool-call-delta";
      index: number;
      id?: string;
      name?: string;
      argumentsText: string;
      /** See `ToolCall`. */
      seal?: string;
    }
  | {
      type: "source-cite";
      index: number;
      title: string;
      url: string | null;
      snippet: string | null;
    }
  | { type: "file"; url: string; mime: string; name: string }
  | { type: "status"; label: string; state: "running" | "done" | "failed" }
  | { type: "suggestion"; text: string }
  /** What a workflow came to, by name; its text tells it too. */
  | { type: "outputs"; values: Record<string, unknown> }
  /** The platform's id of this conversation, to be sent with the next message. */
  | { type: "conversation"; upstreamConversation: string }
  /** Cumulative: a later one replaces an earlier one. */
  | { type: "usage"; usage: Usage }
  /** Exactly one of these two ends a run. */
  | { type: "run-end"; finish: FinishReason }
  | { type: "run-error"; error: UpstreamError };

/** What a client has seen: text, reasoning or a tool call. After it there is no way back. */
export function isContent(event: RunEvent): boolean {
  return (
    event.type === "text-delta" ||
    event.type === "reasoning-delta" ||
    event.type === "text-replace" ||
    event.type === "tool-call-delta" ||
    event.type === "file"
  );
}

export function isTerminal(event: RunEvent): boolean {
  return event.type === "run-end" || event.type === "run-error";
}
