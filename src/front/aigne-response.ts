/**
 * `POST /api/v2/chat`: a run's events as AIGNE's frames, or as one answer. A frame either adds to a
 * text or sets a field. There is no last frame: a client takes `[DONE]` for a broken one.
 */

import { MICRO_PER_CREDIT } from "../contract/values.ts";
import { argumentsObject } from "../core/arguments.ts";
import type { RunEvent, ToolCall, Usage } from "../core/run.ts";
import { answeredFile } from "./aigne-files.ts";
import { sealedId } from "./sealed-ids.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

type Json = Record<string, unknown>;

export interface AigneEncoding {
  /** The name the client asked for. */
  model: string;
  /** Whether the answer shall be an object by a schema. */
  structured: boolean;
}

/** `creditPrefix` is left out: it is for money, and clients refuse one that is empty. */
export function aigneUsage(usage: Usage, costMicro: number): Json {
  return {
    inputTokens: usage.input,
    outputTokens: usage.output,
    ...(usage.cachedInput > 0 ? { cacheReadInputTokens: usage.cachedInput } : {}),
    ...(usage.cacheWrite > 0 ? { cacheCreationInputTokens: usage.cacheWrite } : {}),
    aigneHubCredits: costMicro / MICRO_PER_CREDIT,
  };
}

/** What has been said so far. */
class Answer {
  text = "";
  thoughts = "";
  readonly files: object[] = [];
  readonly #calls: ToolCall[] = [];

  take(event: RunEvent): void {
    if (event.type === "text-delta") this.text += event.text;
    else if (event.type === "text-replace") this.text = event.text;
    else if (event.type === "reasoning-delta") this.thoughts += event.text;
    else if (event.type === "file") this.files.push(answeredFile(event));
    else if (event.type === "tool-call-delta") this.#call(event);
  }

  #call({ index, id, name, argumentsText, seal }: RunEvent & { type: "tool-call-delta" }): void {
    const call = this.#calls[index] ?? { id: "", name: "", argumentsText: "" };
    this.#calls[index] = call;
    if (id !== undefined) call.id = id;
    if (name !== undefined) call.name = name;
    if (seal !== undefined) call.seal = seal;
    call.argumentsText += argumentsText;
  }

  get toolCalls(): Json[] {
    return this.#calls.filter(Boolean).map(({ id, name, argumentsText, seal }) => ({
      id: sealedId(id, seal),
      type: "function",
      function: { name, arguments: argumentsObject(argumentsText) },
    }));
  }

  /** The object that the text is, be it fenced off as code; null where it is none. */
  get object(): Json | null {
    const [, fenced] = /^\s*```(?:json)?\s*([\s\S]*?)```\s*$/.exec(this.text) ?? [];
    try {
      const value: unknown = JSON.parse(fenced ?? this.text);
      return typeof value === "object" && value !== null ? (value as Json) : null;
    } catch {
      // A model that does not keep to the schema: the client is told what it said instead.
      return null;
    }
  }
}

export class AigneStreamEncoder implements StreamWriter {
  readonly #encoding: AigneEncoding;
  readonly #answer = new Answer();
  #begun = false;

  constructor(encoding: AigneEncoding) {
    this.#encoding = encoding;
  }

  encode(piece: RunPiece): string {
    return piece.events.map((event) => this.#event(event)).join("");
  }

  /** No upstream speaks this protocol. */
  pass(piece: RunPiece): string {
    return this.encode(piece);
  }

  end({ usage, costMicro }: Ending): string {
    const { model, structured } = this.#encoding;
    const { object, text, toolCalls } = this.#answer;
    let last = this.#begin();
    if (toolCalls.length > 0) last += set({ toolCalls });
    if (structured && object) last += set({ json: object });
    else if (structured && text !== "") last += add({ text });
    return last + set({ usage: aigneUsage(usage, costMicro), modelWithProvider: model });
  }

  keepAlive(): string {
    return ": keep-alive\n\n";
  }

  #event(event: RunEvent): string {
    this.#answer.take(event);
    const told = this.#told(event);
    return told === "" ? "" : this.#begin() + told;
  }

  #told(event: RunEvent): string {
    switch (event.type) {
      case "text-delta":
        // An object is handed over whole.
        return this.#encoding.structured ? "" : add({ text: event.text });
      case "text-replace":
        return this.#encoding.structured ? "" : set({ text: event.text });
      case "reasoning-delta":
        return add({ thoughts: event.text });
      case "file":
        return set({ files: this.#answer.files });
      default:
        return "";
    }
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    return set({ model: this.#encoding.model });
  }
}

const add = (text: Json) => frame({ text });
const set = (json: Json) => frame({ json });
const frame = (delta: Json) => `data: ${JSON.stringify({ delta })}\n\n`;

export class AigneCollector implements WholeWriter {
  readonly #encoding: AigneEncoding;
  readonly #answer = new Answer();

  constructor(encoding: AigneEncoding) {
    this.#encoding = encoding;
  }

  take(piece: RunPiece): void {
    for (const event of piece.events) this.#answer.take(event);
  }

  answer({ usage, costMicro }: Ending): string {
    const { model, structured } = this.#encoding;
    const { object, text, thoughts, toolCalls, files } = this.#answer;
    const json = structured ? object : null;
    const silent = json !== null || (text === "" && toolCalls.length > 0);
    return JSON.stringify({
      ...(silent ? {} : { text }),
      ...(thoughts === "" ? {} : { thoughts }),
      ...(json === null ? {} : { json }),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(files.length === 0 ? {} : { files }),
      model,
      modelWithProvider: model,
      usage: aigneUsage(usage, costMicro),
    });
  }
}
