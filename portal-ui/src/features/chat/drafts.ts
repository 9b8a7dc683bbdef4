/**
 * What was typed and attached but not sent, by conversation. Texts are kept in this browser, per
 * person, and survive a reload or an ended session; pictures live as long as the tab.
 */
import { useCallback } from "react";
import { currentUserId } from "../../app/session.ts";
import { recall, remember } from "../../lib/storage.ts";
import { createStore, useStore } from "../../lib/store.ts";

const NO_IMAGES: readonly string[] = [];
const drafts = createStore<Readonly<Record<string, string>>>({});
const attachments = createStore<Readonly<Record<string, readonly string[]>>>({});

const nameOf = (key: string) => `draft.${currentUserId()}.${key}`;

export function writeDraft(key: string, text: string): void {
  const name = nameOf(key);
  drafts.set((all) => ({ ...all, [name]: text }));
  remember(name, text);
}

/** Empties the field while a message is on its way; what is stored waits until it has arrived. */
export function hideDraft(key: string): void {
  const name = nameOf(key);
  drafts.set((all) => ({ ...all, [name]: "" }));
}

/** The message has arrived: stored is now what has been typed since. */
export function settleDraft(key: string): void {
  const name = nameOf(key);
  const typed = drafts.get()[name];
  // A draft of an earlier visit that nobody has touched stays.
  if (typed !== undefined) remember(name, typed);
}

export function writeAttachments(key: string, images: readonly string[]): void {
  const name = nameOf(key);
  attachments.set((all) => ({ ...all, [name]: images }));
}

/** The draft of a conversation, and how to change it. */
export function useDraft(key: string) {
  const name = nameOf(key);
  const text = useStore(drafts)[name] ?? recall(name) ?? "";
  const images = useStore(attachments)[name] ?? NO_IMAGES;
  const setText = useCallback((next: string) => writeDraft(key, next), [key]);
  const setImages = useCallback((next: readonly string[]) => writeAttachments(key, next), [key]);
  return { text, images, setText, setImages };
}
