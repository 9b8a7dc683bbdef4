/**
 * Keeps the end of a growing conversation in view, without fighting the reader.
 *
 * 1. It sticks while the end is in view; content that grows is followed by a ResizeObserver.
 * 2. Only a `scrollTop` that decreases, away from the end, lets go: growth alone never looks like
 *    the reader scrolling. A decrease while the content shrinks is the browser's, not the reader's.
 * 3. Coming back to the end, by hand or by the button, sticks again.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const NEAR_PX = 48;

export function useBottom(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  /** A new key is another conversation: it begins at its end. */
  key: string,
) {
  const sticking = useRef(true);
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    sticking.current = true;
    setAtBottom(true);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) return;
    let last = element.scrollTop;
    let lastHeight = element.scrollHeight;
    toBottom();
    const onScroll = () => {
      const distance = element.scrollHeight - element.clientHeight - element.scrollTop;
      if (distance <= NEAR_PX) sticking.current = true;
      else if (element.scrollTop < last && element.scrollHeight >= lastHeight) {
        sticking.current = false;
      }
      last = element.scrollTop;
      lastHeight = element.scrollHeight;
      setAtBottom(sticking.current || distance <= NEAR_PX);
    };
    const observer = new ResizeObserver(() => {
      if (sticking.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [key]);

  return { atBottom, toBottom };
}
