/**
 * Messages form a tree: answering anew or editing makes a sibling. What is shown is one path from
 * the root; where there are siblings, the one that leads to the newest message is shown unless
 * another was chosen: a conversation opens where it was left.
 */
import type { Message } from "@contract/portal.ts";

/** The chosen child of a message, by the parent's id (`""` for the start of the conversation). */
export type Choices = Readonly<Record<string, string>>;

export interface PathStep {
  message: Message;
  /** All messages with the same parent, oldest first, this one among them. */
  siblings: readonly string[];
}

const keyOf = (parentId: string | null) => parentId ?? "";

function childrenOf(messages: readonly Message[]): Map<string, Message[]> {
  const children = new Map<string, Message[]>();
  for (const message of messages) {
    const key = keyOf(message.parentId);
    const list = children.get(key);
    if (list) list.push(message);
    else children.set(key, [message]);
  }
  return children;
}

/** For every message the position of the newest message at or below it. Parents come before children. */
function newestBelow(messages: readonly Message[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (!message) continue;
    const below = newest.get(message.id) ?? index;
    newest.set(message.id, below);
    if (message.parentId !== null) {
      newest.set(message.parentId, Math.max(below, newest.get(message.parentId) ?? 0));
    }
  }
  return newest;
}

/** The shown path, from the first message to the last. `messages` are in order of creation. */
export function pathOf(messages: readonly Message[], choices: Choices): PathStep[] {
  const children = childrenOf(messages);
  const newest = newestBelow(messages);
  const latest = (one: Message, other: Message) =>
    (newest.get(other.id) ?? 0) > (newest.get(one.id) ?? 0) ? other : one;
  const path: PathStep[] = [];
  let key = "";
  // A path is never longer than the tree: broken parents cannot make this run forever.
  while (path.length < messages.length) {
    const siblings = children.get(key);
    if (!siblings) break;
    const message = siblings.find(({ id }) => id === choices[key]) ?? siblings.reduce(latest);
    path.push({ message, siblings: siblings.map(({ id }) => id) });
    key = message.id;
  }
  return path;
}

/** Choices after showing the sibling that is `offset` away from a message. */
export function chooseSibling(step: PathStep, offset: number, choices: Choices): Choices {
  const index = step.siblings.indexOf(step.message.id) + offset;
  const chosen = step.siblings[index];
  return chosen === undefined ? choices : { ...choices, [keyOf(step.message.parentId)]: chosen };
}

/** Choices that show a message just made, whatever was chosen among its siblings before. */
export function choose(message: Message, choices: Choices): Choices {
  return { ...choices, [keyOf(message.parentId)]: message.id };
}

/** The messages with these put in: replaced where known, else appended. */
export function withMessages(
  messages: readonly Message[],
  ...changed: (Message | null)[]
): Message[] {
  const result = [...messages];
  for (const message of changed) {
    if (!message) continue;
    const index = result.findIndex(({ id }) => id === message.id);
    if (index < 0) result.push(message);
    else result[index] = message;
  }
  return result;
}
