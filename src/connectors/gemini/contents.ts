/** A conversation as Gemini takes it: `contents` of parts. */
import { argumentsObject } from "../../core/arguments.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatMessage, ContentPart, ToolCall, UpstreamError } from "../../core/run.ts";
import { readDataUrl } from "../kit/data-url.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asObject, type Json, parseJson } from "../kit/json.ts";
import { textOfParts } from "../kit/turns.ts";

export interface ContentHabits {
  /** Whether a replayed call is refused without the signature of the thought behind it. */
  needsSignatures: boolean;
}

/** Documented for calls that another model made, or whose signature a client has lost. */
const NO_SIGNATURE = "skip_thought_signature_validator";
const OWN_FILE =
  /^https:\/\/(generativelanguage\.googleapis\.com\/.*\/?files\/|(www\.)?youtube\.com\/|youtu\.be\/)/;

export function contentsOf(
  turns: readonly ChatMessage[],
  habits: ContentHabits,
): Result<Json[], UpstreamError> {
  const contents: Json[] = [];
  const names = new Map<string, string>();
  let results: Json[] | null = null;
  for (const message of turns) {
    for (const call of message.toolCalls ?? []) names.set(call.id, call.name);
    const parts = partsOf(message, names, habits);
    if (!parts.ok) return parts;
    if (parts.value.length === 0) continue;
    if (message.role === "tool" && results) {
      // The results of calls made at once belong into one turn.
      results.push(...parts.value);
      continue;
    }
    results = message.role === "tool" ? parts.value : null;
    contents.push({ role: message.role === "assistant" ? "model" : "user", parts: parts.value });
  }
  return contents.length > 0
    ? ok(contents)
    : fail(upstreamError("rejected", "The conversation is empty."));
}

function partsOf(
  message: ChatMessage,
  names: ReadonlyMap<string, string>,
  habits: ContentHabits,
): Result<Json[], UpstreamError> {
  const parts: Json[] = [];
  if (message.role === "tool") parts.push(resultPart(message, names));
  for (const part of message.content) {
    if (part.type === "text") {
      if (part.text !== "" && message.role !== "tool") parts.push({ text: part.text });
      continue;
    }
    const file = filePart(part);
    if (!file.ok) return file;
    parts.push(file.value);
  }
  parts.push(...callParts(message.toolCalls ?? [], habits));
  return ok(parts);
}

/** Of calls made at once only the first carries a signature. */
function callParts(calls: readonly ToolCall[], habits: ContentHabits): Json[] {
  const unsigned = habits.needsSignatures && calls.every((call) => call.seal === undefined);
  return calls.map((call, at) => {
    const seal = call.seal ?? (unsigned && at === 0 ? NO_SIGNATURE : undefined);
    return {
      functionCall: { id: call.id, name: call.name, args: argumentsObject(call.argumentsText) },
      ...(seal === undefined ? {} : { thoughtSignature: seal }),
    };
  });
}

function resultPart(message: ChatMessage, names: ReadonlyMap<string, string>): Json {
  const id = message.toolCallId ?? "";
  const text = textOfParts(message.content);
  return {
    functionResponse: {
      ...(id === "" ? {} : { id }),
      name: names.get(id) ?? message.name ?? "tool",
      response: asObject(parseJson(text)) ?? { content: text },
    },
  };
}

/** What Gemini reads by its address: its own files, and videos of YouTube. */
export const readsItself = (url: string): boolean => OWN_FILE.test(url);

function filePart(part: Exclude<ContentPart, { type: "text" }>): Result<Json, UpstreamError> {
  if (part.type === "audio") {
    return ok({ inlineData: { mimeType: `audio/${part.format}`, data: part.data } });
  }
  if (readsItself(part.url)) {
    const mime = part.type === "file" ? { mimeType: part.mime } : {};
    return ok({ fileData: { ...mime, fileUri: part.url } });
  }
  const inline = readDataUrl(part.url);
  return inline
    ? ok({ inlineData: { mimeType: inline.mime, data: inline.data } })
    : fail(
        upstreamError(
          "rejected",
          "Gemini does not fetch files from the web: send pictures and files as data: addresses.",
        ),
      );
}
