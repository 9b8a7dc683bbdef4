/**
 * One running answer: reads the Runner, folds, saves, tells the readers.
 *
 * 1. It ends exactly once, whoever is first: the Runner's `done`, a stop, the watch-dog, a broken
 *    stream. The desk's `finish` is called then and never again, and nothing is saved after it.
 * 2. What was written reaches storage after at most 500 ms or 4 000 characters.
 * 3. Nobody who reads can delay it.
 * 4. Whoever ends it from this side asks the Runner to stop, once, and lets go of its stream only
 *    when it has settled or has not done so in time: letting go tears it down.
 */
import type { Message, PortalRunEvent } from "../../contract/portal.ts";
import { isContent } from "../../core/run.ts";
import { type Draft, EMPTY_DRAFT, foldEvent } from "./draft.ts";
import { Feed, type FeedSource } from "./feed.ts";
import type { Ending } from "./messages.ts";
import type { RunnerLine, RunnerRun } from "./protocol.ts";

const SAVE_AFTER_MS = 500;
const SAVE_AFTER_CHARACTERS = 4_000;
/** A Runner that was asked to stop has this long to settle and to say what it charged. */
const STOP_WITHIN_MS = 3_000;
/** A line of the Runner carries one event; the largest is a picture as data. */
const LINE_CHARACTERS_MAX = 16_000_000;

export interface RunPlan {
  id: string;
  conversationId: string;
  /** The answer being written. */
  messageId: string;
  startedAtMs: number;
  requestId: string;
  /** The platform's conversation that the request continued. */
  sentUpstream: string | null;
}

/** What a run needs of the object it lives in. */
export interface RunDesk extends FeedSource {
  save(draft: Draft, firstTokenMs: number | null): void;
  forgetUpstream(upstreamConversation: string): void;
  /** Stores draft and ending together; answers the last event. */
  finish(draft: Draft, firstTokenMs: number | null, ending: Ending): PortalRunEvent;
}

export class Run {
  readonly plan: RunPlan;
  readonly feed: Feed;
  heardAtMs: number;
  readonly #desk: RunDesk;
  #draft: Draft = EMPTY_DRAFT;
  #firstTokenMs: number | null = null;
  #savedCharacters = 0;
  #saveTimer: ReturnType<typeof setTimeout> | null = null;
  #runner: RunnerRun | null = null;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #halting: Promise<void> | null = null;
  /** Overrules what the Runner says of the end. */
  #verdict: Verdict | null = null;
  readonly #over = Promise.withResolvers<void>();
  #ended = false;

  constructor(plan: RunPlan, desk: RunDesk) {
    this.plan = plan;
    this.#desk = desk;
    this.heardAtMs = plan.startedAtMs;
    this.feed = new Feed({
      opening: () => desk.opening(),
      standing: () => {
        this.#save();
        return desk.standing();
      },
    });
  }

