import { useEffect, useState } from "react";
import { copyText } from "../lib/clipboard.ts";
import { texts } from "../lib/i18n.ts";
import { showToast } from "./toast.tsx";

const SHOWN_MS = 1600;

/** Copies, and says for a moment that it did. */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (text: string) => {
    void copyText(text).then((done) => {
      setCopied(done);
      if (!done) showToast(texts().copyFailed, { tone: "problem" });
    });
  };
  return { copied, copy };
}
