/** Items of the Responses protocol, as clients send them, as they are kept, and as messages of a run. */
import * as z from "zod";
import type { ChatMessage, ContentPart, SealedThought, ToolCall } from "../core/run.ts";
import { readSealedId } from "./sealed-ids.ts";

type Json = Record<string, unknown>;

/** What is not in a list is refused with its path: no upstream would get it. */
export const unsupported = (what: string) => ({
  error: (issue: { code?: string; input?: unknown }) =>
    issue.code === "invalid_union"
      ? `this type of ${what} is not supported: ${String((issue.input as Json | null)?.type)}`
      : undefined,
});

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;
const address = z.string().regex(/^(https?:\/\/|data:)/, "an http(s) or a data: address");
/** Files of the client's account at OpenAI are nowhere here. */
const fileId = z.null("files are not kept here; send the file itself, or its address").optional();

const partSchema = z.discriminatedUnion(
  "type",
  [
    z.looseObject({ type: z.enum(["input_text", "output_text", "text"]), text: z.string() }),
    z.looseObject({ type: z.literal("refusal"), refusal: z.string() }),
    z.looseObject({
      type: z.literal("input_image"),
      file_id: fileId,
      image_url: address,
      detail: z.string().nullish(),
    }),
    z
      .looseObject({
        type: z.literal("input_file"),
        file_id: fileId,
        file_data: z.string().nullish(),
        file_url: address.nullish(),
        filename: z.string().nullish(),
      })
      .refine((part) => part.file_data ?? part.file_url, {
        path: ["file_data"],
        message: "the file itself is needed, or its address as file_url",
      }),
    z.looseObject({
      type: z.literal("input_audio"),
      input_audio: z.looseObject({ data: z.string(), format: z.string() }),
    }),
  ],
  unsupported("content"),
);
type Part = z.infer<typeof partSchema>;

/** A text alone is a list of one. */
const contentSchema = z.preprocess(
  (content) => (typeof content === "string" ? [{ type: "input_text", text: content }] : content),
  z.array(partSchema),
);
const thoughtSchema = z.array(z.looseObject({ text: z.string() })).nullish();

const itemSchema = z.preprocess(
  // A message, or a mere reference, need not say so.
  (item) =>
    isJson(item) && item.type == null
      ? { ...item, type: "role" in item ? "message" : "item_reference" }
      : item,
  z.discriminatedUnion(
    "type",
    [
      z.looseObject({
        type: z.literal("message"),
        role: z.enum(["user", "assistant", "system", "developer"]),
        content: contentSchema,
      }),
      z.looseObject({
        type: z.literal("function_call"),
        call_id: z.string().min(1),
        name: z.string().min(1),
        arguments: z.string(),
      }),
      z.looseObject({
        type: z.literal("function_call_output"),
        call_id: z.string().min(1),
        output: contentSchema,
      }),
      z.looseObject({
        type: z.literal("reasoning"),
        summary: thoughtSchema,
        content: thoughtSchema,
        encrypted_content: z.string().nullish(),
      }),
      z.looseObject({ type: z.literal("item_reference"), id: z.string().min(1) }),
    ],
    unsupported("item"),
  ),
);
export type Item = z.infer<typeof itemSchema>;

/** A text alone is one message of the user. */
export const itemsSchema = z.preprocess(
  (input) => (typeof input === "string" ? [{ role: "user", content: input }] : input),
  z.array(itemSchema).max(10_000),
);

/** An upstream's seal as clients carry it about; one that is not ours says nothing to any upstream. */
export function sealText({ seal, hidden }: { seal: string; hidden: boolean }): string {
  return `${hidden ? "hidden" : "thought"}:${seal}`;
}

function readSeal(text: string): { seal: string; hidden: boolean } | null {
  const [, kind, seal] = /^(hidden|thought):(.+)$/s.exec(text) ?? [];
  return seal === undefined ? null : { seal, hidden: kind === "hidden" };
}

/** What a run is asked: thoughts and calls of tools are parts of the assistant's turn they stand in. */
export function messagesOf(items: readonly Item[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let turn: Turn | null = null;
  const close = () => {
    if (turn) messages.push(answerOf(turn));
    turn = null;
  };
  for (const item of items) {
    if (item.type === "function_call_output") {
      close();
      const { id: toolCallId } = readSealedId(item.call_id);
      messages.push({ role: "tool", toolCallId, content: item.output.map(toPart) });
    } else if (item.type === "message" && item.role !== "assistant") {
      close();
      const role = item.role === "user" ? "user" : "system";
      messages.push({ role, content: item.content.map(toPart) });
    } else {
      turn ??= { content: [], calls: [], thoughts: [], reasoning: "" };
      addTo(turn, item);
    }
  }
  close();
  return messages;
}

interface Turn {
  content: ContentPart[];
  calls: ToolCall[];
  thoughts: SealedThought[];
  reasoning: string;
}

function addTo(turn: Turn, item: Item): void {
  if (item.type === "message") turn.content.push(...item.content.map(toPart));
  if (item.type === "function_call") {
    const { call_id: id, name, arguments: argumentsText } = item;
    turn.calls.push({ ...readSealedId(id), name, argumentsText });
  }
  if (item.type === "reasoning") {
    const text = [...(item.content ?? []), ...(item.summary ?? [])].map((one) => one.text).join("");
    turn.reasoning += text;
    const seal = readSeal(item.encrypted_content ?? "");
    if (seal) turn.thoughts.push({ text, ...seal });
  }
}

function answerOf({ content, calls, thoughts, reasoning }: Turn): ChatMessage {
  const message: ChatMessage = { role: "assistant", content };
  if (thoughts.length > 0) message.thoughts = thoughts;
  if (calls.length === 0) return message;
  message.toolCalls = calls;
  // Models that think before they call a tool want their thought back with the call.
  if (reasoning !== "" && thoughts.length === 0) {
    message.raw = { protocol: "openai-chat", value: chatMessage({ content, calls, reasoning }) };
  }
  return message;
}

function chatMessage({ content, calls, reasoning }: Omit<Turn, "thoughts">): Json {
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  return {
    role: "assistant",
    content: text === "" ? null : text,
    reasoning_content: reasoning,
    tool_calls: calls.map(({ id, name, argumentsText }) => ({
      id,
      type: "function",
      function: { name, arguments: argumentsText },
    })),
  };
}

function toPart(part: Part): ContentPart {
  switch (part.type) {
    case "refusal":
      return { type: "text", text: part.refusal };
    case "input_image":
      return {
        type: "image",
        url: part.image_url,
        ...(part.detail == null ? {} : { detail: part.detail }),
      };
    case "input_file": {
      const url = part.file_data ?? part.file_url ?? "";
      const mime = /^data:([^;,]+)/.exec(url)?.[1] ?? "application/octet-stream";
      return { type: "file", url, name: part.filename ?? "file", mime };
    }
    case "input_audio":
      return { type: "audio", data: part.input_audio.data, format: part.input_audio.format };
    default:
      return { type: "text", text: part.text };
  }
}
