/** What can be done in a conversation, with the drafts and branches that follow from it. */
import type { Message } from "@contract/portal.ts";
import { useCallback } from "react";
import { useLocation } from "wouter";
import { showToast } from "../../components/toast.tsx";
import { ApiError } from "../../lib/api.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { hideDraft, settleDraft, writeAttachments, writeDraft } from "./drafts.ts";
import { NEW } from "./live-runs.ts";
import { regenerate, sendMessage } from "./runs.ts";

interface Options {
  conversationId: string | null;
  target: string | null;
  /** The last shown message: what the next one answers. */
  lastId: string | null;
  toBottom: () => void;
}

/** Says why a message was not taken; nothing of an ended session, the log-in page does that. */
function tellRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) return;
  showToast(sentenceOf(error), { tone: "problem" });
}

export function useChat({ conversationId, target, lastId, toBottom }: Options) {
  const [, navigate] = useLocation();
  const draftKey = conversationId ?? NEW;

  const send = useCallback(
    (text: string, images: readonly string[], parentId: string | null) => {
      if (target === null) return;
      const message = { text, images: [...images], parentId, target };
      toBottom();
      void sendMessage(conversationId, message, {
        onStarted: (id) => {
          settleDraft(draftKey);
          // The person may have gone elsewhere meanwhile: then the page stays where it is.
          if (conversationId === null && location.pathname === "/new") {
            navigate(`/c/${id}`, { replace: true });
          }
        },
        onRefused: (error) => {
          // Nothing typed is ever lost.
          writeDraft(draftKey, text);
          writeAttachments(draftKey, images);
          tellRefusal(error);
        },
      });
    },
    [conversationId, draftKey, navigate, target, toBottom],
  );

  const sendDraft = useCallback(
    (text: string, images: readonly string[]) => {
      hideDraft(draftKey);
      writeAttachments(draftKey, []);
      send(text, images, lastId);
    },
    [draftKey, lastId, send],
  );

  const sendText = useCallback((text: string) => send(text, [], lastId), [lastId, send]);

  const edit = useCallback(
    (question: Message, text: string) => send(text, question.images, question.parentId),
    [send],
  );

  const again = useCallback(
    (answer: Message) => {
      if (conversationId === null || target === null || answer.parentId === null) return;
      toBottom();
      void regenerate(conversationId, answer.parentId, target, { onRefused: tellRefusal });
    },
    [conversationId, target, toBottom],
  );

  return { sendDraft, sendText, edit, again, draftKey };
}
