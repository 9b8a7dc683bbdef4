/** Starting, following and stopping runs: what the chat page does to the server. */
import { ApiError } from "@contract/call.ts";
import type { Message, PortalRunEvent } from "@contract/portal.ts";
import { noticeSignedOut, queryClient } from "../../app/query-client.ts";
import { announce } from "../../lib/announce.ts";
import { api } from "../../lib/api.ts";
import { texts } from "../../lib/i18n.ts";
import { sentenceOf, sentenceOfCode } from "../../lib/sentence.ts";
import { showMessages } from "./choices.ts";
import { followRun } from "./follow-run.ts";
import { applyEvent, type LiveRun, newRun, type PendingMessage } from "./live-run.ts";
import { beginRun, changeRun, endRun, liveRun, NEW, nameRun } from "./live-runs.ts";
import { conversationQuery, putConversation, putMessages, walletQuery } from "./queries.ts";

export interface RunHandlers {
  /** The server has taken it; with the conversation's id. */
  onStarted?: (conversationId: string) => void;
  /** It was refused before anything was written. */
  onRefused?: (error: unknown) => void;
}

const resume = (id: string, after: number, signal: AbortSignal) =>
  api.raw("GET /api/portal/runs/{id}/events", { params: { id }, query: { after }, signal });

const newClientId = () => crypto.randomUUID();

/** Sends a message and follows the answer. */
export function sendMessage(
  conversationId: string | null,
  message: PendingMessage,
  handlers: RunHandlers,
): Promise<void> {
  const clientId = newClientId();
  const body = {
    ...(conversationId === null ? {} : { conversationId }),
    target: message.target,
    parentId: message.parentId,
    text: message.text,
    images: message.images.map((url) => ({ type: "image" as const, url })),
    clientId,
  };
  const open = (signal: AbortSignal) => api.raw("POST /api/portal/runs", { body, signal });
  return follow(conversationId ?? NEW, newRun(message, message.parentId), open, handlers);
}

/** Answers a message of the person anew, beside the earlier answer. */
export function regenerate(
  conversationId: string,
  messageId: string,
  target: string,
  handlers: RunHandlers = {},
): Promise<void> {
  const body = { messageId, target, clientId: newClientId() };
  const open = (signal: AbortSignal) =>
    api.raw("POST /api/portal/runs/regenerate", { body, signal });
  return follow(conversationId, newRun(null, messageId), open, handlers);
}

/** Goes on showing a run that is already going on at the server. */
export function attach(conversationId: string, runId: string): Promise<void> {
  return follow(conversationId, newRun(null, undefined), (signal) => resume(runId, 0, signal), {});
}

async function follow(
  startKey: string,
  run: LiveRun,
  open: (signal: AbortSignal) => Promise<Response>,
  handlers: RunHandlers,
): Promise<void> {
  if (liveRun(startKey)) return;
  let key = startKey;
  let started = false;
  const signal = beginRun(key, run);
  const onEvent = (event: PortalRunEvent) => {
    if (event.type === "start") {
      const { conversation } = event;
      nameRun(key, conversation.id);
      key = conversation.id;
      putMessages(queryClient, conversation, event.user, event.assistant);
      putConversation(queryClient, conversation);
      showMessages(conversation.id, event.user, event.assistant);
      changeRun(key, (current) => applyEvent(current, event), true);
      if (!started) {
        announce(texts().runStarted);
        handlers.onStarted?.(conversation.id);
      }
      started = true;
    } else if (event.type === "end") {
      settle(event);
    } else {
      changeRun(key, (current) => applyEvent(current, event));
    }
  };
  try {
    await followRun({
      open,
      resume,
      onEvent,
      onReconnecting: (reconnecting) =>
        changeRun(key, (current) => ({ ...current, reconnecting }), true),
      signal,
    });
  } catch (error) {
    if (signal.aborted) return;
    if (!started) handlers.onRefused?.(error);
    if (!noticeSignedOut(error)) await reread(key, started, error);
  } finally {
    if (!signal.aborted) endRun(key);
  }
}

function reasonOf({ error }: Message): string {
  return error ? sentenceOfCode(error.code, error.message, texts()) : "";
}

/** The finished message is what is stored: it replaces what was pieced together. */
function settle({ message, conversation }: Extract<PortalRunEvent, { type: "end" }>): void {
  putMessages(queryClient, conversation, message);
  putConversation(queryClient, conversation);
  const text = texts();
  if (message.status === "failed") announce(text.runFailed(reasonOf(message)));
  else announce(message.status === "stopped" ? text.runStopped : text.runDone);
  refresh();
}

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: walletQuery.queryKey });
  void queryClient.invalidateQueries({ queryKey: ["entries"] });
}

/** The run was lost from sight: what the server has stored is shown instead. */
async function reread(key: string, started: boolean, error: unknown): Promise<void> {
  announce(texts().runFailed(sentenceOf(error)));
  if (key === NEW) return;
  // A run that is gone has ended: its conversation has the answer.
  if (started || (error instanceof ApiError && error.status === 404)) {
    await queryClient.invalidateQueries({ queryKey: conversationQuery(key).queryKey });
  }
  refresh();
}

/** Stops a run; the `end` event follows with what was written. */
export async function stopRun(conversationId: string): Promise<void> {
  const run = liveRun(conversationId);
  const runId = run?.answer?.runId;
  if (!runId || run.stopping) return;
  changeRun(conversationId, (current) => ({ ...current, stopping: true }), true);
  try {
    await api("POST /api/portal/runs/{id}/stop", { params: { id: runId } });
  } catch (error) {
    // It may have ended in the same moment, which is as good as stopped.
    if (error instanceof ApiError && error.status === 404) return;
    changeRun(conversationId, (current) => ({ ...current, stopping: false }), true);
    noticeSignedOut(error);
  }
}
