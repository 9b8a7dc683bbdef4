/**
 * 53AI Studio's stream as run events. Invariants, beyond those of every agent's decoder:
 *
 * 1. Whatever an event is called: its `answer` is the next piece of the answer, and behind it the
 *    texts of its `append_content`.
 * 2. Nobody documents an end: `message_end`, `[DONE]` and a close behind an answer are all one.
 */
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

export class StudioDecoder extends AgentDecoder {
  protected payload(payload: Json): void {
    const event = asText(payload.event);
    if (event === null || event === "error") {
      const reason = event === null ? "protocol_violation" : "unavailable";
      this.fail(errorInPayload(payload) ?? upstreamError(reason, "a frame without words"));
      return;
    }
    this.conversation(asText(payload.conversation_id), asText(payload.message_id));
    this.text(asText(payload.answer));
    for (const entry of asArray(payload.append_content)) {
      const item = asObject(entry);
      if (item?.type === "text") this.text(asText(item.content));
    }
    const data = asObject(payload.data) ?? {};
    switch (event) {
      case "node_started":
        this.status(asText(data.title), "running");
        break;
      case "node_finished":
        this.status(asText(data.title), data.status === "failed" ? "failed" : "done");
        break;
      case "message_end":
        this.#messageEnd(asObject(payload.metadata) ?? {});
        break;
      default:
      // Words, which have been told, pings, and what nobody has documented.
    }
  }

  protected override closed(): void {
    if (this.answered) this.finish();
    else super.closed();
  }

  #messageEnd(metadata: Json): void {
    for (const entry of asArray(metadata.retriever_resources)) {
      const source = asObject(entry) ?? {};
      const title = asText(source.document_name) ?? asText(source.dataset_name);
      if (title !== null)
        this.cite({ title, url: asText(source.url), snippet: asText(source.content) });
    }
    const usage = asObject(metadata.usage) ?? {};
    this.usage(asCount(usage.prompt_tokens), asCount(usage.completion_tokens));
    this.finish();
  }
}
