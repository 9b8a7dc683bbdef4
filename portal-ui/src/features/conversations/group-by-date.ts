/** Conversations under the headings of the list. */
import type { Conversation } from "@contract/portal.ts";

export type DateGroup = "pinned" | "today" | "yesterday" | "last7Days" | "last30Days" | "older";

const ORDER: DateGroup[] = ["pinned", "today", "yesterday", "last7Days", "last30Days", "older"];

/** Whole local days from one moment to another. */
function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}

function groupOf(conversation: Conversation, now: Date): DateGroup {
  if (conversation.pinned) return "pinned";
  const days = daysBetween(new Date(conversation.updatedAt), now);
  if (days <= 0) return "today";
  if (days === 1) return "yesterday";
  if (days <= 7) return "last7Days";
  return days <= 30 ? "last30Days" : "older";
}

/** Groups in order, newest first inside each; empty ones are left out. */
export function groupByDate(
  conversations: readonly Conversation[],
  now: Date,
): { group: DateGroup; conversations: Conversation[] }[] {
  const sorted = [...conversations].sort((one, other) =>
    other.updatedAt.localeCompare(one.updatedAt),
  );
  return ORDER.map((group) => ({
    group,
    conversations: sorted.filter((conversation) => groupOf(conversation, now) === group),
  })).filter((entry) => entry.conversations.length > 0);
}
