/**
 * RAGFlow's streams as run events: of chat assistants (frames with `data.answer`) and of agents
 * (frames with an `event`; until 0.19 the frames of chats). Invariants, beyond those of every
 * agent's decoder:
 *
 * 1. A chat is complete at a frame whose `data` is `true`, an agent at `[DONE]` or where its
 *    workflow has finished.
 * 2. Frames with `final` are pieces of the answer, of which the last repeats it whole; frames
 *    without it hold the whole answer so far. The first that says something decides.
 * 3. What a frame repeats is not told twice; only a text that was written anew replaces another.
 */
import type { Frame } from "../connector.ts";
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { asCount, asObject, asText, type Json } from "../kit/json.ts";
import { ThinkSplitter } from "../kit/openai/thinking.ts";
import { errorInPayload, modelError } from "./errors.ts";
import { MarkFilter, splitThought, withoutMarks } from "./marks.ts";

export class RagFlowDecoder extends AgentDecoder {
  #pieces: boolean | null = null;
  #finished = false;
  #thinking = false;
  /** Of frames that hold all so far: what was seen of either. */
  #thought = "";
  #text = "";
  readonly #thoughts = new ThinkSplitter();
  readonly #marks = new MarkFilter();

  protected override frame(frame: Frame): void {
    if (frame.data === "[DONE]") this.#complete();
    else super.frame(frame);
  }

  protected payload(payload: Json): void {
    const event = asText(payload.event);
    const data = asObject(payload.data);
    const error = event === null ? errorInPayload(payload, null) : null;
    if (error) this.fail(error);
    else if (payload.data === true) this.#complete();
    else if (!data) this.violation("a frame of the answer holds no data");
    else if (event !== null) this.#event(event, payload, data);
    else this.#chat(payload, data);
  }

  protected override closed(): void {
    if (this.#finished) this.#complete();
    else super.closed();
  }

  #complete(): void {
    const { reasoning, text } = this.#thoughts.flush();
    this.reasoning(reasoning);
    this.text(this.#marks.feed(text) + this.#marks.flush());
    this.finish();
  }

  #chat(payload: Json, data: Json): void {
    const session = asText(data.session_id) ?? asText(payload.session_id);
    this.conversation(session, asText(data.id));
    this.#turnThought(data);
    const answer = asText(data.answer);
    if (answer !== null && !this.#fails(answer)) {
      this.#pieces ??= "final" in data;
      if (!this.#pieces) this.#whole(answer);
      // That nothing was found is said in the last frame alone.
      else if (data.final !== true || !this.answered) this.#piece(answer);
    }
    this.#cite(data.reference);
  }

  /** What went wrong in the model is its answer. */
  #fails(answer: string): boolean {
    const fails = !this.answered && answer.startsWith("**ERROR**");
    if (fails) this.fail(modelError(answer));
    return fails;
  }

  #turnThought(data: Json): void {
    if (data.start_to_think === true) this.#thinking = true;
    if (data.end_to_think === true) this.#thinking = false;
  }

  #say(content: string | null): void {
    if (content !== null && !this.#fails(content)) this.#piece(content);
  }

  #piece(piece: string): void {
    // Thoughts stand between flags, or between marks in front of the answer.
    const told = this.#thinking ? { reasoning: piece, text: "" } : this.#thoughts.feed(piece);
    this.reasoning(told.reasoning);
    this.text(this.#marks.feed(told.text));
  }

  #whole(answer: string): void {
    const { thought, text } = splitThought(answer);
    if (thought.startsWith(this.#thought)) {
      this.reasoning(thought.slice(this.#thought.length));
      this.#thought = thought;
    }
    if (text.startsWith(this.#text)) {
      this.text(this.#marks.feed(text.slice(this.#text.length)));
    } else if (bare(text) !== bare(this.#text)) {
      this.#marks.flush();
      this.tell({ type: "text-replace", text: withoutMarks(text) });
    }
    this.#text = text;
  }

  #event(event: string, payload: Json, data: Json): void {
    this.conversation(asText(payload.session_id), asText(payload.message_id));
    switch (event) {
      case "message":
        this.#turnThought(data);
        this.#say(asText(data.content));
        break;
      case "message_end":
        this.#cite(data.reference);
        break;
      case "node_started":
        this.status(asText(data.component_name), "running");
        break;
      case "node_finished":
        this.status(asText(data.component_name), asText(data.error) === null ? "done" : "failed");
        break;
      case "user_inputs":
        this.#ask(data);
        break;
      case "workflow_finished":
        this.#workflowFinished(data);
        break;
      default:
      // The start, attachments, and whatever later versions bring.
    }
  }

  /** The agent waits for the values of a form. */
  #ask(data: Json): void {
    this.#say(asText(data.tips));
    for (const field of Object.values(asObject(data.inputs) ?? {})) {
      const name = asText(asObject(field)?.name);
      if (name !== null) this.#piece(`\n- ${name}`);
    }
  }

  #workflowFinished(data: Json): void {
    this.#finished = true;
    const usage = asObject(data.usage) ?? {};
    this.usage(asCount(usage.prompt_tokens), asCount(usage.completion_tokens));
    if (!this.answered) this.#say(asText(asObject(data.outputs)?.content));
  }

  /** Chunks in a list, or by their numbers. */
  #cite(reference: unknown): void {
    const { chunks } = asObject(reference) ?? {};
    for (const entry of Array.isArray(chunks) ? chunks : Object.values(asObject(chunks) ?? {})) {
      const chunk = asObject(entry) ?? {};
      const title = asText(chunk.document_name) ?? asText(chunk.doc_name);
      const url = asText(chunk.url);
      if (title !== null) {
        this.cite({
          title,
          url: url !== null && /^https?:/.test(url) ? url : null,
          snippet: asText(chunk.content),
        });
      }
    }
  }
}

/** What is left of a text that was written anew only to put citations into it. */
const bare = (text: string): string => withoutMarks(text).replace(/\s+/g, "");
