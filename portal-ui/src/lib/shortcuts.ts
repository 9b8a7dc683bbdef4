/** Keyboard shortcuts. `mod` is ⌘ on Apple machines and Ctrl elsewhere. */
import { useEffect, useRef } from "react";

export const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** True while an input method composes: its Enter and Escape belong to it, not to us. */
export function isComposing(event: { isComposing?: boolean; keyCode: number }): boolean {
  // Safari reports the Enter that ends a composition as not composing, with keyCode 229.
  return event.isComposing === true || event.keyCode === 229;
}

/** `mod+k`, `mod+shift+o`, `escape` … of an event. */
export function chordOf(event: KeyboardEvent): string {
  const mod = isApple ? event.metaKey : event.ctrlKey;
  return `${mod ? "mod+" : ""}${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
}

/** Calls the action of a chord wherever the focus is, except under an open dialog. */
export function useShortcuts(actions: Record<string, (() => void) | undefined>): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event)) return;
      const action = current.current[chordOf(event)];
      if (!action || document.querySelector("dialog[open], [popover]:popover-open")) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
