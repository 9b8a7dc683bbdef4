/**
 * The stream of `POST /chat-messages` as run events. Invariants:
 *
 * 1. Exactly one terminal event, after which every frame is ignored (speech may still trail in).
 * 2. A stream is complete at `message_end`, or at the end of the connection after a workflow that
 *    succeeded; otherwise it is truncated. There is no `[DONE]`.
 * 3. Only `message` and `agent_message` are the answer. A thought repeats it, and the closing
 *    `message` of a new agent app repeats it whole.
 */
import type { RunEvent, UpstreamError } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

export class DifyDecoder implements Decoder {
  #events: RunEvent[] = [];
  #ended = false;
  #named = false;
  #byAgent = false;
  #usageKnown = false;
  #workflowDone = false;
  #failure: UpstreamError | null = null;
  readonly #thoughts = new Map<string, "running" | "done">();

  push(frame: Frame): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    const payload = asObject(parseJson(frame.data));
    const event = asText(payload?.event);
    if (!payload) {
      this.#break(upstreamError("protocol_violation", "a frame of the answer is no JSON object"));
    } else if (event !== null) {
      this.#conversation(payload);
      this.#event(event, payload);
    } else {
      // An error that came as plain JSON in a 200, or something that is no Dify at all.
      const detail = "a frame of the answer names no event";
      this.#break(errorInPayload(payload, null) ?? upstreamError("protocol_violation", detail));
    }
    return this.#events;
  }

  end(): RunEvent[] {
    if (this.#ended) return [];
    this.#events = [];
    if (this.#failure) this.#break(this.#failure);
    else if (this.#workflowDone) this.#finish();
    else this.#break(upstreamError("truncated", "the stream ended before the answer did"));
    return this.#events;
  }

  /** The id stands in every event; once is enough. */
  #conversation(payload: Json): void {
    const id = asText(payload.conversation_id);
    if (this.#named || id === null) return;
    this.#named = true;
    const messageId = asText(payload.message_id);
    this.#events.push(
      messageId === null ? { type: "run-start" } : { type: "run-start", upstreamId: messageId },
    );
    this.#events.push({ type: "conversation", upstreamConversation: id });
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
        this.#events.push({ type: "text-replace", text: asText(payload.answer) ?? "" });
        break;
      case "agent_thought":
        this.#thought(payload);
        break;
      case "reasoning_chunk":
        this.#reasoning(asText(data.reasoning));
        break;
      case "message_file":
        this.#file(payload);
        break;
      case "node_started":
        this.#status(asText(data.title), "running");
        break;
      case "node_finished":
        this.#status(asText(data.title), data.status === "failed" ? "failed" : "done");
        break;
      case "message_end":
        this.#messageEnd(asObject(payload.metadata) ?? {});
        break;
      case "workflow_finished":
        this.#workflowFinished(data);
        break;
      case "human_input_required":
      case "workflow_paused":
        this.#failure = upstreamError("rejected", "The app waits for a person's input in Dify.");
        break;
      case "error":
        this.#break(errorInPayload(payload, null) ?? upstreamError("unavailable", "error"));
        break;
      default:
        // ping, speech, progress, and whatever later versions bring.
        break;
    }
  }

  #answer(answer: unknown): void {
    if (typeof answer !== "string") {
      this.#break(upstreamError("protocol_violation", "a message event holds no answer"));
    } else if (answer !== "") {
      this.#events.push({ type: "text-delta", text: answer });
    }
  }

  #reasoning(text: string | null): void {
    if (text !== null) this.#events.push({ type: "reasoning-delta", text });
  }

  #status(label: string | null, state: "running" | "done" | "failed"): void {
    if (label !== null) this.#events.push({ type: "status", label, state });
  }

  /** Sent empty, then filled, under one id: each step of it is told once. */
  #thought(payload: Json): void {
    const tools = asText(payload.tool);
    if (tools === null) return;
    const id = asText(payload.id) ?? tools;
    const state = asText(payload.observation) === null ? "running" : "done";
    if (this.#thoughts.get(id) === state) return;
    this.#thoughts.set(id, state);
    this.#status(tools.split(";").join(", "), state);
  }

  #file(payload: Json): void {
    const url = asText(payload.url);
    // A self-hosted server without FILES_URL answers a path, which leads nowhere from outside.
    if (payload.belongs_to === "user" || url === null || !/^https?:\/\//.test(url)) return;
    const name = URL.parse(url)?.pathname.split("/").at(-1) || "file";
    const extension = /\.(png|jpe?g|gif|webp|svg)$/i.exec(name)?.[1]?.toLowerCase() ?? "png";
    const mime =
      payload.type === "image"
        ? `image/${extension === "jpg" ? "jpeg" : extension === "svg" ? "svg+xml" : extension}`
        : "application/octet-stream";
    this.#events.push({ type: "file", url, mime, name });
  }

  #messageEnd(metadata: Json): void {
    for (const [at, source] of asArray(metadata.retriever_resources).entries()) {
      this.#cite(asObject(source) ?? {}, at + 1);
    }
    this.#usage(asObject(metadata.usage) ?? {});
    this.#finish();
  }

  #cite(source: Json, index: number): void {
    const title = asText(source.document_name) ?? asText(source.dataset_name);
    if (title === null) return;
    const snippet = asText(source.content);
    const url = asText(source.url);
    this.#events.push({ type: "source-cite", index, title, url, snippet });
  }

  #usage(usage: Json): void {
    const input = asCount(usage.prompt_tokens);
    const output = asCount(usage.completion_tokens);
    if (input + output === 0) return;
    this.#usageKnown = true;
    this.#events.push({
      type: "usage",
      usage: { input, output, cachedInput: 0, cacheWrite: 0, reasoning: 0 },
    });
  }

  #workflowFinished(data: Json): void {
    if (data.status === "failed") {
      // An `error` event follows and says more; without one this stands.
      this.#failure = upstreamError("unavailable", asText(data.error) ?? "the workflow failed");
      return;
    }
    this.#workflowDone = true;
    const total = asCount(data.total_tokens);
    if (!this.#usageKnown && total > 0) this.#usage({ prompt_tokens: total });
  }

  #finish(): void {
    this.#ended = true;
    this.#events.push({ type: "run-end", finish: "stop" });
  }

  #break(error: UpstreamError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.push({ type: "run-error", error });
  }
}
