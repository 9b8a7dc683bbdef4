/** `POST /v1/messages`: a run's events as Anthropic's stream, or as one message. */
import { argumentsObject } from "../core/arguments.ts";
import { microToText } from "../core/credits.ts";
import type { FinishReason, RunEvent, ToolCall, Usage } from "../core/run.ts";
import { BlockWriter } from "./anthropic-blocks.ts";
import { fileText } from "./openai-chat-response.ts";
import { sealedId } from "./sealed-ids.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

type Json = Record<string, unknown>;

export interface MessageEncoding {
  /** `msg_…` */
  id: string;
  /** The name the client asked for. */
  model: string;
  /** Tokens of the request as estimated, for a beginning before the upstream has counted them. */
  estimate(): number;
}

const STOP_REASONS: Record<FinishReason, string> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

/** Clients act upon a call only where the reason says so; some upstreams say `stop` all the same. */
function stopReason(finish: FinishReason, called: boolean): string {
  return STOP_REASONS[called && finish === "stop" ? "tool_calls" : finish];
}

/** Input without what the cache gave or took, as this protocol counts it. */
function usageObject(usage: Usage): Json {
  const { input, output, cachedInput, cacheWrite, reasoning } = usage;
  return {
    input_tokens: input - cachedInput - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cachedInput,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
  };
}

const withCredits = (usage: Json, { costMicro }: Ending): Json => ({
  ...usage,
  credits: microToText(costMicro),
});

const writeEvent = (type: string, fields: Json): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** Writes a stream of named events. One per answer. */
export class MessageStreamEncoder implements StreamWriter {
  readonly #encoding: MessageEncoding;
  readonly #blocks: BlockWriter;
  #begun = false;
  #usage: Usage | null = null;
  #finish: FinishReason = "stop";
  /** Of an upstream's own frames: its last report, and the block that it left open. */
  #native: { last: Json; openIndex: unknown } | null = null;

  constructor(encoding: MessageEncoding) {
    this.#encoding = encoding;
    this.#blocks = new BlockWriter(writeEvent, encoding.id.replace(/^msg/, "toolu"));
  }

  encode(piece: RunPiece): string {
    // What was counted by now goes into the beginning, whatever stands before it.
    for (const event of piece.events) if (event.type === "usage") this.#usage = event.usage;
    let text = "";
    for (const event of piece.events) {
      this.#note(event);
      text += this.#blocks.take(event);
    }
    return text === "" ? "" : this.#begin() + text;
  }

  pass(piece: RunPiece): string {
    const native = this.#native ?? { last: {}, openIndex: null };
    this.#native = native;
    for (const event of piece.events) this.#note(event);
    let text = "";
    for (const { event, data } of piece.frames) {
      const payload = event === undefined || HANDLED.has(event) ? objectIn(data) : null;
      const type = event ?? String(payload?.type);
      if (type === "message_stop") continue;
      if (type === "message_delta") {
        native.last = { ...native.last, ...payload };
        continue;
      }
      if (type === "content_block_start") native.openIndex = payload?.index;
      if (type === "content_block_stop") native.openIndex = null;
      this.#begun = true;
      text += `event: ${type}\ndata: ${data}\n\n`;
    }
    return text;
  }

  end(ending: Ending): string {
    const { last = {}, openIndex = null } = this.#native ?? {};
    // A stream that we cut may have left a block open.
    const closed =
      openIndex === null
        ? this.#blocks.end()
        : writeEvent("content_block_stop", { index: openIndex });
    const stop = { stop_reason: stopReason(this.#finish, this.#blocks.calls), stop_sequence: null };
    const usage = { ...usageObject(ending.usage), ...present(last.usage) };
    const delta = { delta: stop, ...last, usage: withCredits(usage, ending) };
    return (
      this.#begin() + closed + writeEvent("message_delta", delta) + writeEvent("message_stop", {})
    );
  }

  keepAlive(): string {
    // Before the message has begun, clients do not expect an event.
    return this.#begun ? writeEvent("ping", {}) : ": keep-alive\n\n";
  }

  #note(event: RunEvent): void {
    if (event.type === "usage") this.#usage = event.usage;
    else if (event.type === "run-end") this.#finish = event.finish;
  }

  /** The beginning, which must tell the input; where nothing was counted yet, as estimated. */
  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const { id, model, estimate } = this.#encoding;
    const none = { output: 0, cachedInput: 0, cacheWrite: 0, reasoning: 0 };
    const usage = usageObject(this.#usage ?? { ...none, input: estimate() });
    return writeEvent("message_start", {
      message: { ...shell(id, model), content: [], stop_reason: null, usage },
    });
  }
}

/** Frames that are looked into; all others pass unread. */
const HANDLED: ReadonlySet<string> = new Set([
  "message_delta",
  "content_block_start",
  "content_block_stop",
]);

function objectIn(data: string): Json | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Json) : null;
  } catch {
    return null;
  }
}

