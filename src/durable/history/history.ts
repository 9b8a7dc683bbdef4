/**
 * The conversations of one user of one site, and the runs that write their answers.
 *
 * An object and not a table, because the run must live where its messages are: whoever closes the
 * tab loses nothing, and a reader that comes back resumes from a sequence number.
 *
 * 1. A conversation has at most one running run (`runs_live` in storage, not memory, says so).
 * 2. A message, its answer and its run are stored together or not at all, before the Runner is
 *    asked; the same clientId always leads to the same run.
 * 3. Messages form a tree and never move: regenerating and editing add siblings.
 * 4. A run marked open without a pump in memory is over: its answer becomes `failed` with code
 *    `interrupted` and keeps its text. The constructor and the alarm look for such runs.
 * 5. While a run is live an alarm comes at least every 20 s, so the object is not evicted under it.
 * 6. A deleted conversation is invisible at once, restorable for a day, then purged by the alarm;
 *    a response that a client of the API has kept, or a conversation that one names, after thirty days.
 * 7. What is cleared is gone at once and for good: a run that was live is stopped first, so that it
 *    is settled, and none of its words are kept.
 * 8. Money is not decided here: the Runner charges; the answer only records what it said.
 */
import { DurableObject } from "cloudflare:workers";
import type { Conversation, Message } from "../../contract/portal.ts";
import { Answers, newId, sizeOf } from "./answers.ts";
import {
  type ConversationRow,
  ConversationTable,
  conversationOf,
  cursorOf,
  parseCursor,
} from "./conversations.ts";
import { type Feed, sse } from "./feed.ts";
import { LIMITS, RESTORABLE_MS } from "./limits.ts";
import { MessageTable, messageOf } from "./messages.ts";
import type {
  HistoryFailure,
  HistoryResult,
  HistoryRpc,
  KeptResponse,
  RegenerateRequest,
  RunnerRpc,
  RunnerRun,
  RunRequest,
  SendRequest,
} from "./protocol.ts";
import { ResponseTable } from "./responses.ts";
import { Run } from "./run.ts";
import { migrate } from "./schema.ts";
import { ThreadTable } from "./threads.ts";
import { titleOf } from "./title.ts";

/** When all of it goes: the end of a guest's cookie. */
const CLEAR_AT = "clearAt";
const WATCH_MS = 20_000;
/** The Runner has deadlines of its own; this is for one that can no longer keep them. */
const SILENCE_MAX_MS = 15 * 60_000;

const ok = <Value>(value: Value): HistoryResult<Value> => ({ ok: true, value });
const no = (reason: HistoryFailure): { ok: false; reason: HistoryFailure } => ({
  ok: false,
  reason,
});

