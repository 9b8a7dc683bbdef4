/**
 * The stream of `POST /v2/app/conversation/runs` as run events. Invariants, beyond those of
 * every agent's decoder:
 *
 * 1. Only `answer` is the answer: the same text stands in `content[].outputs.text` again.
 * 2. Usage is told per step of the app, and is their sum.
 * 3. The answer ends when the connection closes after `is_completion`: follow-up questions may
 *    still come in between.
 */
import type { UpstreamError } from "../../core/run.ts";
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, entryOf, type Json } from "../kit/json.ts";
import { conversationWith } from "./conversation.ts";
import { errorInPayload, reasonOfSentence } from "./errors.ts";

type State = "running" | "done" | "failed";
const STATES: Record<string, State> = {
  preparing: "running",
  running: "running",
  done: "done",
  success: "done",
  error: "failed",
};
/** Steps that speak for themselves: the answer, what follows it, and thoughts. */
const SILENT_STEPS = new Set(["ChatAgent", "FollowUpQuery", "thought"]);
const MEDIA = { image: "image/*", audio: "audio/mpeg", video: "video/mp4" } as const;

export class AppBuilderDecoder extends AgentDecoder {
  #completed = false;
  #input = 0;
  #output = 0;
  #conversationId: string | null = null;
  readonly #told = new Map<string, State>();

  protected payload(payload: Json): void {
    const { answer, content } = payload;
    if (typeof answer !== "string" && !Array.isArray(content)) {
      const detail = "a frame of the answer holds neither answer nor content";
      this.fail(errorInPayload(payload, null) ?? upstreamError("protocol_violation", detail));
      return;
    }
    this.#conversationId = asText(payload.conversation_id) ?? this.#conversationId;
    this.conversation(asText(payload.conversation_id), asText(payload.message_id));
    const text = asText(answer);
    let thought = false;
    for (const entry of asArray(content)) {
      const step = asObject(entry);
      if (step) thought = this.#step(step, text) || thought;
    }
    if (!thought) this.text(text);
    if (payload.is_completion === true) this.#completed = true;
  }

  protected override closed(): void {
    if (this.#completed) this.finish();
    else super.closed();
  }

  /** Answers true where the frame's `answer` is this step's thought. */
  #step(step: Json, answer: string | null): boolean {
    const failure = failureOf(step);
    if (failure) {
      this.fail(failure);
      return false;
    }
    const outputs = asObject(step.outputs) ?? {};
    const said = asText(outputs.text);
    this.#count(asObject(step.usage) ?? {});
    this.#progress(step, outputs);
    for (const source of asArray(outputs.references)) this.#source(asObject(source) ?? {});
    if (step.event_type === "thought" || step.content_type === "chat_reasoning") {
      this.reasoning(said);
      return said !== null && said === answer;
    }
    switch (step.content_type) {
      case "publish_message":
        if (answer === null) this.text(asText(outputs.message));
        break;
      case "chatflow_interrupt":
        this.#interrupted(asText(outputs.interrupt_event_id));
        break;
      case "json":
        for (const question of asArray(asObject(outputs.json)?.follow_up_querys)) {
          this.suggest(asText(question));
        }
        break;
      case "image":
      case "audio":
      case "video":
        this.file(asText(outputs[step.content_type]), MEDIA[step.content_type]);
        break;
      default:
      // Text, code and what later versions bring: `answer` says what there is to say.
    }
    return false;
  }

  #count(usage: Json): void {
    this.#input += asCount(usage.prompt_tokens);
    this.#output += asCount(usage.completion_tokens);
    if (usage.prompt_tokens !== undefined) this.usage(this.#input, this.#output);
  }

  /** Each step of the app is told once in each state. */
  #progress(step: Json, outputs: Json): void {
    const kind = asText(step.event_type);
    const call = asObject(outputs.text);
    const state = entryOf(STATES, asText(step.event_status));
    if (kind === null || state === null || SILENT_STEPS.has(kind)) return;
    if (call) this.reasoning(asText(call.thought));
    const label = asText(call?.component) ?? asText(call?.name) ?? kind;
    const id = asText(step.event_id) ?? kind;
    if (SILENT_STEPS.has(label) || this.#told.get(id) === state) return;
    this.#told.set(id, state);
    this.status(label, state);
  }

  #source(source: Json): void {
    const url = asText(source.url);
    const title = asText(source.document_name) ?? asText(source.from) ?? url;
    if (title !== null) this.cite({ title, url, snippet: asText(source.content) });
  }

  /** The flow waits for the person's next message, which must say what it goes on with. */
  #interrupted(event: string | null): void {
    if (event !== null && this.#conversationId !== null) {
      this.conversation(conversationWith(this.#conversationId, event));
    }
  }
}

function failureOf(step: Json): UpstreamError | null {
  if (Array.isArray(step.tool_calls) && step.tool_calls.length > 0) {
    return upstreamError("rejected", "The app waits for the output of a tool of the caller's.");
  }
  const code = asCount(step.event_code);
  if (code === 0 && step.event_status !== "error") return null;
  const sentence = asText(step.event_message) ?? `the step ${String(step.event_type)} failed`;
  return upstreamError(reasonOfSentence(sentence) ?? "unavailable", sentence, {
    upstreamCode: code === 0 ? null : String(code),
  });
}