/** The counts that are there: null says nothing. */
function present(usage: unknown): Json {
  const entries = typeof usage === "object" && usage !== null ? Object.entries(usage) : [];
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

const shell = (id: string, model: string): Json => ({
  id,
  type: "message",
  role: "assistant",
  model,
  stop_sequence: null,
});

/** Gathers a whole message, for clients that want no stream. */
export class MessageCollector implements WholeWriter {
  readonly #encoding: MessageEncoding;
  readonly #blocks: Json[] = [];
  readonly #calls = new Map<number, ToolCall>();
  #finish: FinishReason = "stop";
  #native: Json | null = null;

  constructor(encoding: MessageEncoding) {
    this.#encoding = encoding;
  }

  /** The message of an upstream that speaks this protocol is kept as it came. */
  take(piece: RunPiece, native: boolean): void {
    const whole = native ? objectIn(piece.frames[0]?.data ?? "") : null;
    if (whole?.type === "message") this.#native = whole;
    for (const event of piece.events) this.#event(event);
  }

  answer(ending: Ending): string {
    const usage = usageObject(ending.usage);
    if (this.#native !== null) {
      const counted = { ...usage, ...present(this.#native.usage) };
      return JSON.stringify({ ...this.#native, usage: withCredits(counted, ending) });
    }
    const { id, model } = this.#encoding;
    const calls = [...this.#calls.values()].map(({ id: callId, seal, name, argumentsText }) => ({
      type: "tool_use",
      id: sealedId(callId, seal),
      name,
      input: argumentsObject(argumentsText),
    }));
    return JSON.stringify({
      ...shell(id, model),
      content: [...this.#blocks, ...calls],
      stop_reason: stopReason(this.#finish, calls.length > 0),
      usage: withCredits(usage, ending),
    });
  }

  #event(event: RunEvent): void {
    switch (event.type) {
      case "text-delta":
        this.#grow("text", event.text);
        break;
      case "file":
        this.#grow("text", fileText(event));
        break;
      case "text-replace":
        this.#blocks.splice(0, Number.POSITIVE_INFINITY, { type: "text", text: event.text });
        break;
      case "reasoning-delta":
        this.#grow("thinking", event.text);
        break;
      case "reasoning-seal":
        this.#seal(event);
        break;
      case "tool-call-delta":
        this.#call(event);
        break;
      case "run-end":
        this.#finish = event.finish;
        break;
      default:
        break;
    }
  }

  /** Adds to the last block, where it is of this kind and not sealed yet. */
  #grow(type: "text" | "thinking", text: string): void {
    const last = this.#blocks.at(-1);
    if (last?.type === type && !last.signature) last[type] = `${last[type]}${text}`;
    else this.#blocks.push({ type, [type]: text, ...(type === "thinking" ? UNSEALED : {}) });
  }

  #seal({ seal, hidden }: { seal: string; hidden: boolean }): void {
    if (hidden) {
      this.#blocks.push({ type: "redacted_thinking", data: seal });
      return;
    }
    this.#grow("thinking", "");
    Object.assign(this.#blocks.at(-1) ?? {}, { signature: seal });
  }

  #call(event: RunEvent & { type: "tool-call-delta" }): void {
    const id = `${this.#encoding.id.replace(/^msg/, "toolu")}_${event.index}`;
    const call = this.#calls.get(event.index) ?? { id, name: "", argumentsText: "" };
    this.#calls.set(event.index, call);
    if (event.id !== undefined) call.id = event.id;
    if (event.name !== undefined) call.name = event.name;
    call.argumentsText += event.argumentsText;
    if (event.seal !== undefined) call.seal = event.seal;
  }
}

const UNSEALED = { signature: "" };
