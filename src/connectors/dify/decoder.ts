/**
 * The streams of all apps as run events. Invariants, beyond those of every agent's
 * decoder (speech may still trail in after the end):
 *
 * 1. A stream is complete at `message_end`, or at the end of the connection after a workflow that
 *    succeeded; otherwise it is truncated. There is no `[DONE]`.
 * 2. Only `message` and `agent_message` are the answer. A thought repeats it, and the closing
 *    `message` of a new agent app repeats it whole.
 * 3. A workflow that is run by itself belongs to no conversation. It ends at `workflow_finished`,
 *    whose outputs are its text only where no text came in pieces.
 */
import type { UpstreamError } from "../../core/run.ts";
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";
import { outputFiles, outputsInWords } from "./workflow.ts";

export class DifyDecoder extends AgentDecoder {
  #work: string | null = null;
  #byAgent = false;
  #usageKnown = false;
  #workflowDone = false;
  #failure: UpstreamError | null = null;
  readonly #thoughts = new Map<string, "running" | "done">();

  get work(): string | null {
    return this.#work;
  }

  protected payload(payload: Json): void {
    this.#work ??= asText(payload.task_id);
    const event = asText(payload.event);
    if (event !== null) {
      this.conversation(asText(payload.conversation_id), asText(payload.message_id));
      this.#event(event, payload);
      return;
    }
    // An error that came as plain JSON in a 200, or something that is no Dify at all.
    const detail = "a frame of the answer names no event";
    this.fail(errorInPayload(payload, null) ?? upstreamError("protocol_violation", detail));
  }

  protected override closed(): void {
    if (this.#failure) this.fail(this.#failure);
    else if (this.#workflowDone) this.finish();
    else super.closed();
  }

  #event(event: string, payload: Json): void {
    const data = asObject(payload.data) ?? {};
    switch (event) {
      case "message":
        if (!this.#byAgent) this.#answer(payload.answer);
        break;
      case "agent_message":
        this.#byAgent = true;
        this.#answer(payload.answer);
        break;
      case "message_replace":
        this.tell({ type: "text-replace", text: asText(payload.answer) ?? "" });
        break;
      case "agent_thought":
        this.#thought(payload);
        break;
      case "reasoning_chunk":
        this.reasoning(asText(data.reasoning));
        break;
      case "message_file":
        this.#file(payload);
        break;
      case "node_started":
        this.status(asText(data.title), "running");
        break;
      case "node_finished":
        this.status(asText(data.title), data.status === "failed" ? "failed" : "done");
        break;
      case "message_end":
        this.#messageEnd(asObject(payload.metadata) ?? {});
        break;
      case "workflow_finished":
        if (asText(payload.conversation_id) === null) this.#runFinished(data);
        else this.#workflowFinished(data);
        break;
      case "text_chunk":
        this.text(asText(data.text));
        break;
      case "human_input_required":
      case "workflow_paused":
        this.#failure = upstreamError("rejected", "The app waits for a person's input in Dify.");
        break;
      case "error":
        this.fail(errorInPayload(payload, null) ?? upstreamError("unavailable", "error"));
        break;
      default:
        // ping, speech, progress, and whatever later versions bring.
        break;
    }
  }

  #answer(answer: unknown): void {
    if (typeof answer === "string") this.text(answer);
    else this.violation("a message event holds no answer");
  }

  /** Sent empty, then filled, under one id: each step of it is told once. */
  #thought(payload: Json): void {
    const tools = asText(payload.tool);
    if (tools === null) return;
    const id = asText(payload.id) ?? tools;
    const state = asText(payload.observation) === null ? "running" : "done";
    if (this.#thoughts.get(id) === state) return;
    this.#thoughts.set(id, state);
    this.status(tools.split(";").join(", "), state);
  }

  #file(payload: Json): void {
    if (payload.belongs_to === "user") return;
    const mime = payload.type === "image" ? "image/*" : "application/octet-stream";
    this.file(asText(payload.url), mime);
  }

  #messageEnd(metadata: Json): void {
    for (const entry of asArray(metadata.retriever_resources)) {
      const source = asObject(entry) ?? {};
      const title = asText(source.document_name) ?? asText(source.dataset_name);
      const [url, snippet] = [asText(source.url), asText(source.content)];
      if (title !== null) this.cite({ title, url, snippet });
    }
    const usage = asObject(metadata.usage) ?? {};
    const [input, output] = [asCount(usage.prompt_tokens), asCount(usage.completion_tokens)];
    this.#usageKnown = input + output > 0;
    this.usage(input, output);
    this.finish();
  }

  #runFinished(data: Json): void {
    const { status } = data;
    if (status === "failed" || status === "stopped") {
      const detail = asText(data.error) ?? `the workflow ${status}`;
      this.fail(upstreamError("unavailable", detail));
      return;
    }
    const outputs = asObject(data.outputs) ?? {};
    if (!this.answered) this.text(outputsInWords(outputs));
    for (const { url, mime, name } of outputFiles(outputs)) this.file(url, mime, name);
    if (Object.keys(outputs).length > 0) this.tell({ type: "outputs", values: outputs });
    this.usageInAll(asCount(data.total_tokens));
    this.finish();
  }

  #workflowFinished(data: Json): void {
    if (data.status === "failed") {
      // An `error` event follows and says more; without one this stands.
      this.#failure = upstreamError("unavailable", asText(data.error) ?? "the workflow failed");
      return;
    }
    this.#workflowDone = true;
    if (!this.#usageKnown) this.usageInAll(asCount(data.total_tokens));
  }
}
