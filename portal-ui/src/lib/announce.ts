/** One polite sentence for screen readers: what has started, finished or failed. */
import { createStore } from "./store.ts";

export const announcement = createStore("");

export function announce(text: string): void {
  announcement.set(text);
}