export class History extends DurableObject<Env> implements HistoryRpc {
  /** A field and not a method, so that no caller from outside can reach it. */
  protected runner: RunnerRpc;
  readonly #conversations: ConversationTable;
  readonly #messages: MessageTable;
  readonly #responses: ResponseTable;
  readonly #threads: ThreadTable;
  readonly #answers: Answers;
  /** The pumps in memory, by run. */
  readonly #live = new Map<string, Run>();
  /** Events of runs that ended just now, for a reader that is still on its way. */
  readonly #ended = new Map<string, Feed>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.runner = ctx.exports.Runner;
    this.#conversations = new ConversationTable(ctx.storage.sql);
    this.#messages = new MessageTable(ctx.storage.sql);
    this.#responses = new ResponseTable(ctx.storage.sql);
    this.#threads = new ThreadTable(ctx.storage.sql);
    this.#answers = new Answers(ctx.storage, {
      conversations: this.#conversations,
      messages: this.#messages,
    });
    ctx.blockConcurrencyWhile(async () => {
      migrate(ctx.storage);
      this.#endOrphans();
      // One that is due is left to come: moving it here would only delay it.
      if ((await ctx.storage.getAlarm()) === null) await this.#setAlarm();
    });
  }

  async list(query: { limit: number; after: string | null; search: string | null }) {
    const after = query.after === null ? null : parseCursor(query.after);
    // A cursor that is not ours leads behind the last page.
    if (query.after !== null && !after) return { data: [], has_more: false, next: null };
    const { limit } = query;
    const search = query.search?.trim() || null;
    const rows = this.#conversations.list({ limit: limit + 1, after, search });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last ? cursorOf(last) : null;
    return { data: page.map(conversationOf), has_more: next !== null, next };
  }

  async get(
    conversationId: string,
  ): Promise<HistoryResult<{ conversation: Conversation; messages: Message[] }>> {
    const row = this.#conversations.find(conversationId);
    if (!row) return no("conversation_not_found");
    const images = this.#messages.imagesOfConversation(conversationId);
    const messages = this.#messages
      .ofConversation(conversationId)
      .map((message) => messageOf(message, images.get(message.id) ?? []));
    return ok({ conversation: conversationOf(row), messages });
  }

  async update(
    conversationId: string,
    change: { title?: string; pinned?: boolean },
  ): Promise<HistoryResult<Conversation>> {
    if (!this.#conversations.find(conversationId)) return no("conversation_not_found");
    const { title, pinned } = change;
    if (title !== undefined) this.#conversations.setTitle(conversationId, title);
    if (pinned !== undefined) this.#conversations.setPinned(conversationId, pinned);
    return ok(conversationOf(this.#conversations.get(conversationId)));
  }

  async remove(conversationId: string): Promise<HistoryResult<null>> {
    const row = this.#conversations.findEvenDeleted(conversationId);
    if (!row) return no("conversation_not_found");
    if (row.deleted_at !== null) return ok(null);
    if (row.running_run_id !== null) await this.stop(row.running_run_id);
    this.#conversations.setDeleted(conversationId, Date.now());
    await this.#setAlarm();
    return ok(null);
  }

  async restore(conversationId: string): Promise<HistoryResult<Conversation>> {
    const row = this.#conversations.findEvenDeleted(conversationId);
    const gone = row?.deleted_at != null && row.deleted_at <= Date.now() - RESTORABLE_MS;
    if (!row || gone) return no("conversation_not_found");
    this.#conversations.setDeleted(conversationId, null);
    await this.#setAlarm();
    return ok(conversationOf(this.#conversations.get(conversationId)));
  }

  async send(request: SendRequest): Promise<HistoryResult<{ runId: string }>> {
    const known = this.#messages.runOfClient(request.clientId);
    if (known !== null) return ok({ runId: known });
    const conversation = this.#conversationFor(request);
    if (conversation !== null && "reason" in conversation) return conversation;
    if (exceedsMessage(request)) return no("too_large");
    const size = sizeOf(request.text, request.images);
    const refusal = this.#refusal(conversation, { size, messages: 2 });
    if (refusal) return no(refusal);
    const atMs = Date.now();
    const userMessageId = newId("message");
    const conversationId = conversation?.id ?? newId("conversation");
    const run = this.ctx.storage.transactionSync(() => {
      const { target, text, parentId } = request;
      if (!conversation) {
        const title = titleOf(text) || target;
        this.#conversations.insert({ id: conversationId, title, target, atMs });
      }
      this.#messages.insertUser({
        id: userMessageId,
        conversationId,
        parentId,
        text,
        target,
        atMs,
      });
      this.#messages.insertImages(userMessageId, request.images);
      this.#conversations.touch(conversationId, { target, addedSize: size, atMs });
      return this.#answers.begin({ ...request, conversationId, userMessageId, atMs });
    });
    return await this.#start(run, userMessageId);
  }

  async regenerate(request: RegenerateRequest): Promise<HistoryResult<{ runId: string }>> {
    const known = this.#messages.runOfClient(request.clientId);
    if (known !== null) return ok({ runId: known });
    const question = this.#messages.find(request.messageId);
    if (question?.role !== "user") return no("message_not_found");
    const conversationId = question.conversation_id;
    const refusal = this.#refusal(this.#conversations.find(conversationId), {
      size: 0,
      messages: 1,
    });
    if (refusal) return no(refusal);
    const atMs = Date.now();
    const run = this.ctx.storage.transactionSync(() => {
      this.#conversations.touch(conversationId, { target: request.target, addedSize: 0, atMs });
      return this.#answers.begin({ ...request, conversationId, userMessageId: question.id, atMs });
    });
    return await this.#start(run, null);
  }

  async events(runId: string, after: number): Promise<HistoryResult<ReadableStream<Uint8Array>>> {
    const message = this.#messages.ofRun(runId);
    if (!message || !this.#conversations.find(message.conversation_id)) return no("run_not_found");
    const feed = this.#live.get(runId)?.feed ?? this.#ended.get(runId);
    if (feed) return ok(feed.follow(after));
    const text = sse(this.#answers.lastEventOf(message.id), after + 1);
    return ok(new Blob([text]).stream());
  }

  async stop(runId: string): Promise<HistoryResult<null>> {
    if (!this.#messages.ofRun(runId)) return no("run_not_found");
    // A run that has ended stays as it ended.
    await this.#live.get(runId)?.stop();
    return ok(null);
  }

  async feedback(messageId: string, feedback: "up" | "down" | null): Promise<HistoryResult<null>> {
    if (this.#messages.find(messageId)?.role !== "assistant") return no("message_not_found");
    this.#messages.setFeedback(messageId, feedback);
    return ok(null);
  }

  async clear(): Promise<void> {
    await Promise.all([...this.#live.values()].map((run) => run.stop()));
    this.#ended.clear();
    this.ctx.storage.transactionSync(() => {
      this.#conversations.purgeAll();
      this.#responses.deleteAll();
      this.#threads.deleteAll();
    });
    this.ctx.storage.kv.delete(CLEAR_AT);
    await this.#setAlarm();
  }

  async clearAt(atMs: number): Promise<void> {
    if (this.ctx.storage.kv.get<number>(CLEAR_AT) === atMs) return;
    this.ctx.storage.kv.put(CLEAR_AT, atMs);
    await this.#setAlarm();
  }

  async keepResponse(kept: KeptResponse): Promise<boolean> {
    const done = this.ctx.storage.transactionSync(() => this.#responses.insert(kept));
    if (done && (await this.ctx.storage.getAlarm()) === null) await this.#setAlarm();
    return done;
  }

  async keptResponse(id: string): Promise<KeptResponse | null> {
    return this.#responses.find(id, Date.now());
  }

  async keptChain(id: string): Promise<KeptResponse[] | null> {
    return this.#responses.chain(id, Date.now());
  }

  async removeResponse(id: string): Promise<boolean> {
    return this.ctx.storage.transactionSync(() => this.#responses.delete(id));
  }

  async thread(name: string): Promise<string | null> {
    return this.#threads.find(name, Date.now());
  }

  async keepThread(name: string, upstream: string): Promise<void> {
    this.ctx.storage.transactionSync(() => this.#threads.keep(name, upstream, Date.now()));
    if ((await this.ctx.storage.getAlarm()) === null) await this.#setAlarm();
  }

  /** Watch-dog of live runs, and purge of what was deleted a day ago or kept its time. Safe to run late and twice. */
  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    if ((this.ctx.storage.kv.get<number>(CLEAR_AT) ?? nowMs + 1) <= nowMs) return this.clear();
    const silent = [...this.#live.values()].filter((run) => nowMs - run.heardAtMs > SILENCE_MAX_MS);
    await Promise.all(silent.map((run) => run.interrupt()));
    this.#endOrphans();
    this.ctx.storage.transactionSync(() => {
      const due = this.#conversations.deletedBefore(nowMs - RESTORABLE_MS, LIMITS.purgedPerAlarm);
      for (const id of due) this.#conversations.purge(id);
      this.#responses.purge(nowMs, LIMITS.purgedPerAlarm);
      this.#threads.purge(nowMs, LIMITS.purgedPerAlarm);
    });
    await this.#setAlarm();
  }

  /** The conversation that a message goes to; null for a new one. */
  #conversationFor(
    request: SendRequest,
  ): ConversationRow | null | { ok: false; reason: HistoryFailure } {
    const { conversationId, parentId } = request;
    if (conversationId === undefined) return parentId === null ? null : no("message_not_found");
    const conversation = this.#conversations.find(conversationId);
    if (!conversation) return no("conversation_not_found");
    if (parentId === null) return conversation;
    const parent = this.#messages.find(parentId);
    const fits = parent?.conversation_id === conversationId && parent.role === "assistant";
    return fits ? conversation : no("message_not_found");
  }

  #refusal(
    conversation: ConversationRow | null,
    added: { size: number; messages: number },
  ): HistoryFailure | null {
    if (conversation && conversation.running_run_id !== null) return "busy";
    if (this.#live.size >= LIMITS.liveRuns) return "busy";
    const size = (conversation?.size ?? 0) + added.size;
    if (size > LIMITS.conversationSize) return "too_large";
    if (!conversation) {
      return this.#conversations.count() >= LIMITS.conversations ? "too_large" : null;
    }
    const messages = this.#messages.count(conversation.id) + added.messages;
    return messages > LIMITS.messagesPerConversation ? "too_large" : null;
  }

  async #start(
    { plan, request }: ReturnType<Answers["begin"]>,
    userMessageId: string | null,
  ): Promise<HistoryResult<{ runId: string }>> {
    const run = new Run(plan, this.#answers.deskOf(plan, userMessageId));
    this.#live.set(plan.id, run);
    const driven = run
      .drive(this.#ask(request))
      .catch((cause: unknown) => {
        console.error("history: the ending of a run could not be stored", plan.id, cause);
      })
      .finally(() => {
        this.#live.delete(plan.id);
        run.feed.close();
        this.#keepEnded(plan.id, run.feed);
      });
    this.ctx.waitUntil(driven);
    await this.#setAlarm();
    return ok({ runId: plan.id });
  }

  #keepEnded(runId: string, feed: Feed): void {
    this.#ended.set(runId, feed);
    // Bounded by number and not by a timer, which would keep the object awake for nothing.
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined && this.#ended.size > LIMITS.endedRuns) this.#ended.delete(oldest);
  }

  /** Async, so that a Runner that cannot even be asked fails the run and not the sender. */
  async #ask(request: RunRequest): Promise<RunnerRun> {
    return await this.runner.run(request);
  }

  /** Ends the runs that storage calls open and no pump in memory writes. */
  #endOrphans(): void {
    for (const { id } of this.#messages.openRuns()) {
      if (!this.#live.has(id)) this.#answers.interrupt(id);
    }
  }

  async #setAlarm(): Promise<void> {
    const nowMs = Date.now();
    const deletedAt = this.#conversations.firstDeletedAt();
    const watchAt = this.#live.size > 0 ? nowMs + WATCH_MS : Number.POSITIVE_INFINITY;
    const purgeAt = deletedAt === null ? Number.POSITIVE_INFINITY : deletedAt + RESTORABLE_MS;
    const responseAt = this.#responses.nextPurgeAt() ?? Number.POSITIVE_INFINITY;
    const threadAt = this.#threads.nextPurgeAt() ?? Number.POSITIVE_INFINITY;
    const clearAt = this.ctx.storage.kv.get<number>(CLEAR_AT) ?? Number.POSITIVE_INFINITY;
    const atMs = Math.min(watchAt, purgeAt, responseAt, threadAt, clearAt);
    if (atMs === Number.POSITIVE_INFINITY) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Math.max(atMs, nowMs + 1_000));
  }
}

function exceedsMessage({ text, images }: SendRequest): boolean {
  return (
    text.length > LIMITS.userTextCharacters ||
    images.length > LIMITS.imagesPerMessage ||
    images.some((image) => image.length > LIMITS.imageCharacters)
  );
}
