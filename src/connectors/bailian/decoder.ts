/**
 * Answers of `POST /api/v1/apps/{id}/completion` as run events, streamed or whole. Invariants,
 * beyond those of every agent's decoder:
 *
 * 1. Text comes in deltas, as the request asks for; the last frame of a workflow repeats all of it
 *    and counts only where nothing came before.
 * 2. Usage is cumulative in every frame: the last one stands, and is the sum of its models.
 * 3. An answer is complete at a finish reason other than the word "null"; there is no `[DONE]`.
 */
import type { FinishReason } from "../../core/run.ts";
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json } from "../kit/json.ts";
import { errorInPayload } from "../kit/openai/errors.ts";
import { BAILIAN_CODES } from "./errors.ts";

export class BailianDecoder extends AgentDecoder {
  readonly #told = new Set<string>();

  protected payload(payload: Json, event: string | undefined): void {
    const output = asObject(payload.output);
    if (event === "error" || asText(payload.code) !== null || !output) {
      const error = errorInPayload(payload, BAILIAN_CODES);
      const reason = event === "error" ? "unavailable" : "protocol_violation";
      this.fail(error ?? upstreamError(reason, "a frame of the answer holds no output"));
      return;
    }
    for (const thought of asArray(output.thoughts)) this.#thought(asObject(thought) ?? {});
    const node = asObject(output.workflow_message);
    if (node) this.#node(node);
    const finish = finishOf(output.finish_reason);
    if (finish === null || !this.#flowed) this.text(asText(output.text));
    for (const source of asArray(output.doc_references)) this.#source(asObject(source) ?? {});
    this.#count(asArray(asObject(payload.usage)?.models));
    if (finish !== null) this.finish(finish);
  }

  #flowed = false;

  #node(node: Json): void {
    const text = asText(asObject(node.message)?.content);
    if (text !== null) this.#flowed = true;
    this.text(text);
    // The end of a flow is its answer, and no step on the way there.
    if (node.node_type !== "End") {
      const failed = node.node_status === "fail" || node.node_status === "failed";
      const done = node.node_is_completed === true ? "done" : "running";
      this.#step(asText(node.node_name), failed ? "failed" : done, asText(node.node_id));
    }
  }

  #thought(thought: Json): void {
    if (thought.action_type === "reasoning") {
      this.reasoning(asText(thought.thought) ?? asText(thought.reasoningContent));
      return;
    }
    const done = asText(thought.observation) !== null || asText(thought.response) !== null;
    this.#step(asText(thought.action_name), done ? "done" : "running", null);
  }

  /** Frames repeat what is going on. */
  #step(label: string | null, state: "running" | "done" | "failed", id: string | null): void {
    const key = JSON.stringify([id ?? label, state]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.status(label, state);
  }

  #source(source: Json): void {
    const url = asText(source.doc_url);
    const title = asText(source.title) ?? asText(source.doc_name) ?? url;
    if (title !== null) this.cite({ title, url, snippet: asText(source.text) });
  }

  #count(models: unknown[]): void {
    let [input, output] = [0, 0];
    for (const model of models) {
      input += asCount(asObject(model)?.input_tokens);
      output += asCount(asObject(model)?.output_tokens);
    }
    this.usage(input, output);
  }
}

function finishOf(reason: unknown): FinishReason | null {
  const word = asText(reason);
  if (word === null || word === "null") return null;
  return word === "length" ? "length" : "stop";
}
