/** Whether a media query holds, followed live. */
import { useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Phones and narrow windows: the side bar becomes a drawer. */
export const NARROW = "(max-width: 860px)";
