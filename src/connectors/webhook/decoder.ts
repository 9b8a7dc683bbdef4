/**
 * Answers of a webhook of one's own (docs/webhook.md): text, one JSON object, or events as lines or
 * server-sent events. Invariants, beyond those of every loose decoder:
 *
 * 1. A stream of events is complete at `done`; without it the answer is truncated.
 * 2. A whole object tells by its fields what a stream tells by its events.
 */
import type { ChatInput } from "../../core/run.ts";
import { asArray, asCount, asObject, asText, type Json } from "../kit/json.ts";
import { LooseDecoder } from "../kit/loose-decoder.ts";
import { errorOf } from "./errors.ts";

const TYPES = new Set([
  "text",
  "reasoning",
  "replace",
  "status",
  "source",
  "file",
  "suggestion",
  "usage",
  "conversation",
  "error",
  "done",
]);
const STATES = new Set(["running", "done", "failed"] as const);

export class WebhookDecoder extends LooseDecoder {
  readonly #conversationId: string | null;

  constructor({ upstreamConversation, newConversation }: ChatInput) {
    super();
    this.#conversationId = upstreamConversation ?? newConversation ?? null;
  }

  protected isEvent(payload: Json, event: string | undefined): boolean {
    return TYPES.has(String(payload.type ?? event));
  }

  protected payload(payload: Json, event: string | undefined): void {
    const type = payload.type ?? event;
    if (type !== "conversation") this.conversation(this.#conversationId);
    switch (type) {
      case "text":
        this.text(asText(payload.text));
        break;
      case "reasoning":
        this.reasoning(asText(payload.text));
        break;
      case "replace":
        this.tell({ type: "text-replace", text: asText(payload.text) ?? "" });
        break;
      case "status":
        this.#status(payload);
        break;
      case "source":
        this.#source(payload);
        break;
      case "file":
        this.#file(payload);
        break;
      case "suggestion":
        this.suggest(asText(payload.text));
        break;
      case "usage":
        this.#usage(payload);
        break;
      case "conversation":
        this.conversation(asText(payload.id));
        break;
      case "error":
        this.fail(errorOf(payload));
        break;
      default:
        this.finish();
    }
  }

  protected streamClosed(): void {
    this.brokeOff();
  }

  protected beside(answer: Json | null): void {
    this.conversation(asText(answer?.conversation) ?? this.#conversationId);
    if (!answer) return;
    if (answer.error !== undefined && answer.error !== null) {
      this.fail(errorOf(asObject(answer.error) ?? { message: answer.error }));
      return;
    }
    this.reasoning(asText(answer.reasoning));
    for (const source of asArray(answer.sources)) this.#source(asObject(source) ?? {});
    for (const file of asArray(answer.files)) this.#file(asObject(file) ?? {});
    for (const text of asArray(answer.suggestions)) this.suggest(asText(text));
    this.#usage(asObject(answer.usage) ?? {});
  }

  #status({ label, state }: Json): void {
    for (const known of STATES) if (known === state) this.status(asText(label), known);
  }

  #source(source: Json): void {
    const url = asText(source.url);
    const title = asText(source.title) ?? url;
    if (title !== null) this.cite({ title, url, snippet: asText(source.snippet) });
  }

  #file(file: Json): void {
    const mime = asText(file.mime_type) ?? "application/octet-stream";
    this.file(asText(file.url), mime, asText(file.name) ?? undefined);
  }

  #usage(usage: Json): void {
    this.usage(asCount(usage.input_tokens), asCount(usage.output_tokens));
  }
}
