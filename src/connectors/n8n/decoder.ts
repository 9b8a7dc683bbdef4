/**
 * Answers of n8n: what the workflow's last node gave, or a stream of lines. Invariants, beyond
 * those of every loose decoder:
 *
 * 1. Of several nodes that write at once one is heard after the other, whole.
 * 2. A stream is complete when every node that began has ended and the connection closes.
 */
import type { ChatInput } from "../../core/run.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { EMPTY_ANSWER, LooseDecoder, textIn } from "../kit/loose-decoder.ts";
import { RESPONDS_AT_ONCE, WORKFLOW_FAILED } from "./errors.ts";

const TYPES = new Set(["begin", "item", "end", "error"]);

export class N8nDecoder extends LooseDecoder {
  readonly #session: string | null;
  readonly #open = new Set<string>();
  /** Whose words go out as they come. */
  #speaker: string | null = null;
  /** What the others have written meanwhile. */
  readonly #waiting = new Map<string, string>();
  #told = "";

  constructor({ upstreamConversation, newConversation }: ChatInput) {
    super();
    this.#session = upstreamConversation ?? newConversation ?? null;
  }

  protected isEvent(payload: Json): boolean {
    return TYPES.has(String(payload.type)) && textIn(payload) === null;
  }

  protected payload(payload: Json): void {
    this.conversation(this.#session);
    const metadata = asObject(payload.metadata) ?? {};
    const writer = JSON.stringify([metadata.nodeId, metadata.runIndex, metadata.itemIndex]);
    const node = asText(metadata.nodeName);
    const content = asText(payload.content);
    switch (payload.type) {
      case "begin":
        this.#open.add(writer);
        this.status(node, "running");
        break;
      case "item":
        if (content !== null) this.#item(writer, content);
        break;
      case "end":
        this.#end(writer);
        this.status(node, "done");
        break;
      default:
        this.fail(
          upstreamError("unavailable", content ?? "the workflow failed", {
            upstreamCode: WORKFLOW_FAILED,
          }),
        );
    }
  }

  protected streamClosed(): void {
    if (this.#open.size > 0) {
      this.brokeOff();
      return;
    }
    for (const text of this.#waiting.values()) this.#say(text);
    this.finish();
  }

  protected beside(answer: Json | null): void {
    this.conversation(this.#session);
    const sentence = asText(answer?.message) ?? "";
    if (/^Workflow (was|got) started/.test(sentence)) {
      this.fail(upstreamError("target_not_found", sentence, { upstreamCode: RESPONDS_AT_ONCE }));
    } else if (/^Workflow executed successfully but/.test(sentence)) {
      this.fail(upstreamError("truncated", sentence, { upstreamCode: EMPTY_ANSWER }));
    }
  }

  #item(writer: string, content: string): void {
    this.#speaker ??= writer;
    if (writer === this.#speaker) this.#say(content);
    else this.#waiting.set(writer, (this.#waiting.get(writer) ?? "") + content);
  }

  #end(writer: string): void {
    this.#open.delete(writer);
    if (writer !== this.#speaker) return;
    this.#speaker = null;
    for (const [next, text] of this.#waiting) {
      this.#waiting.delete(next);
      this.#say(text);
      if (!this.#open.has(next)) continue;
      this.#speaker = next;
      return;
    }
  }

  /** A node that responds in JSON says once more what another has written. */
  #say(content: string): void {
    const value = content.trimStart().startsWith("{") ? asObject(parseJson(content)) : null;
    const text = (value && textIn(value)) ?? content;
    if (value && text === this.#told) return;
    this.#told += text;
    this.text(text);
  }
}
