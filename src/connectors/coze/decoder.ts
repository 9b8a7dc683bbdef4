/**
 * The streams of Coze as run events: `/v3/chat` and chatflows (`conversation.*`), and workflows
 * (`Message`, `Done`, …). Invariants, beyond those of every agent's decoder:
 *
 * 1. A completed message is told only where none of its text came in pieces: it repeats the whole.
 * 2. The answer is complete with `conversation.chat.completed` (usage stands there); it ends at
 *    `done`, by its name and whatever its data, or when the connection closes after it.
 * 3. What the last node of a workflow says is told only where no node has spoken: it repeats them.
 */
import type { Frame } from "../connector.ts";
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";
import { interruptionNamed } from "./target.ts";

const COMPLETE = new Set(["done", "conversation.stream.done", "Done"]);
const TOOL_ANSWERS = new Set(["tool_output", "tool_response"]);

export class CozeDecoder extends AgentDecoder {
  #work: string | null = null;
  #completed = false;
  /** Whether anything of Coze's came. */
  #known = false;
  #lastMessage: string | null = null;
  readonly #told = new Set<string>();
  #tool: string | null = null;

  /** Conversation and chat; runs of workflows have no name that a call takes. */
  get work(): string | null {
    return this.#work;
  }

  /** An end is known by its name: its data may be anything, or nothing. */
  protected override frame(frame: Frame): void {
    if (!COMPLETE.has(frame.event ?? "")) {
      super.frame(frame);
      return;
    }
    this.#completed ||= frame.event === "Done" && this.#known;
    this.closed();
  }

  protected payload(payload: Json, event: string | undefined): void {
    const error = errorInPayload(payload, null);
    if (event === undefined || event === "error" || event === "Error") {
      const detail = "a frame of the answer names no event";
      const failed = upstreamError("unavailable", "the platform broke off the answer");
      this.fail(error ?? (event ? failed : upstreamError("protocol_violation", detail)));
      return;
    }
    if (event.startsWith("conversation.chat.")) this.#chat(payload, event);
    else if (event === "conversation.message.delta") this.#delta(payload);
    else if (event === "conversation.message.completed") this.#message(payload);
    else if (event === "Message") this.#node(payload);
    else if (event === "Interrupt") this.#interrupted(payload);
  }

  protected override closed(): void {
    if (this.#completed) this.finish();
    else super.closed();
  }

  #chat(chat: Json, event: string): void {
    this.#known = true;
    const [conversation, id] = [asText(chat.conversation_id), asText(chat.id)];
    this.conversation(conversation, id);
    if (conversation !== null && id !== null) this.#work = `${conversation}/${id}`;
    if (event === "conversation.chat.failed") {
      const failed = upstreamError("unavailable", "the chat failed");
      this.fail(errorInPayload(asObject(chat.last_error) ?? chat, null) ?? failed);
    } else if (event === "conversation.chat.requires_action") {
      this.fail(upstreamError("rejected", "The agent waits for a tool of the caller's."));
    } else if (event === "conversation.chat.completed") {
      this.#counted(chat.usage);
      this.#completed = true;
    }
  }

  #counted(told: unknown): void {
    const usage = asObject(told);
    this.usage(asCount(usage?.input_count), asCount(usage?.output_count));
  }

  #delta(message: Json): void {
    if (message.type !== "answer") return;
    this.reasoning(asText(message.reasoning_content));
    if (message.content_type === "text") this.#say(asText(message.id), asText(message.content));
  }

  /** Several answers of one chat are paragraphs. */
  #say(id: string | null, text: string | null): void {
    if (text === null) return;
    if (this.answered && id !== this.#lastMessage) this.text("\n\n");
    this.#lastMessage = id;
    if (id !== null) this.#told.add(id);
    this.text(text);
  }

  #message(message: Json): void {
    const content = asText(message.content);
    if (message.type === "answer") this.#answer(message, content);
    else if (message.type === "follow_up") this.suggest(content);
    else if (message.type === "function_call") this.#called(content);
    else if (TOOL_ANSWERS.has(String(message.type))) this.status(this.#tool, "done");
    else if (message.type === "verbose") this.#recalled(content);
  }

  #answer(message: Json, content: string | null): void {
    const id = asText(message.id);
    if (message.content_type === "object_string") {
      for (const part of asArray(parseJson(content ?? ""))) this.#part(id, asObject(part));
    } else if (message.content_type === "text" && (id === null || !this.#told.has(id))) {
      this.#say(id, content);
    }
  }

  #part(id: string | null, part: Json | null): void {
    const url = asText(part?.file_url);
    if (part?.type === "text" && id !== null && !this.#told.has(id))
      this.#say(id, asText(part.text));
    else if (part?.type === "image") this.file(url, "image/png");
    else if (part?.type === "audio") this.file(url, "audio/mpeg");
    else this.file(url, "application/octet-stream");
  }

  #called(content: string | null): void {
    const call = asObject(parseJson(content ?? ""));
    this.#tool = asText(call?.plugin_name) ?? asText(call?.name);
    this.status(this.#tool, "running");
  }

  /** What the agent's knowledge gave it. */
  #recalled(content: string | null): void {
    const verbose = asObject(parseJson(content ?? ""));
    if (verbose?.msg_type !== "knowledge_recall") return;
    const recalled = asObject(parseJson(asText(verbose.data) ?? ""));
    for (const entry of asArray(recalled?.chunks)) {
      const chunk = asObject(entry);
      const meta = asObject(chunk?.meta);
      const link = asObject(meta?.link);
      const document = asObject(meta?.document);
      const title = asText(link?.title) ?? asText(document?.name);
      const snippet = asText(chunk?.slice);
      if (title !== null) this.cite({ title, url: asText(link?.url), snippet });
    }
  }

  /** A node of a workflow speaks. */
  #node(node: Json): void {
    this.#known = true;
    const content = asText(node.content);
    this.#counted(node.usage);
    if (node.node_type === "End") {
      if (!this.answered && content !== null) this.text(resultOf(content));
    } else if (node.content_type === undefined || node.content_type === "text") {
      this.#say(asText(node.node_id) ?? asText(node.node_title), content);
    }
  }

  /** The flow asks something; the next message answers it. */
  #interrupted(payload: Json): void {
    this.#known = true;
    const told = asObject(payload.interrupt_data);
    const event = asText(told?.event_id);
    if (event !== null) this.conversation(interruptionNamed(event, asCount(told?.type)));
    const question = asText(told?.data);
    if (question !== null) this.#say(event, resultOf(question));
    this.#completed = true;
  }
}

/** What a workflow gives: the text of its only value, or all of them as they are. */
function resultOf(content: string): string {
  const values = Object.values(asObject(parseJson(content)) ?? {});
  const [only] = values;
  return values.length === 1 && typeof only === "string" ? only : content;
}
