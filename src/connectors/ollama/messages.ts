/** A conversation as Ollama takes it: texts are strings, pictures stand beside them as base64. */
import { argumentsObject } from "../../core/arguments.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatMessage, ContentPart, ToolCall, UpstreamError } from "../../core/run.ts";
import { readDataUrl } from "../kit/data-url.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asText, type Json } from "../kit/json.ts";
import { textOfParts } from "../kit/turns.ts";

export function messagesOf(messages: readonly ChatMessage[]): Result<Json[], UpstreamError> {
  /** Results name the tool, clients only the call. */
  const names = new Map<string, string>();
  const encoded: Json[] = [];
  for (const message of messages) {
    for (const call of message.toolCalls ?? []) names.set(call.id, call.name);
    const images = imagesOf(message.content);
    if (!images.ok) return images;
    encoded.push({
      role: message.role,
      content: textOfParts(message.content),
      ...(images.value.length > 0 ? { images: images.value } : {}),
      ...thinkingOf(message),
      ...(message.toolCalls?.length ? { tool_calls: message.toolCalls.map(callOf) } : {}),
      ...resultOf(message, names),
    });
  }
  return ok(encoded);
}

function imagesOf(parts: readonly ContentPart[]): Result<string[], UpstreamError> {
  const images: string[] = [];
  for (const part of parts) {
    if (part.type === "text") continue;
    const inline = part.type === "audio" ? null : readDataUrl(part.url);
    if (!inline?.mime.startsWith("image/")) {
      return fail(upstreamError("rejected", "Ollama reads texts and pictures only."));
    }
    images.push(inline.data);
  }
  return ok(images);
}

/** Models that call tools follow their own earlier thoughts, where the client kept them. */
function thinkingOf({ role, raw }: ChatMessage): Json {
  const value = raw?.protocol === "openai-chat" && role === "assistant" ? raw.value : {};
  const thinking = asText(value.reasoning_content) ?? asText(value.reasoning);
  return thinking === null ? {} : { thinking };
}

function callOf(call: ToolCall): Json {
  return {
    id: call.id,
    function: { name: call.name, arguments: argumentsObject(call.argumentsText) },
  };
}

function resultOf(message: ChatMessage, names: ReadonlyMap<string, string>): Json {
  if (message.role !== "tool") return {};
  const id = message.toolCallId;
  const name = (id === undefined ? undefined : names.get(id)) ?? message.name;
  return {
    ...(name === undefined ? {} : { tool_name: name }),
    ...(id === undefined ? {} : { tool_call_id: id }),
  };
}
