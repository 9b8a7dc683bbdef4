/** Conversations for platforms that keep the instructions apart from what was said. */
import type { ChatMessage, ContentPart } from "../../core/run.ts";

/** The texts of a message, in one. */
export function textOfParts(parts: readonly ContentPart[]): string {
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

export interface Turns {
  /** Texts of the system messages, wherever they stood. */
  system: string[];
  turns: ChatMessage[];
  /** Whether a system message stood after the first turn: its place is lost. */
  moved: boolean;
}

/** A conversation of nothing but instructions is taken for a question. */
export function splitSystem(messages: readonly ChatMessage[]): Turns {
  const isSystem = (message: ChatMessage) => message.role === "system";
  const texts = messages.filter(isSystem).map((message) => textOfParts(message.content));
  const system = texts.filter((text) => text.trim() !== "");
  const turns = messages.filter((message) => !isSystem(message));
  if (turns.length === 0 && system.length > 0) {
    const content: ContentPart[] = [{ type: "text", text: system.join("\n\n") }];
    return { system: [], turns: [{ role: "user", content }], moved: false };
  }
  const firstTurn = messages.findIndex((message) => !isSystem(message));
  return { system, turns, moved: messages.findLastIndex(isSystem) > firstTurn };
}

const FILES_FOLLOW = "(The files follow.)";

/**
 * For platforms whose results of tools are text: files in them follow in a message of the user,
 * after the last result of that turn.
 */
export function withFilesAfterResults(messages: readonly ChatMessage[]): ChatMessage[] {
  const moved: ChatMessage[] = [];
  let files: ContentPart[] = [];
  const flush = (): void => {
    if (files.length > 0) moved.push({ role: "user", content: files });
    files = [];
  };
  for (const message of messages) {
    if (message.role !== "tool") flush();
    const own =
      message.role === "tool" ? message.content.filter((part) => part.type !== "text") : [];
    files.push(...own);
    const texts = message.content.filter((part) => part.type === "text");
    const content: ContentPart[] = [...texts, { type: "text", text: FILES_FOLLOW }];
    moved.push(own.length > 0 ? { ...message, content } : message);
  }
  flush();
  return moved;
}

/**
 * For platforms that take questions and answers in turn, a question first and last: at most `max`,
 * the newest. The instructions stand in front of the first.
 */
export function alternateTurns(
  messages: readonly ChatMessage[],
  max = Number.POSITIVE_INFINITY,
): ChatMessage[] {
  const { system, turns } = splitSystem(messages);
  const merged: ChatMessage[] = [];
  for (const { role, content } of turns) {
    const speaker = role === "assistant" ? role : "user";
    const filled = content.filter((part) => part.type !== "text" || part.text.trim() !== "");
    const last = merged.at(-1);
    if (last?.role === speaker) last.content.push(...filled);
    else if (filled.length > 0) merged.push({ role: speaker, content: filled });
  }
  const kept = merged.slice(-max);
  if (kept[0]?.role === "assistant") kept.shift();
  if (system.length > 0) kept[0]?.content.unshift({ type: "text", text: system.join("\n\n") });
  return kept.map(({ role, content }) => ({ role, content: withOneText(content) }));
}

function withOneText(parts: readonly ContentPart[]): ContentPart[] {
  const text = textOfParts(parts);
  const files = parts.filter((part) => part.type !== "text");
  return text === "" ? files : [{ type: "text", text }, ...files];
}
