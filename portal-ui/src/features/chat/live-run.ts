/**
 * The run being written now, one per conversation, outside the component tree so that it goes on
 * while another page is shown.
 *
 * 1. Events change the state at once, listeners hear of it once per animation frame: tokens may
 *    come faster than frames.
 * 2. In a hidden tab there are no frames; a timer takes their place.
 * 3. `start` begins the answer's text anew: a resumed run is told from its beginning.
 */
import type { Conversation, Message, PortalRunEvent } from "@contract/portal.ts";

export interface PendingMessage {
  text: string;
  images: string[];
  parentId: string | null;
  target: string;
}

export interface LiveRun {
  phase: "sending" | "waiting" | "writing";
  reconnecting: boolean;
  /** What was sent and is not confirmed by `start` yet; null when answering anew. */
  pending: PendingMessage | null;
  /**
   * The message below which the new ones will stand, null for the start of the conversation: until
   * `start` nothing after it is shown. Undefined where the messages are known already.
   */
  below: string | null | undefined;
  /** The answer so far; null until `start`. */
  answer: Message | null;
  conversation: Conversation | null;
  /** What the platform says it is doing, such as searching. */
  status: string;
  /** The person pressed stop; the end is on its way. */
  stopping: boolean;
}

export const newRun = (
  pending: PendingMessage | null,
  below: string | null | undefined,
): LiveRun => ({
  phase: "sending",
  reconnecting: false,
  pending,
  below,
  answer: null,
  conversation: null,
  status: "",
  stopping: false,
});

/** The run after an event; text of an event before `start` has nowhere to go and is dropped. */
export function applyEvent(run: LiveRun, event: PortalRunEvent): LiveRun {
  if (event.type === "start") {
    const { assistant: answer, conversation } = event;
    return { ...run, phase: "waiting", pending: null, below: undefined, answer, conversation };
  }
  if (event.type === "end") {
    return { ...run, answer: event.message, conversation: event.conversation };
  }
  const { answer } = run;
  if (!answer) return run;
  const change = (part: Partial<Message>): LiveRun => ({
    ...run,
    phase: "writing",
    answer: { ...answer, ...part },
  });
  switch (event.type) {
    case "text":
      return { ...change({ text: answer.text + event.text }), status: "" };
    case "replace":
      return { ...change({ text: event.text }), status: "" };
    case "reasoning":
      return change({ reasoning: answer.reasoning + event.text });
    case "citation":
      return change({ citations: [...answer.citations, event.citation] });
    case "suggestion":
      return change({ suggestions: [...answer.suggestions, event.text] });
    case "status":
      return { ...run, status: event.label };
  }
}

/** Calls back once per frame, however often it is asked. */
export function createFrame(callback: () => void): () => void {
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    callback();
  };
  return () => {
    if (scheduled) return;
    scheduled = true;
    if (document.hidden) setTimeout(flush, 200);
    else requestAnimationFrame(flush);
  };
}
