/**
 * Messages form a tree: answering anew or editing makes a sibling. What is shown is one path from
 * the root; where there are siblings the newest is shown unless another was chosen.
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

/** The shown path, from the first message to the last. `messages` are in order of creation. */
export function pathOf(messages: readonly Message[], choices: Choices): PathStep[] {
  const children = childrenOf(messages);
  const path: PathStep[] = [];
  let key = "";
  // A path is never longer than the tree: broken parents cannot make this run forever.
  while (path.length < messages.length) {
    const siblings = children.get(key);
    if (!siblings) break;
    const message = siblings.find(({ id }) => id === choices[key]) ?? siblings.at(-1);
    if (!message) break;
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
