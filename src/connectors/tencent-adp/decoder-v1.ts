/**
 * The stream of `POST /v1/qbot/chat/sse` as run events. Invariants, beyond those of every agent's
 * decoder:
 *
 * 1. The person's own message comes back first (`is_from_self`) and is no answer.
 * 2. The answer is complete at the reply that is final; the count of its tokens follows.
 */
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

export class AdpV1Decoder extends AgentDecoder {
  #final = false;
  #told = "";

  protected payload(payload: Json, event: string | undefined): void {
    const type = asText(payload.type) ?? event ?? null;
    const inner = asObject(payload.payload);
    if (type === "error" || type === null || !inner) {
      const reason = type === "error" ? "unavailable" : "protocol_violation";
      const detail = "a frame of the answer holds no payload";
      this.fail(errorInPayload(payload, null) ?? upstreamError(reason, detail));
      return;
    }
    this.conversation(asText(inner.session_id), asText(inner.request_id));
    if (type === "reply") this.#reply(inner);
    else if (type === "thought") this.#thought(inner);
    else if (type === "token_stat") this.usageInAll(asCount(inner.token_count));
    else if (type === "reference") this.#sources(inner);
  }

  protected override closed(): void {
    if (this.#final) this.finish();
    else super.closed();
  }

  #reply(reply: Json): void {
    if (reply.is_from_self === true) return;
    const text = asText(reply.content);
    const final = reply.is_final === true;
    // Some apps close with the whole answer, though increments were asked for.
    const repeats = final && text === this.#told;
    if (!repeats) this.text(text);
    this.#told += text ?? "";
    this.#final ||= final;
  }

  #thought(thought: Json): void {
    for (const procedure of asArray(thought.procedures)) {
      this.reasoning(asText(asObject(asObject(procedure)?.debugging)?.content));
    }
  }

  #sources({ references }: Json): void {
    for (const entry of asArray(references)) {
      const url = asText(asObject(entry)?.url);
      const title = asText(asObject(entry)?.name) ?? url;
      if (title !== null) this.cite({ title, url, snippet: null });
    }
  }
}