  /**
   * Runs to the end; whatever happens to the Runner, the answer gets an ending. Takes the Runner's
   * answer and not the request, whose pictures need not stay in memory meanwhile.
   */
  async drive(answer: Promise<RunnerRun>): Promise<void> {
    try {
      const runner = await answer;
      this.#runner = runner;
      if (this.#ended) return await runner.stop();
      this.#reader = runner.lines.getReader();
      // Read to the very end, also behind `done`: the Runner settles while it is listened to.
      for await (const line of linesOf(this.#reader)) {
        if (!this.#ended) this.#take(JSON.parse(line) as RunnerLine);
      }
    } catch (cause) {
      // Letting go of the stream fails a pending read: then there is nothing to tell.
      if (!this.#ended) {
        console.error("history: a run broke off", this.plan.requestId, cause);
        this.#end({ ...INTERRUPTED_VERDICT, ...UNSETTLED });
        await this.#halt();
      }
    } finally {
      if (!this.#ended) this.#end({ ...INTERRUPTED_VERDICT, ...UNSETTLED });
      // What came over RPC is held by the other side until it is given back.
      (this.#runner as (RunnerRun & Partial<Disposable>) | null)?.[Symbol.dispose]?.();
      this.#runner = null;
    }
  }

  /** A person asked for it: what was written is kept, and paid for. Resolves when it has ended. */
  async stop(): Promise<void> {
    await this.#close({ status: "stopped", error: null });
  }

  /** The Runner fell silent. One that has said its last word is only let go. */
  async interrupt(): Promise<void> {
    if (this.#ended) return this.#letGo();
    this.#verdict = INTERRUPTED_VERDICT;
    await this.#close(INTERRUPTED_VERDICT);
  }

  /** Ends the run from this side, with what the Runner says it cost if it says so in time. */
  async #close(verdict: Verdict): Promise<void> {
    if (this.#ended) return;
    await this.#halt();
    if (!this.#ended) this.#end({ ...verdict, ...UNSETTLED });
    this.#letGo();
  }

  /** Resolves when the Runner has settled and said so, or has had its time. */
  #halt(): Promise<void> {
    const runner = this.#runner;
    if (!runner) return Promise.resolve();
    const asked = async () => {
      try {
        await runner.stop();
      } catch (cause) {
        console.warn("history: a Runner could not be stopped", this.plan.requestId, cause);
      }
    };
    this.#halting ??= within(STOP_WITHIN_MS, Promise.all([asked(), this.#over.promise]));
    return this.#halting;
  }

  /** One that does not end by itself would keep the pump waiting for ever. */
  #letGo(): void {
    this.#reader?.cancel("the run has ended").catch((cause: unknown) => {
      console.warn("history: a Runner's stream was gone already", this.plan.requestId, cause);
    });
    this.#reader = null;
  }

  #take(line: RunnerLine): void {
    this.heardAtMs = Date.now();
    if (line.type === "done") {
      const { status, error, chargedMicro, outputTokens } = line;
      this.#end({ status, error, ...this.#verdict, chargedMicro, outputTokens });
      return;
    }
    // What comes while the Runner stops would not fit either.
    if (this.#verdict) return;
    const { event } = line;
    const sent = this.plan.sentUpstream;
    if (event.type === "run-error" && event.error.reason === "conversation_gone" && sent !== null) {
      this.#desk.forgetUpstream(sent);
    }
    if (isContent(event)) this.#firstTokenMs ??= this.heardAtMs - this.plan.startedAtMs;
    const folded = foldEvent(this.#draft, event, sent);
    this.#draft = folded.draft;
    for (const told of folded.events) this.feed.push(told);
    if (folded.overflow) {
      this.#verdict = { status: "failed", error: TOO_LARGE };
      this.#close(this.#verdict).catch((cause: unknown) => {
        console.error("history: the ending of a run could not be stored", this.plan.id, cause);
      });
    } else this.#saveSoon();
  }

  #saveSoon(): void {
    const unsaved = this.#draft.text.length + this.#draft.reasoning.length - this.#savedCharacters;
    if (Math.abs(unsaved) >= SAVE_AFTER_CHARACTERS) this.#save();
    else this.#saveTimer ??= setTimeout(() => this.#save(), SAVE_AFTER_MS);
  }

  #save(): void {
    this.#forgetTimer();
    if (this.#ended) return;
    this.#desk.save(this.#draft, this.#firstTokenMs);
    this.#savedCharacters = this.#draft.text.length + this.#draft.reasoning.length;
  }

  #forgetTimer(): void {
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer);
    this.#saveTimer = null;
  }

  #end(ending: Omit<Ending, "totalMs">): void {
    const totalMs = Date.now() - this.plan.startedAtMs;
    const last = this.#desk.finish(this.#draft, this.#firstTokenMs, { ...ending, totalMs });
    this.#ended = true;
    this.#forgetTimer();
    this.feed.push(last);
    this.feed.close();
    this.#over.resolve();
  }
}

type Verdict = Pick<Ending, "status" | "error">;

/** The settlement did not reach us; the wallet has it, or the hold expires into it. */
const UNSETTLED = { chargedMicro: null, outputTokens: null };

/** Resolves when the work is done, or after so many milliseconds without it. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}

export const INTERRUPTED: NonNullable<Message["error"]> = {
  code: "interrupted",
  message: "The answer broke off before its end. What was written is kept.",
};

const INTERRUPTED_VERDICT: Verdict = { status: "failed", error: INTERRUPTED };

const TOO_LARGE: NonNullable<Message["error"]> = {
  code: "answer_too_large",
  message: "The answer is larger than a message can be. What fits is kept.",
};

/** Splits a byte stream at line feeds; a last line without one counts too. */
async function* linesOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    if (rest.length > LINE_CHARACTERS_MAX) throw new Error("the Runner sent a line without end");
    yield* lines.filter((line) => line !== "");
    if (done) return;
  }
}
