/**
 * The events of a run as the output items of a response: what is written of each, and the items as
 * they stand. A message or a thought is closed before the next item begins; calls of tools, which
 * upstreams write side by side, stay open to the end.
 */
import type { RunEvent } from "../core/run.ts";
import { fileText } from "./openai-chat-response.ts";
import { sealText } from "./openai-responses-items.ts";
import { sealedId } from "./sealed-ids.ts";

type Json = Record<string, unknown>;
/** Writes one event of the stream. */
export type WriteEvent = (type: string, fields: Json) => string;
type Status = "in_progress" | "completed" | "incomplete";

interface Annotation {
  type: "url_citation";
  url: string;
  title: string;
  start_index: number;
  end_index: number;
}

interface MessageItem {
  id: string;
  type: "message";
  role: "assistant";
  status: Status;
  content: [{ type: "output_text"; text: string; annotations: Annotation[]; logprobs: [] }];
}

interface ReasoningItem {
  id: string;
  type: "reasoning";
  summary: { type: "summary_text"; text: string }[];
  encrypted_content?: string;
}

interface CallItem {
  id: string;
  type: "function_call";
  status: Status;
  call_id: string;
  name: string;
  arguments: string;
}

export type OutputItem = MessageItem | ReasoningItem | CallItem;

interface Call {
  id: string;
  name: string;
  /** What came before its item began. */
  waiting: string;
  item: CallItem | null;
}

export class OutputWriter {
  items: OutputItem[] = [];
  readonly #write: WriteEvent;
  readonly #suffix: string;
  readonly #takesBack: boolean;
  #open: MessageItem | ReasoningItem | null = null;
  readonly #calls = new Map<number, Call>();
  readonly #cited: Extract<RunEvent, { type: "source-cite" }>[] = [];

  /** `suffix`: of the ids of items. `takesBack`: nothing was shown yet, so a text can be replaced. */
  constructor(write: WriteEvent, suffix: string, takesBack: boolean) {
    this.#write = write;
    this.#suffix = suffix;
    this.#takesBack = takesBack;
  }

  take(event: RunEvent): string {
    switch (event.type) {
      case "text-delta":
        return this.#text(event.text);
      case "text-replace":
        if (!this.#takesBack) return this.#text(`\n\n${event.text}`);
        this.#open = null;
        this.items = this.items.filter(({ type }) => type !== "message");
        return this.#text(event.text);
      case "file":
        return this.#text(fileText(event));
      case "reasoning-delta":
        return this.#think(event.text);
      case "reasoning-seal":
        return this.#seal(event);
      case "source-cite":
        if (event.url !== null) this.#cited.push(event);
        return this.#open?.type === "message" ? this.#annotate(this.#open) : "";
      case "tool-call-delta":
        return this.#call(event);
      default:
        return "";
    }
  }

  /** Closes what is open. */
  end(status: "completed" | "incomplete"): string {
    let text = this.#close(status);
    for (const call of this.#calls.values()) {
      if (!call.item) text += this.#begin(call);
      if (call.item) text += this.#closeCall(call.item, status);
    }
    return text;
  }

  #text(delta: string): string {
    let text = "";
    let open = this.#open;
    if (open?.type !== "message") {
      text += this.#close("completed");
      const part = { type: "output_text" as const, text: "", annotations: [], logprobs: [] as [] };
      open = {
        id: this.#id("msg"),
        type: "message",
        role: "assistant",
        status: "in_progress",
        content: [part],
      };
      text += this.#add(open, { ...open, content: [] });
      text += this.#at(open, "response.content_part.added", { content_index: 0, part });
      this.#open = open;
    }
    open.content[0].text += delta;
    const more = { content_index: 0, delta, logprobs: [] };
    return text + this.#at(open, "response.output_text.delta", more) + this.#annotate(open);
  }

