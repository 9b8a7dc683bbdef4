/**
 * `POST /api/v2/chat/completions`: OpenAI's chat, and what AIGNE's older clients know of it. Names
 * may be written in either way, and the answer has the fields of both.
 */
import type { Failure } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import type { RunEvent } from "../core/run.ts";
import { aigneUsage } from "./aigne-response.ts";
import { type DecodedChat, decodeChat } from "./openai-chat-request.ts";
import {
  ChatCollector,
  type ChatEncoding,
  ChatStreamEncoder,
  fileText,
} from "./openai-chat-response.ts";
import type { Ending, RunPiece, StreamWriter, WholeWriter } from "./step.ts";

type Json = Record<string, unknown>;

export function decodeAigneCompletion(
  body: unknown,
  endUser: string,
): Result<DecodedChat, Failure> {
  return decodeChat(isJson(body) ? chatBody(body) : body, endUser);
}

const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `topP` → `top_p`. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function snaked(value: unknown): unknown {
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [snake(name), one]));
}

function chatBody(written: Json): Json {
  const { prompt, messages, ...body } = snaked(written) as Json;
  const asked = messages ?? (prompt === undefined ? [] : [{ role: "user", content: prompt }]);
  if (body.response_format !== undefined) body.response_format = snaked(body.response_format);
  return { ...body, messages: Array.isArray(asked) ? asked.map(chatMessage) : asked };
}

function chatMessage(written: unknown): unknown {
  const message = snaked(written);
  if (!isJson(message)) return message;
  const { role, content } = message;
  return {
    ...message,
    ...(role === "agent" ? { role: "assistant" } : {}),
    ...(Array.isArray(content) ? { content: content.map(snaked) } : {}),
  };
}

/** An answer as OpenAI's clients read it, as far as it concerns us. */
interface Chat extends Json {
  choices: { message?: Said; delta?: Said }[];
  usage?: Json;
}
interface Said extends Json {
  content?: string | null;
  tool_calls?: Json[];
}

const usageOf = (told: Json | undefined, { usage, costMicro }: Ending): Json => ({
  ...told,
  promptTokens: usage.input,
  completionTokens: usage.output,
  totalTokens: usage.input + usage.output,
  ...aigneUsage(usage, costMicro),
});

export class AigneCompletionCollector implements WholeWriter {
  readonly #chat: ChatCollector;

  constructor(encoding: ChatEncoding) {
    this.#chat = new ChatCollector(encoding);
  }

  take(piece: RunPiece): void {
    this.#chat.take(piece, false);
  }

  answer(ending: Ending): string {
    const chat = JSON.parse(this.#chat.answer(ending)) as Chat;
    const { content, tool_calls: toolCalls } = chat.choices[0]?.message ?? {};
    return JSON.stringify({
      ...chat,
      role: "assistant",
      text: content ?? "",
      content: content ?? "",
      ...(toolCalls === undefined ? {} : { toolCalls }),
      modelWithProvider: chat.model,
      usage: usageOf(chat.usage, ending),
    });
  }
}

/** Old clients take the end of the connection for the end of the stream, and `[DONE]` for an error. */
export class AigneCompletionEncoder implements StreamWriter {
  readonly #encoding: ChatEncoding;
  readonly #chat: ChatStreamEncoder;
  /** Old clients get every call as far as it is known. */
  readonly #calls: { id: string; type: string; function: { name: string; arguments: string } }[] =
    [];

  constructor(encoding: ChatEncoding) {
    this.#encoding = encoding;
    this.#chat = new ChatStreamEncoder(encoding);
  }

  encode(piece: RunPiece): string {
    return piece.events.map((event) => this.#event(event)).join("");
  }

  /** What an upstream says is written anew: no upstream knows these fields. */
  pass(piece: RunPiece): string {
    return this.encode(piece);
  }

  end(ending: Ending): string {
    const { id, created, model } = this.#encoding;
    const usage = usageOf({}, ending);
    const told = {
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      total_tokens: usage.totalTokens,
    };
    const head = { id, object: "chat.completion.chunk", created, model };
    return line({ ...head, choices: [], usage: { ...told, ...usage } });
  }

  keepAlive(): string {
    return this.#chat.keepAlive();
  }

  #event(event: RunEvent): string {
    const text = this.#chat.encode({ frames: [], events: [event] });
    if (text === "") return "";
    const chunk = JSON.parse(text.slice("data: ".length)) as Chat;
    const { role, content } = chunk.choices[0]?.delta ?? {};
    const delta: Json = { role: role ?? "assistant" };
    if (content !== undefined) delta.content = content;
    if (event.type === "tool-call-delta") delta.toolCalls = this.#callsWith(event);
    return line({ ...chunk, delta });
  }

  #callsWith({ index, id, name, argumentsText }: RunEvent & { type: "tool-call-delta" }) {
    const call = this.#calls[index] ?? {
      id: "",
      type: "function",
      function: { name: "", arguments: "" },
    };
    this.#calls[index] = call;
    if (id !== undefined) call.id = id;
    if (name !== undefined) call.function.name = name;
    call.function.arguments += argumentsText;
    return this.#calls.filter(Boolean);
  }
}

const line = (value: Json) => `data: ${JSON.stringify(value)}\n\n`;

/** The text and nothing else, for clients that ask for a stream and not for events. */
export class PlainTextEncoder implements StreamWriter {
  encode({ events }: RunPiece): string {
    return events.map(plain).join("");
  }

  pass(piece: RunPiece): string {
    return this.encode(piece);
  }

  end(): string {
    return "";
  }

  /** There is nothing that would not be read as text. */
  keepAlive(): string {
    return "";
  }
}

function plain(event: RunEvent): string {
  if (event.type === "text-delta") return event.text;
  if (event.type === "text-replace") return `\n\n${event.text}`;
  return event.type === "file" ? fileText(event) : "";
}
