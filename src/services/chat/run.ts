/**
 * One run of a chat: the stream of the upstream that answers, and what is made of it. Invariants:
 *
 * 1. `next()` gives exactly one terminal event, then null.
 * 2. What is charged is what was reported; where nothing was, an estimate that says so.
 * 3. A conversation that the platform has forgotten is begun anew, once, with the history.
 * 4. The conversation of an answer that ended well is kept before its end is told: who asks next
 *    finds it.
 *
 * Attempts, fallback and settlement are those of every call: see call.ts.
 */
import type { Attempt } from "../../contract/usage.ts";
import { affordableOutputTokens, tariffMicro } from "../../core/pricing.ts";
import {
  type ChatInput,
  type FinishReason,
  isContent,
  type RunEvent,
  type UpstreamError,
  type WireProtocol,
} from "../../core/run.ts";
import { Call } from "./call.ts";
import type { RunTimings, Settlement } from "./call-parts.ts";
import type { OpenedUpstream, RunParts, Step } from "./run-parts.ts";
import { Tally } from "./tally.ts";

const PROGRESS_EVERY_MS = 5_000;
/** A platform that was told to stop says what it took within this time, or it is estimated. */
const STOPPED_WITHIN_MS = 10_000;
/** The estimate may run ahead of the true count by this much before a stream is cut. */
const OUTRUN_TOLERANCE = 1.25;