  /** Sources stand at the end of the text that they came after. */
  #annotate(open: MessageItem): string {
    const [part] = open.content;
    let text = "";
    for (const { url, title } of this.#cited.splice(0)) {
      const at = { start_index: part.text.length, end_index: part.text.length };
      const annotation: Annotation = { type: "url_citation", url: url ?? "", title, ...at };
      text += this.#at(open, "response.output_text.annotation.added", {
        content_index: 0,
        annotation_index: part.annotations.length,
        annotation,
      });
      part.annotations.push(annotation);
    }
    return text;
  }

  #think(delta: string): string {
    let text = "";
    let open = this.#open;
    if (open?.type !== "reasoning") {
      text += this.#close("completed");
      open = this.#thought();
      text += this.#add(open, open);
      const part = { type: "summary_text" as const, text: "" };
      const more = { summary_index: 0, part };
      text += this.#at(open, "response.reasoning_summary_part.added", more);
      open.summary.push(part);
      this.#open = open;
    }
    for (const part of open.summary) part.text += delta;
    const more = { summary_index: 0, delta };
    return text + this.#at(open, "response.reasoning_summary_text.delta", more);
  }

  #seal(event: { seal: string; hidden: boolean }): string {
    let text = "";
    if (event.hidden || this.#open?.type !== "reasoning") {
      text += this.#close("completed");
      this.#open = this.#thought();
      text += this.#add(this.#open, this.#open);
    }
    this.#open.encrypted_content = sealText(event);
    return text + this.#close("completed");
  }

  #thought(): ReasoningItem {
    return { id: this.#id("rs"), type: "reasoning", summary: [] };
  }

  #call(event: Extract<RunEvent, { type: "tool-call-delta" }>): string {
    const { index, argumentsText: delta } = event;
    const fallback = `call_${this.#suffix}_${index}`;
    const call = this.#calls.get(index) ?? { id: fallback, name: "", waiting: "", item: null };
    this.#calls.set(index, call);
    if (event.id !== undefined) call.id = sealedId(event.id, event.seal);
    if (event.name !== undefined) call.name = event.name;
    if (call.item) return this.#argue(call.item, delta);
    call.waiting += delta;
    return call.name === "" ? "" : this.#close("completed") + this.#begin(call);
  }

  #begin(call: Call): string {
    const { id: call_id, name, waiting } = call;
    const id = this.#id("fc");
    const item: CallItem = {
      id,
      type: "function_call",
      status: "in_progress",
      call_id,
      name,
      arguments: "",
    };
    call.item = item;
    return this.#add(item, item) + this.#argue(item, waiting);
  }

  #argue(item: CallItem, delta: string): string {
    if (delta === "") return "";
    item.arguments += delta;
    return this.#at(item, "response.function_call_arguments.delta", { delta });
  }

  #closeCall(item: CallItem, status: Status): string {
    item.status = status;
    const { name, arguments: text } = item;
    const more = { name, arguments: text };
    return this.#at(item, "response.function_call_arguments.done", more) + this.#done(item);
  }

  #close(status: Status): string {
    const open = this.#open;
    this.#open = null;
    if (!open) return "";
    let text = "";
    if (open.type === "reasoning") {
      for (const part of open.summary) {
        const more = { summary_index: 0, text: part.text };
        text += this.#at(open, "response.reasoning_summary_text.done", more);
        text += this.#at(open, "response.reasoning_summary_part.done", { summary_index: 0, part });
      }
      return text + this.#done(open);
    }
    open.status = status;
    const [part] = open.content;
    const more = { content_index: 0, text: part.text, logprobs: [] };
    text += this.#at(open, "response.output_text.done", more);
    text += this.#at(open, "response.content_part.done", { content_index: 0, part });
    return text + this.#done(open);
  }

  #id(kind: string): string {
    return `${kind}_${this.#suffix}_${this.items.length}`;
  }

  #add(item: OutputItem, shown: Json | OutputItem): string {
    const output_index = this.items.push(item) - 1;
    return this.#write("response.output_item.added", { output_index, item: shown });
  }

  #done(item: OutputItem): string {
    const output_index = this.items.indexOf(item);
    return this.#write("response.output_item.done", { output_index, item });
  }

  #at(item: OutputItem, type: string, fields: Json): string {
    return this.#write(type, {
      item_id: item.id,
      output_index: this.items.indexOf(item),
      ...fields,
    });
  }
}
