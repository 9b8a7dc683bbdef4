/**
 * The stream of `POST /adp/v2/chat` as run events. Invariants, beyond those of every agent's
 * decoder:
 *
 * 1. Only messages of the type `reply` are the answer; its pieces are known by message and index.
 * 2. `message.done` and `response.completed` repeat what was told: they count where nothing was.
 * 3. The answer is complete at `response.completed`; `done` or a close follows.
 */
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, entryOf, type Json } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

type State = "running" | "done" | "failed";
const STATES: Record<string, State> = {
  processing: "running",
  success: "done",
  failed: "failed",
  stop: "failed",
};
const STEPS = new Set(["tool_call", "task_execution"]);

export class AdpV2Decoder extends AgentDecoder {
  #completed = false;
  /** Types of messages, by their id. */
  readonly #types = new Map<string, string>();
  /** Texts of messages, by message and index, in the order in which they began. */
  readonly #texts = new Map<string, string>();
  readonly #files = new Set<string>();

  protected payload(payload: Json, event: string | undefined): void {
    const type = asText(payload.Type) ?? event ?? null;
    const message = asObject(payload.Message);
    switch (type) {
      case "request_ack":
        this.#record(asObject(payload.RequestAck) ?? {});
        break;
      case "response.created":
      case "response.processing":
        this.#record(asObject(payload.Response) ?? {});
        break;
      case "message.added":
      case "message.processing":
        if (message) this.#message(message);
        break;
      case "content.added":
        this.#content(placeOf(payload), asObject(payload.Content) ?? {});
        break;
      case "text.delta":
        this.#piece(placeOf(payload), asText(payload.Text));
        break;
      case "text.replace":
        this.#replace(placeOf(payload), asText(payload.Text) ?? "");
        break;
      case "reference.added":
        this.#source(asObject(payload.Reference) ?? {});
        break;
      case "message.done":
        if (message) this.#done(message);
        break;
      case "response.completed":
        this.#complete(asObject(payload.Response) ?? {});
        break;
      default:
        this.#other(type, payload);
    }
  }

  protected override closed(): void {
    if (this.#completed) this.finish();
    else super.closed();
  }

  #other(type: string | null, payload: Json): void {
    const error = errorInPayload(payload, null);
    if (type === "error") this.fail(error ?? upstreamError("unavailable", "error"));
    else if (type === null) {
      const detail = "a frame of the answer names no type";
      this.fail(error ?? upstreamError("protocol_violation", detail));
    }
  }

  #record(record: Json): void {
    this.conversation(asText(record.ConversationId), asText(record.RecordId));
  }

  #message(message: Json): void {
    const id = asText(message.MessageId) ?? "";
    const type = asText(message.Type);
    if (type === null || this.#types.has(id)) return;
    this.#types.set(id, type);
    if (STEPS.has(type)) this.status(labelOf(message), "running");
  }

  #content(place: Place, content: Json): void {
    this.#piece(place, asText(content.Text));
    if (this.#isReply(place)) this.#attachments(content);
  }

  /** What a piece of the answer holds beside text. */
  #attachments(content: Json): void {
    this.#file(asText(asObject(content.Image)?.Url), "image/*");
    const file = asObject(content.File);
    this.#file(asText(file?.FileUrl), "application/octet-stream", asText(file?.FileName));
    for (const card of asArray(content.OptionCards)) this.suggest(asText(card));
    for (const source of asArray(content.References)) this.#source(asObject(source) ?? {});
  }

  #file(url: string | null, mime: string, name: string | null = null): void {
    if (url === null || this.#files.has(url)) return;
    this.#files.add(url);
    this.file(url, mime, name ?? undefined);
  }

  /** Of a message that was not announced it is taken for the answer. */
  #isReply(place: Place): boolean {
    return (this.#types.get(place.message) ?? "reply") === "reply";
  }

  #piece(place: Place, text: string | null): void {
    if (text === null) return;
    this.#texts.set(place.key, (this.#texts.get(place.key) ?? "") + text);
    if (this.#isReply(place)) this.text(text);
    else if (this.#types.get(place.message) === "thought") this.reasoning(text);
  }

  #replace(place: Place, text: string): void {
    const before = this.#texts.get(place.key) ?? "";
    if (text.startsWith(before)) {
      this.#piece(place, asText(text.slice(before.length)));
      return;
    }
    this.#texts.set(place.key, text);
    if (!this.#isReply(place)) return;
    const replies = [...this.#texts].filter(([key]) => this.#isReply(readPlace(key)));
    this.tell({ type: "text-replace", text: replies.map(([, told]) => told).join("") });
  }

  #done(message: Json): void {
    this.#message(message);
    const id = asText(message.MessageId) ?? "";
    const type = asText(message.Type);
    if (type !== null && STEPS.has(type)) {
      this.status(labelOf(message), entryOf(STATES, asText(message.Status)) ?? "done");
    }
    const told = [...this.#texts.keys()].some((key) => readPlace(key).message === id);
    for (const [index, entry] of asArray(message.Contents).entries()) {
      const content = asObject(entry) ?? {};
      if (type === "recommendation") this.suggest(asText(content.Text));
      if (type === "reply" || type === "recommendation") this.#attachments(content);
      if (!told && type === "reply") this.#piece(place(id, index), asText(content.Text));
    }
  }

  #complete(response: Json): void {
    this.#record(response);
    for (const entry of this.answered ? [] : asArray(response.Messages)) {
      const message = asObject(entry);
      if (message?.Type === "reply") this.#done(message);
    }
    this.#count(asObject(response.StatInfo) ?? {});
    if (response.Status === "failed") {
      const detail = asText(response.StatusDesc) ?? "the answer failed";
      this.fail(upstreamError("unavailable", detail));
    }
    this.#completed = true;
  }

  /** Some apps tell only the sum. */
  #count(stat: Json): void {
    const [input, output] = [asCount(stat.InputTokens), asCount(stat.OutputTokens)];
    if (input + output > 0) this.usage(input, output);
    else this.usageInAll(asCount(stat.TotalTokens));
  }

  #source(source: Json): void {
    const document = asObject(source.DocRefer);
    const url = asText(document?.Url) ?? asText(asObject(source.WebSearchRefer)?.Url);
    const title = asText(source.Name) ?? asText(document?.DocName) ?? url;
    if (title !== null) this.cite({ title, url, snippet: null });
  }
}

/** Where a piece of text stands. */
interface Place {
  key: string;
  message: string;
}

const place = (message: string, index: number): Place => ({ key: `${message} ${index}`, message });
const readPlace = (key: string): Place => ({ key, message: key.slice(0, key.lastIndexOf(" ")) });
const placeOf = (payload: Json): Place =>
  place(asText(payload.MessageId) ?? "", asCount(payload.ContentIndex));

const labelOf = (message: Json): string | null => asText(message.Name) ?? asText(message.Title);