export class Run {
  readonly #parts: RunParts;
  readonly #call: Call<OpenedUpstream>;
  readonly #outputBudget: number;
  readonly #tally: Tally;
  #input: ChatInput;
  /** The platform's, as the upstream that answers told it. */
  #conversation: string | null = null;
  /** Nobody waits any more, and the platform was told so: that it breaks off is no failure. */
  #stopping = false;
  #withheld: Step = { frames: [], events: [] };
  #progressAt: number;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#input = parts.input;
    this.#call = new Call(parts, () => this.#renew());
    this.#progressAt = parts.now();
    this.#tally = new Tally(parts.inputTokens);
    const { tariff } = parts.target;
    this.#outputBudget =
      tariff.kind === "byTokens"
        ? affordableOutputTokens(tariff.price, parts.inputTokens, parts.spendableMicro) *
          OUTRUN_TOLERANCE
        : Number.POSITIVE_INFINITY;
  }

  get attempts(): readonly Attempt[] {
    return this.#call.attempts;
  }

  /** Set once the run has ended. */
  get settlement(): Settlement | null {
    return this.#call.settlement;
  }

  get connectionSlug(): string | null {
    return this.#call.current?.candidate.route.connection.slug ?? null;
  }

  /** Whether the upstream that answers was asked in the client's own protocol. */
  speaks(protocol: WireProtocol): boolean {
    return this.#call.current?.upstream.connector.chat?.wire === protocol;
  }

  /** Whether frames speak the client's protocol and may pass unchanged. */
  passesThrough(protocol: WireProtocol): boolean {
    return this.#parts.target.passThrough && this.speaks(protocol);
  }

  /** What of the request the upstream that answers will not do as asked. */
  get warnings(): readonly string[] {
    return this.#call.current?.upstream.warnings ?? [];
  }

  get timings(): RunTimings {
    return this.#call.timings;
  }

  /** The next piece that may reach the client; null after the terminal event. */
  async next(): Promise<Step | null> {
    const call = this.#call;
    while (!call.ended) {
      if (!call.current) {
        const failed = await this.#open();
        if (call.ended) return null;
        if (failed) return this.#terminal(failed);
        continue;
      }
      const step = await this.#read(call.current.upstream);
      if (call.ended) return null;
      const ready = this.#take(step);
      if (ready?.events.some(({ type }) => type === "run-end")) await this.#keepConversation();
      if (ready) return ready;
    }
    return null;
  }

  /**
   * The reader is gone (`left`), or a person pressed stop: the platform is told, where it can be.
   * Those that tell the usage only at the end are drained after a disconnect, for exact usage; a
   * stop always stops.
   */
  cancel(why: "left" | "stop"): void {
    if (this.#call.ended) return;
    const { connector, stop } = this.#call.current?.upstream ?? {};
    const drains = connector?.disconnect === "drain";
    if (stop && !this.#stopping) this.#parts.defer(stop());
    this.#stopping = true;
    if (why === "left" && drains) {
      this.#parts.defer(this.#drain(stop ? STOPPED_WITHIN_MS : null));
      return;
    }
    this.#finish("cancelled", null, null);
  }

  /** `withinMs`: for what is left of an answer that the platform was told to end. */
  async #drain(withinMs: number | null): Promise<void> {
    const cut = () => this.#finish("cancelled", null, null);
    const timer = withinMs === null ? null : setTimeout(cut, withinMs);
    while (await this.next()) {
      // Read for the usage at the end only.
    }
    if (timer !== null) clearTimeout(timer);
  }

  async #keepConversation(): Promise<void> {
    const conversation = this.#conversation ?? this.#input.upstreamConversation;
    if (conversation !== undefined) await this.#parts.keepConversation?.(conversation);
  }

  #renew(): boolean {
    const { upstreamConversation, ...input } = this.#input;
    this.#input = { ...input, newConversation: this.#parts.requestId };
    return upstreamConversation !== undefined;
  }

  #open(): Promise<UpstreamError | null> {
    const { target, outputLimit, open } = this.#parts;
    const { signal } = this.#call;
    return this.#call.open((candidate) => {
      const upstreamTarget = { id: candidate.route.upstreamId, maxOutputTokens: outputLimit };
      return open(candidate, upstreamTarget, target.adapt(this.#input), signal);
    });
  }

  async #read({ frames, decoder }: OpenedUpstream): Promise<Step> {
    const piece = await this.#call.waitFor(() => frames.next());
    if (!piece.ok) return { frames: [], events: [{ type: "run-error", error: piece.error }] };
    if (piece.value === null) return { frames: [], events: decoder.end() };
    const events: RunEvent[] = [];
    for (const frame of piece.value) {
      for (const event of decoder.push(frame)) events.push(event);
    }
    return { frames: piece.value, events };
  }

  /** Observes a step; answers what may go out now, or null when there is nothing yet. */
  #take(step: Step): Step | null {
    let shows = false;
    for (const event of step.events) {
      if (isContent(event) || event.type === "status") shows = true;
      this.#tally.take(event);
      if (event.type === "conversation") this.#conversation = event.upstreamConversation;
      if (event.type === "run-error" && this.#call.givesWay(event.error)) {
        this.#withheld = { frames: [], events: [] };
        this.#tally.reset();
        this.#conversation = null;
        return null;
      }
    }
    if (shows) this.#call.shows();
    this.#call.delivered ||= step.events.some(isContent);
    const all = this.#withheld;
    all.frames.push(...step.frames);
    all.events.push(...step.events);
    const end = step.events.find((event) => event.type === "run-end" || event.type === "run-error");
    if (!end && !shows) return null;
    this.#withheld = { frames: [], events: [] };
    if (end?.type === "run-end") this.#finish("ok", end.finish, null);
    else if (end?.type === "run-error" && this.#stopping) this.#finish("cancelled", null, null);
    else if (end?.type === "run-error") this.#finish("error", null, end.error);
    else if (this.#outruns()) all.events.push(this.#cut());
    else this.#reportProgress();
    return all;
  }

  #outruns(): boolean {
    return this.#tally.outputTokens > this.#outputBudget;
  }

  /** Ends a stream that costs more than the wallet pays: the upstream ignored the limit we sent. */
  #cut(): RunEvent {
    this.#finish("ok", "length", null);
    this.#call.current?.upstream.frames.cancel();
    return { type: "run-end", finish: "length" };
  }

  #reportProgress(): void {
    const { now, wallet, requestId, target, defer } = this.#parts;
    if (now() - this.#progressAt < PROGRESS_EVERY_MS) return;
    this.#progressAt = now();
    const cost = tariffMicro(target.tariff, this.#tally.estimate, this.#call.delivered);
    if (cost > 0) defer(wallet.progress(requestId, cost));
  }

  #terminal(error: UpstreamError): Step {
    this.#finish("error", null, error);
    return { frames: [], events: [{ type: "run-error", error }] };
  }

  #finish(
    status: "ok" | "cancelled" | "error",
    finish: FinishReason | null,
    error: UpstreamError | null,
  ): void {
    this.#call.finish({ status, finish, error }, (complete) => ({
      ...this.#tally.measure(complete),
      units: {},
    }));
  }
}
