/** What a run sends: the branch as chat messages, and the platform's conversation it continues. */
import type { ChatMessage, ContentPart } from "../../core/run.ts";
import { LIMITS } from "./limits.ts";
import type { MessageRow, MessageTable } from "./messages.ts";

export interface Prompt {
  messages: ChatMessage[];
  upstreamConversation: string | null;
}

/** `userMessageId` is the leaf: the message to be answered. */
export function promptOf(messages: MessageTable, userMessageId: string, target: string): Prompt {
  const branch = messages.branch(userMessageId, LIMITS.promptMessages);
  return {
    messages: chatMessages(branch, (id) => messages.imagesOf(id)),
    upstreamConversation: continuedConversation(messages, branch, target),
  };
}

/**
 * Newest first in, oldest first out. The oldest are dropped where the bound is met, and with them
 * an answer that would then come first; answers without text (failed, stopped early) say nothing.
 */
export function chatMessages(
  newestFirst: readonly MessageRow[],
  imagesOf: (messageId: string) => string[],
): ChatMessage[] {
  const chat: ChatMessage[] = [];
  let room: number = LIMITS.promptCharacters;
  for (const [age, row] of newestFirst.entries()) {
    room -= row.text.length;
    if (age > 0 && room < 0) break;
    const content: ContentPart[] = [];
    if (row.text !== "") content.push({ type: "text", text: row.text });
    if (row.role === "user") {
      for (const url of imagesOf(row.id)) content.push({ type: "image", url });
    }
    if (content.length > 0) chat.push({ role: row.role, content });
  }
  while (chat.at(-1)?.role === "assistant") chat.pop();
  return chat.reverse();
}

/**
 * A platform keeps its own, linear conversation. It is continued only from the answer just above,
 * when the same target wrote that and the platform has heard nothing since: a branch or a
 * regeneration starts a new one, because the platform cannot forget the other alternative.
 */
function continuedConversation(
  messages: MessageTable,
  newestFirst: readonly MessageRow[],
  target: string,
): string | null {
  const above = newestFirst[1];
  if (!above || above.target !== target || above.upstream_conversation === null) return null;
  const newest = messages.newestOfUpstream(above.conversation_id, above.upstream_conversation);
  return newest === above.id ? above.upstream_conversation : null;
}
