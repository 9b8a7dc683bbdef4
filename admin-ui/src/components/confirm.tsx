/** A question before a dangerous action. The dialog itself is loaded when it is first needed. */
import { type ReactNode, useState } from "react";
import { lazyPart } from "../lib/lazy-part.tsx";
import type { Question } from "./question.ts";

const ConfirmDialog = lazyPart(async () => (await import("./confirm-dialog.tsx")).ConfirmDialog);

/** `const confirm = useConfirm(); confirm.ask({…}); … {confirm.dialog}` */
export function useConfirm(): { ask: (question: Question) => void; dialog: ReactNode } {
  const [asked, setAsked] = useState<{ question: Question; number: number } | null>(null);
  const [opened, setOpened] = useState(false);
  const dialog = asked && (
    <ConfirmDialog
      key={asked.number}
      question={asked.question}
      opened={opened}
      onClose={() => setOpened(false)}
    />
  );
  const ask = (question: Question) => {
    setAsked((before) => ({ question, number: (before?.number ?? 0) + 1 }));
    setOpened(true);
  };
  return { ask, dialog };
}
