/** Which branch of each conversation is shown, for as long as this tab is open. */
import type { Message } from "@contract/portal.ts";
import { createStore, useStore } from "../../lib/store.ts";
import { type Choices, choose } from "./tree.ts";

const NONE: Choices = {};
const store = createStore<Readonly<Record<string, Choices>>>({});

export const useChoices = (conversationId: string): Choices =>
  useStore(store)[conversationId] ?? NONE;

export function setChoices(conversationId: string, choices: Choices): void {
  store.set((all) => ({ ...all, [conversationId]: choices }));
}

/** Shows messages just made, whatever was chosen among their siblings before. */
export function showMessages(conversationId: string, ...messages: (Message | null)[]): void {
  let choices = store.get()[conversationId] ?? NONE;
  for (const message of messages) if (message) choices = choose(message, choices);
  setChoices(conversationId, choices);
}

export const choicesOf = (conversationId: string): Choices => store.get()[conversationId] ?? NONE;
