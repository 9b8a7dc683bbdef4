/** `POST /v1/completions`: runs, one a choice, as chunks or as one answer. */
import { microToText } from "../core/credits.ts";
import type { FinishReason, RunEvent } from "../core/run.ts";
import { fileText, usageObject } from "./openai-chat-response.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

export interface CompletionsEncoding {
  /** `cmpl-…` */
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** The name the client asked for. */
  model: string;
  includeUsage: boolean;
  /** What stands before the text of each choice. */
  echoed: readonly string[];
}

/** Tools cannot be asked for here. */
const finishOf = (finish: FinishReason) => (finish === "tool_calls" ? "stop" : finish);
const costOf = ({ usage, costMicro }: Ending) => ({
  ...usageObject(usage),
  credits: microToText(costMicro),
});

export class CompletionStreamEncoder implements StreamWriter {
  readonly #encoding: CompletionsEncoding;
  #index = 0;
  #begun = false;

  constructor(encoding: CompletionsEncoding) {
    this.#encoding = encoding;
  }

  encode(piece: RunPiece): string {
    return piece.events.map((event) => this.#event(event)).join("");
  }

  /** No upstream is asked in this protocol. */
  pass(piece: RunPiece): string {
    return this.encode(piece);
  }

  end(ending: Ending): string {
    const usage = this.#encoding.includeUsage
      ? this.#line({ choices: [], usage: costOf(ending) })
      : "";
    return `${usage}data: [DONE]\n\n`;
  }

  keepAlive(): string {
    return ": keep-alive\n\n";
  }

  #event(event: RunEvent): string {
    switch (event.type) {
      case "text-delta":
        return this.#text(event.text);
      case "text-replace":
        // The protocol cannot take back what was sent; the replacement follows as text.
        return this.#text(`\n\n${event.text}`);
      case "file":
        return this.#text(fileText(event));
      case "run-end": {
        const last = this.#begin() + this.#choice("", finishOf(event.finish));
        this.#index++;
        this.#begun = false;
        return last;
      }
      default:
        return "";
    }
  }

  #text(text: string): string {
    return this.#begin() + this.#choice(text, null);
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const echoed = this.#encoding.echoed[this.#index] ?? "";
    return echoed === "" ? "" : this.#choice(echoed, null);
  }

  #choice(text: string, finish: FinishReason | null): string {
    const choice = { text, index: this.#index, logprobs: null, finish_reason: finish };
    return this.#line({ choices: [choice] });
  }

  #line(part: Record<string, unknown>): string {
    const { id, created, model } = this.#encoding;
    return `data: ${JSON.stringify({ id, object: "text_completion", created, model, ...part })}\n\n`;
  }
}

export class CompletionCollector implements WholeWriter {
  readonly #encoding: CompletionsEncoding;
  readonly #choices: { text: string; finish: FinishReason }[] = [];
  #text = "";

  constructor(encoding: CompletionsEncoding) {
    this.#encoding = encoding;
  }

  take(piece: RunPiece): void {
    for (const event of piece.events) {
      if (event.type === "text-delta") this.#text += event.text;
      else if (event.type === "text-replace") this.#text = event.text;
      else if (event.type === "file") this.#text += fileText(event);
      else if (event.type === "run-end") {
        this.#choices.push({ text: this.#text, finish: finishOf(event.finish) });
        this.#text = "";
      }
    }
  }

  answer(ending: Ending): string {
    const { id, created, model, echoed } = this.#encoding;
    const choices = this.#choices.map(({ text, finish }, index) => ({
      text: `${echoed[index] ?? ""}${text}`,
      index,
      logprobs: null,
      finish_reason: finish,
    }));
    const usage = costOf(ending);
    return JSON.stringify({ id, object: "text_completion", created, model, choices, usage });
  }
}
