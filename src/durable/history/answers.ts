/** Answers in storage: how a run begins, is shown to its readers, and ends. */
import type { Message, PortalRunEvent } from "../../contract/portal.ts";
import { makeId } from "../../core/ids.ts";
import { type ConversationTable, conversationOf } from "./conversations.ts";
import { type Ending, type MessageTable, messageOf } from "./messages.ts";
import { promptOf } from "./prompt.ts";
import type { RunCaller, RunRequest } from "./protocol.ts";
import { INTERRUPTED, type RunDesk, type RunPlan } from "./run.ts";

/** An answer before its first event, whatever has been written since. */
const NOTHING_WRITTEN = {
  text: "",
  reasoning: "",
  citations: [],
  suggestions: [],
  images: [],
  status: "running",
  error: null,
  firstTokenMs: null,
} satisfies Partial<Message>;

export class Answers {
  readonly #storage: DurableObjectStorage;
  readonly #conversations: ConversationTable;
  readonly #messages: MessageTable;

  constructor(
    storage: DurableObjectStorage,
    tables: { conversations: ConversationTable; messages: MessageTable },
  ) {
    this.#storage = storage;
    this.#conversations = tables.conversations;
    this.#messages = tables.messages;
  }

  /** Stores an empty answer and its run. To be called in the transaction that stores the rest. */
  begin(asked: {
    conversationId: string;
    userMessageId: string;
    target: string;
    clientId: string;
    caller: RunCaller;
    atMs: number;
  }): { plan: RunPlan; request: RunRequest } {
    const { conversationId, userMessageId, target, clientId, caller, atMs } = asked;
    const id = newId("run");
    const messageId = newId("message");
    const requestId = newId("request");
    this.#messages.insertRun({ id, clientId, conversationId, atMs });
    const { messages, upstreamConversation } = promptOf(this.#messages, userMessageId, target);
    this.#messages.insertAnswer({
      id: messageId,
      conversationId,
      parentId: userMessageId,
      target,
      runId: id,
      requestId,
      atMs,
    });
    return {
      plan: {
        id,
        conversationId,
        messageId,
        requestId,
        startedAtMs: atMs,
        sentUpstream: upstreamConversation,
      },
      request: { caller, requestId, target, messages, upstreamConversation },
    };
  }

  /** `userMessageId` is null where the question was there before the run. */
  deskOf(plan: RunPlan, userMessageId: string | null): RunDesk {
    const { conversationId, messageId } = plan;
    const begin = (written: Partial<Message>): PortalRunEvent => ({
      type: "start",
      conversation: conversationOf(this.#conversations.get(conversationId)),
      user: userMessageId === null ? null : this.#message(userMessageId),
      assistant: { ...this.#message(messageId), ...written },
    });
    return {
      opening: () => begin(NOTHING_WRITTEN),
      standing: () => [begin({}), { type: "replace", text: this.#message(messageId).text }],
      save: (draft, firstTokenMs) => this.#messages.saveDraft(messageId, draft, firstTokenMs),
      forgetUpstream: (id) => this.#messages.forgetUpstream(conversationId, id),
      finish: (draft, firstTokenMs, ending) => {
        this.#storage.transactionSync(() => {
          this.#messages.saveDraft(messageId, draft, firstTokenMs);
          this.#messages.insertImages(messageId, draft.images);
          this.#end(plan.id, ending);
        });
        return this.lastEventOf(messageId);
      },
    };
  }

  /** The run is over without its pump: what reached storage stays. */
  interrupt(runId: string): void {
    const ending = { error: INTERRUPTED, chargedMicro: null, outputTokens: null, totalMs: null };
    this.#storage.transactionSync(() => this.#end(runId, { status: "failed", ...ending }));
  }

  lastEventOf(messageId: string): PortalRunEvent {
    const message = this.#message(messageId);
    const conversation = conversationOf(
      this.#conversations.get(this.#messages.get(messageId).conversation_id),
    );
    return { type: "end", message, conversation };
  }

  #end(runId: string, ending: Ending): void {
    const atMs = Date.now();
    const answer = this.#messages.ofRun(runId);
    if (!answer) throw new Error(`run ${runId} has no answer`);
    const { id, target, conversation_id: conversationId } = answer;
    this.#messages.saveEnding(id, ending);
    this.#messages.endRun(runId, atMs);
    const addedSize = sizeOf(answer.text + answer.reasoning, this.#messages.imagesOf(id));
    this.#conversations.touch(conversationId, { target, addedSize, atMs });
  }

  #message(id: string): Message {
    return messageOf(this.#messages.get(id), this.#messages.imagesOf(id));
  }
}

/** What a message adds to its conversation's size (see `LIMITS.conversationSize`). */
export function sizeOf(text: string, images: readonly string[]): number {
  return images.reduce((size, image) => size + image.length, 2 * text.length);
}

export function newId(kind: Parameters<typeof makeId>[0]): string {
  return makeId(kind, crypto.getRandomValues(new Uint8Array(10)));
}
