/**
 * What is sent to a Dify app. Dify keeps the conversation itself and takes only the new message;
 * a client that has no conversation there but sends earlier turns along (any stateless client of
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
import { upstreamError } from "../kit/http-errors.ts";

export interface DifyFile {
  type: "image" | "document";
  transfer_method: "remote_url";
  url: string;
}

/** A message needs a text; this one stands where there are only pictures. */
const ONLY_FILES = "Please look at the attached files.";

export function queryOf(input: ChatInput): Result<string, UpstreamError> {
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

/** Files of the new message. Dify fetches them itself, so they need an address it can reach. */
export function filesOf(input: ChatInput): Result<DifyFile[], UpstreamError> {
  const files: DifyFile[] = [];
  for (const part of split(input.messages).latest.flatMap((message) => message.content)) {
    if (part.type === "text") continue;
    const file = fileOf(part);
    if (!file) {
      return fail(
        upstreamError(
          "rejected",
          "This agent takes pictures and documents only as https addresses, not as uploaded data.",
        ),
      );
    }
    files.push(file);
  }
  return ok(files);
}

function fileOf(part: Exclude<ContentPart, { type: "text" }>): DifyFile | null {
  if (part.type === "audio" || !part.url.startsWith("https://")) return null;
  const type = part.type === "image" ? "image" : "document";
  return { type, transfer_method: "remote_url", url: part.url };
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
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

const SPEAKERS = { user: "User", assistant: "Assistant", tool: "Tool", system: "System" } as const;

function turnOf(message: ChatMessage): string[] {
  const text = textOf(message).trim();
  return text === "" ? [] : [`${SPEAKERS[message.role]}: ${text}`];
}
