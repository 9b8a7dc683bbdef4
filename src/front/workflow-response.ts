/** `POST /v1/workflows/{slug}/runs`: a run's events as server-sent ones, or as one answer. */
import type { ErrorEnvelope } from "../contract/errors.ts";
import { microToText } from "../core/credits.ts";
import type { RunEvent } from "../core/run.ts";
import { usageObject } from "./openai-chat-response.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

/** What a run has come to so far. */
class Result {
  text = "";
  outputs: Record<string, unknown> = {};
  files: { url: string; mime: string; name: string }[] = [];

  take(event: RunEvent): void {
    if (event.type === "text-delta") this.text += event.text;
    else if (event.type === "text-replace") this.text = event.text;
    else if (event.type === "outputs") this.outputs = event.values;
    else if (event.type === "file") {
      const { url, mime, name } = event;
      this.files.push({ url, mime, name });
    }
  }

  told(requestId: string, { usage, costMicro }: Ending): Record<string, unknown> {
    const { text, outputs, files } = this;
    return {
      outputs,
      text,
      ...(files.length > 0 ? { files } : {}),
      usage: usageObject(usage),
      credits: microToText(costMicro),
      request_id: requestId,
    };
  }
}

const line = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const workflowStreamError = (envelope: ErrorEnvelope): string => line("error", envelope);

/** Ends with `end`, which is what the answer would be without a stream. */
export class WorkflowStreamEncoder implements StreamWriter {
  readonly #result = new Result();
  readonly #requestId: string;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  encode({ events }: RunPiece): string {
    return events.map((event) => this.#take(event)).join("");
  }

  /** No upstream speaks this protocol. */
  pass(piece: RunPiece): string {
    return this.encode(piece);
  }

  end(ending: Ending): string {
    return line("end", this.#result.told(this.#requestId, ending));
  }

  keepAlive(): string {
    return ": keep-alive\n\n";
  }

  #take(event: RunEvent): string {
    this.#result.take(event);
    switch (event.type) {
      case "status":
        return line("status", { label: event.label, state: event.state });
      case "text-delta":
        return line("text", { text: event.text });
      case "text-replace":
        return line("replace", { text: event.text });
      case "file":
        return line("file", { url: event.url, mime: event.mime, name: event.name });
      default:
        return "";
    }
  }
}

export class WorkflowCollector implements WholeWriter {
  readonly #result = new Result();
  readonly #requestId: string;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  take({ events }: RunPiece): void {
    for (const event of events) this.#result.take(event);
  }

  answer(ending: Ending): string {
    return JSON.stringify(this.#result.told(this.#requestId, ending));
  }
}
