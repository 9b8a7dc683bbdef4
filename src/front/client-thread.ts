/**
 * A conversation that a client names, so that an agent's platform goes on with it. A name that says
 * so counts always; `user` names a person, not a talk, and is taken for one only where no earlier
 * answer comes along that would speak for itself.
 */
import type { ChatInput } from "../core/run.ts";

const NAME_CHARACTERS_MAX = 512;

interface Written {
  metadata?: Record<string, unknown> | null | undefined;
  user?: unknown;
}

/** As a part of what is asked; with where the name stood, so that no two kinds meet. */
export function threadOf(
  { metadata, user }: Written,
  messages: ChatInput["messages"],
): Pick<ChatInput, "thread"> {
  const named = nameOf(metadata?.conversation_id);
  if (named !== null) return { thread: `conversation ${named}` };
  const hasAnswers = messages.some(({ role }) => role === "assistant" || role === "tool");
  const person = hasAnswers ? null : nameOf(user);
  return person === null ? {} : { thread: `user ${person}` };
}

function nameOf(value: unknown): string | null {
  const isName = typeof value === "string" && value.trim() !== "";
  return isName && value.length <= NAME_CHARACTERS_MAX ? value : null;
}
