/** Whether Enter sends, or ⌘/Ctrl + Enter. */
import { recall, remember } from "../../lib/storage.ts";
import { createStore } from "../../lib/store.ts";

export type SendKey = "enter" | "mod";

export const sendKeyStore = createStore<SendKey>(recall("send-key") === "mod" ? "mod" : "enter");

export function chooseSendKey(key: SendKey): void {
  sendKeyStore.set(key);
  remember("send-key", key === "enter" ? null : key);
}

interface KeyPress {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  ctrlKey: boolean;
}

/** Whether this key press means “send”. */
export function isSendKey(event: KeyPress, choice: SendKey): boolean {
  if (event.key !== "Enter" || event.shiftKey || event.altKey) return false;
  const mod = event.metaKey || event.ctrlKey;
  return choice === "mod" ? mod : !mod;
}
