/**
 * What is asked of a platform that keeps the conversation itself and takes only the new message.
 * A client that has no conversation there but sends earlier turns along (any stateless client of
 * `/v1`) gets them folded into the message, in sections that a model reads without explanation:
 *
 *     [Instructions]
 *     <system texts>
 *
 *     [Conversation so far]
 *     User: …
 *     Assistant: …
 *
 *     [New message]
 *     <text>
 */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ChatMessage, ContentPart, UpstreamError } from "../../core/run.ts";
import { openAiFieldsBeyond } from "./client-fields.ts";
import { upstreamError } from "./http-errors.ts";

/** A message needs a text; this one stands where there are only pictures. */
const ONLY_FILES = "Please look at the attached files.";

export function questionOf(input: ChatInput): Result<string, UpstreamError> {
  const { earlier, latest } = split(input.messages);
  const asked = latest.map(textOf).filter(isFilled).join("\n\n");
  const text = asked || (latest.some(hasFiles) ? ONLY_FILES : "");
  if (text === "") return fail(upstreamError("rejected", "The message has no text."));
  if (input.upstreamConversation !== undefined) return ok(text);
  const instructions = earlier.filter(isSystem).map(textOf).filter(isFilled).join("\n\n");
  const turns = earlier.filter((message) => !isSystem(message)).flatMap(turnOf);
  if (instructions === "" && turns.length === 0) return ok(text);
  const sections = [`[New message]\n${text}`];
  if (turns.length > 0) sections.unshift(`[Conversation so far]\n${turns.join("\n")}`);
  if (instructions !== "") sections.unshift(`[Instructions]\n${instructions}`);
  return ok(sections.join("\n\n"));
}

export type FilePart = Exclude<ContentPart, { type: "text" }>;

/** The files of the new message; those of earlier ones have been looked at. */
export function newFiles(input: ChatInput): FilePart[] {
  const parts = split(input.messages).latest.flatMap((message) => message.content);
  return parts.filter((part) => part.type !== "text");
}

/** Settings of the model in a request, for apps that have settings of their own. */
export function ignoredSettings(input: ChatInput, platform: string): string[] {
  const ignored = [
    input.tools ? "tools" : null,
    input.temperature === undefined ? null : "temperature",
    input.topP === undefined ? null : "top_p",
    input.stop ? "stop" : null,
    input.maxOutputTokens === undefined ? null : "the output limit",
    input.responseFormat ? "the response format" : null,
    ...openAiFieldsBeyond(input),
  ].filter((name) => name !== null);
  return ignored.length === 0
    ? []
    : [`An app of ${platform} has settings of its own; ignored: ${ignored.join(", ")}.`];
}

/** The new message is what the person wrote since the last answer. */
function split(messages: readonly ChatMessage[]): {
  earlier: ChatMessage[];
  latest: ChatMessage[];
} {
  const answered = messages.findLastIndex(
    (message) => message.role === "assistant" || message.role === "tool",
  );
  const tail = messages.slice(answered + 1);
  return {
    earlier: [...messages.slice(0, answered + 1), ...tail.filter(isSystem)],
    latest: tail.filter((message) => message.role === "user"),
  };
}

const isSystem = (message: ChatMessage): boolean => message.role === "system";
const isFilled = (text: string): boolean => text.trim() !== "";
const hasFiles = (message: ChatMessage): boolean =>
  message.content.some((part) => part.type !== "text");

function textOf(message: ChatMessage): string {
  return message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

const SPEAKERS = { user: "User", assistant: "Assistant", tool: "Tool", system: "System" } as const;

function turnOf(message: ChatMessage): string[] {
  const text = textOf(message).trim();
  return text === "" ? [] : [`${SPEAKERS[message.role]}: ${text}`];
}
