/**
 * A conversation as Anthropic takes it: user and assistant in turns, user first; results of tools
 * in one user message, before anything else in it. What a client of this protocol wrote stays as
 * it is, block for block.
 */
import { argumentsObject } from "../../core/arguments.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatMessage, SealedThought, ToolCall, UpstreamError } from "../../core/run.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asObject, asText, type Json } from "../kit/json.ts";
import { contentBlocks } from "./blocks.ts";

/** Before an answer that nobody asked for (a greeting), as a conversation must begin with a user. */
const BEGINNING = "(The conversation begins.)";

export interface Conversation {
  system: Json[];
  messages: Json[];
  /** An instruction stood in the middle, and now stands in front. */
  moved: boolean;
}

export function conversationOf(input: readonly ChatMessage[]): Result<Conversation, UpstreamError> {
  const system: Json[] = [];
  const messages: Json[] = [];
  let moved = false;
  for (const message of input) {
    const blocks = blocksOf(message);
    if (!blocks.ok) return blocks;
    if (blocks.value.length === 0) continue;
    const isLate = message.role === "system" && messages.length > 0;
    if (message.role === "system" && !(isLate && isNative(message))) {
      system.push(...blocks.value);
      moved ||= isLate;
    } else append(messages, message, blocks.value);
  }
  // A conversation of nothing but instructions is taken for a question.
  if (messages.length === 0 && system.length > 0) {
    messages.push({ role: "user", content: system.splice(0) });
  }
  if (messages.length === 0) return fail(upstreamError("rejected", "The conversation is empty."));
  if (messages[0]?.role === "assistant") messages.unshift({ role: "user", content: BEGINNING });
  trimPrefill(messages.at(-1));
  return ok({ system, messages, moved });
}

const isNative = ({ raw }: ChatMessage): boolean => raw?.protocol === "anthropic-messages";

function append(messages: Json[], message: ChatMessage, content: Json[]): void {
  const last = messages.at(-1);
  const role = message.role === "tool" ? "user" : message.role;
  const extras = isNative(message) ? message.raw?.value : {};
  if (last?.role === role) {
    Object.assign(last, extras, { role, content: [...asArray(last.content), ...content] });
  } else messages.push({ ...extras, role, content });
}

function blocksOf(message: ChatMessage): Result<Json[], UpstreamError> {
  if (isNative(message)) return ok(writtenBlocks(message.raw?.value.content));
  const content = contentBlocks(message);
  if (!content.ok) return content;
  if (message.role === "tool") return ok([resultBlock(message, content.value)]);
  const thoughts = (message.thoughts ?? []).map(thoughtBlock);
  const calls = (message.toolCalls ?? []).map(callBlock);
  return ok([...thoughts, ...content.value, ...calls]);
}

/** Thoughts without a seal came from another platform, and would be refused. */
function writtenBlocks(content: unknown): Json[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return asArray(content).flatMap((value) => {
    const block = asObject(value);
    if (!block) return [];
    return block.type === "thinking" && asText(block.signature) === null ? [] : [block];
  });
}

function thoughtBlock({ text, seal, hidden }: SealedThought): Json {
  return hidden
    ? { type: "redacted_thinking", data: seal }
    : { type: "thinking", thinking: text, signature: seal };
}

function callBlock(call: ToolCall): Json {
  const input = argumentsObject(call.argumentsText);
  return { type: "tool_use", id: plainId(call.id), name: call.name, input };
}

function resultBlock(message: ChatMessage, content: Json[]): Json {
  // A mark of the cache stands at the result, not in it.
  const { cache_control } = content.findLast((block) => "cache_control" in block) ?? {};
  return {
    type: "tool_result",
    tool_use_id: plainId(message.toolCallId ?? ""),
    content: content.map(({ cache_control: _mark, ...block }) => block),
    ...(cache_control === undefined ? {} : { cache_control }),
  };
}

/** Only these characters are taken; the same id becomes the same. */
const plainId = (id: string): string => id.replace(/[^\w-]/g, "_") || "call";

/** An answer that is to be continued must not end in white space. */
function trimPrefill(last: Json | undefined): void {
  const block = asObject(asArray(last?.content).at(-1));
  if (last?.role !== "assistant" || typeof block?.text !== "string") return;
  last.content = [...asArray(last.content).slice(0, -1), { ...block, text: block.text.trimEnd() }];
}
