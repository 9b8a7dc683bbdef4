/** What is sent to an app of FastGPT: the new message, or the whole of a conversation it does not keep. */
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, ChatMessage, ContentPart, UpstreamError } from "../../core/run.ts";
import { upstreamError } from "../kit/http-errors.ts";
import type { Json } from "../kit/json.ts";
import { questionOf } from "../kit/question.ts";
import { alternateTurns } from "../kit/turns.ts";

/**
 * Null where the history is sent along: under an id some versions would drop it, and others would
 * put it behind what they keep themselves.
 */
export function chatIdOf(input: ChatInput): string | null {
  if (input.upstreamConversation !== undefined) return input.upstreamConversation;
  return alternateTurns(input.messages).length > 1 ? null : (input.newConversation ?? null);
}

export function messagesOf(input: ChatInput): Result<Json[], UpstreamError> {
  const question = questionOf(input);
  if (!question.ok) return question;
  const messages: Json[] = [];
  for (const { role, content } of turnsOf(input)) {
    const parts = content.map(partOf);
    if (parts.some((part) => part === null)) {
      const detail = "This agent takes pictures, and documents as https addresses.";
      return fail(upstreamError("rejected", detail));
    }
    const [only] = content;
    const isText = content.length === 1 && only?.type === "text";
    messages.push({ role, content: isText ? only.text : parts });
  }
  return ok(messages);
}

function turnsOf({ messages, upstreamConversation }: ChatInput): ChatMessage[] {
  if (upstreamConversation === undefined) return alternateTurns(messages);
  return alternateTurns(messages.filter(({ role }) => role !== "system")).slice(-1);
}

function partOf(part: ContentPart): Json | null {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "image") return { type: "image_url", image_url: { url: part.url } };
  if (part.type === "audio" || !part.url.startsWith("https://")) return null;
  return { type: "file_url", name: part.name, url: part.url };
}
