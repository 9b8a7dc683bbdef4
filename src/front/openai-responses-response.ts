/** `POST /v1/responses`: a run as the protocol's stream of events, or as one response. */
import type { ErrorEnvelope } from "../contract/errors.ts";
import { microToText } from "../core/credits.ts";
import type { FinishReason, Usage } from "../core/run.ts";
import { OutputWriter } from "./openai-responses-output.ts";
import type { ResponsesRequest } from "./openai-responses-request.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

type Json = Record<string, unknown>;

export interface ResponseEncoding {
  /** `resp_…` */
  id: string;
  /** Seconds since 1970. */
  created: number;
  request: ResponsesRequest;
  /** Whether it can be referred to later. */
  store: boolean;
}

const INCOMPLETE: Partial<Record<FinishReason, string>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

function usageObject({ usage, costMicro }: Ending): Json {
  const { input, output, cachedInput, cacheWrite, reasoning }: Usage = usage;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cachedInput, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
    credits: microToText(costMicro),
  };
}

/** What a response says of the request, and what it says before anything has come. */
function shell({ id, created, request, store }: ResponseEncoding): Json {
  const { format, verbosity } = request.text ?? {};
  const choice = request.tool_choice ?? { type: "auto" };
  return {
    id,
    object: "response",
    created_at: created,
    status: "in_progress",
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    model: request.model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...request.reasoning },
    store,
    temperature: request.temperature ?? 1,
    text: { format: format ?? { type: "text" }, verbosity: verbosity ?? "medium" },
    tool_choice: /^(none|auto|required)$/.test(choice.type) ? choice.type : choice,
    tools: request.tools ?? [],
    top_p: request.top_p ?? 1,
    truncation: "disabled",
    usage: null,
    user: request.user ?? null,
  };
}

/** Makes the response of a run; one per answer. */
class Answer {
  readonly #shell: Json;
  readonly #output: OutputWriter;
  #finish: FinishReason = "stop";
  #sequence = 0;

  constructor(encoding: ResponseEncoding, streams: boolean) {
    this.#shell = shell(encoding);
    const write = streams ? (type: string, fields: Json) => this.write(type, fields) : () => "";
    this.#output = new OutputWriter(write, encoding.id.replace(/^resp_/, ""), !streams);
  }

  write(type: string, fields: Json): string {
    const sequence_number = this.#sequence++;
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...fields })}\n\n`;
  }

  begin(): string {
    const response = this.#shell;
    return (
      this.write("response.created", { response }) +
      this.write("response.in_progress", { response })
    );
  }

  take(piece: RunPiece): string {
    let text = "";
    for (const event of piece.events) {
      if (event.type === "run-end") this.#finish = event.finish;
      text += this.#output.take(event);
    }
    return text;
  }

  /** The rest of the items, and the response as it has become. */
  end(ending: Ending): { text: string; response: Json } {
    const reason = INCOMPLETE[this.#finish];
    const status = reason === undefined ? "completed" : "incomplete";
    const text = this.#output.end(status);
    return {
      text,
      response: {
        ...this.#shell,
        status,
        completed_at: reason === undefined ? Math.floor(Date.now() / 1000) : null,
        incomplete_details: reason === undefined ? null : { reason },
        output: this.#output.items,
        usage: usageObject(ending),
      },
    };
  }

  fail({ message, code, param }: ErrorEnvelope["error"]): string {
    const error = {
      code: code.startsWith("rate_limit") ? "rate_limit_exceeded" : "server_error",
      message,
    };
    const output = this.#output.items;
    const response = { ...this.#shell, status: "failed", error, output };
    return (
      this.write("error", { code, message, param }) + this.write("response.failed", { response })
    );
  }
}

/** Writes the stream. `onEnd` is told the response when it is complete. */
export class ResponseStreamEncoder implements StreamWriter {
  readonly #answer: Answer;
  readonly #onEnd: (response: Json) => void;
  #begun = false;

  constructor(encoding: ResponseEncoding, onEnd: (response: Json) => void) {
    this.#answer = new Answer(encoding, true);
    this.#onEnd = onEnd;
  }

  encode(piece: RunPiece): string {
    return this.#begin() + this.#answer.take(piece);
  }

  /** No upstream is asked in this protocol. */
  pass(piece: RunPiece): string {
    return this.encode(piece);
  }

  end(ending: Ending): string {
    const { text, response } = this.#answer.end(ending);
    this.#onEnd(response);
    return text + this.#answer.write(`response.${response.status}`, { response });
  }

  /** A failure inside the stream, for clients that look for an event of its own and for others. */
  fail(envelope: ErrorEnvelope): string {
    return this.#begin() + this.#answer.fail(envelope.error);
  }

  keepAlive(): string {
    return ": keep-alive\n\n";
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    return this.#answer.begin();
  }
}

/** Gathers a whole response, for clients that want no stream. */
export class ResponseCollector implements WholeWriter {
  readonly #answer: Answer;
  readonly #onEnd: (response: Json) => void;

  constructor(encoding: ResponseEncoding, onEnd: (response: Json) => void) {
    this.#answer = new Answer(encoding, false);
    this.#onEnd = onEnd;
  }

  take(piece: RunPiece): void {
    this.#answer.take(piece);
  }

  answer(ending: Ending): string {
    const { response } = this.#answer.end(ending);
    this.#onEnd(response);
    return JSON.stringify(response);
  }
}
