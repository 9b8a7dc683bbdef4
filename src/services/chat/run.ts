/**
 * One run of a chat: attempts at the upstreams in order, the stream of the one that answers, and
 * the settlement. Invariants:
 *
 * 1. A run settles or releases its hold exactly once, however it ends: end, error, the client
 *    leaving, stop. The settlement is given to `defer`, so it outlives the response.
 * 2. Another route is tried only while nothing has reached the client, and only for reasons that
 *    core/policy.ts allows.
 * 3. `next()` gives exactly one terminal event, then null.
 * 4. What is charged is what was reported; where nothing was, an estimate that says so.
 */
import type { Attempt } from "../../contract/usage.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import { affordableOutputTokens, tariffMicro } from "../../core/pricing.ts";
import {
  type FinishReason,
  isContent,
  NO_USAGE,
  type RunEvent,
  type UpstreamError,
} from "../../core/run.ts";
import type { Candidate } from "./health.ts";
import type { OpenedUpstream, RunParts, RunTimings, Settlement, Step } from "./run-parts.ts";
import { Tally } from "./tally.ts";
import { usageDraft } from "./usage-draft.ts";

const PROGRESS_EVERY_MS = 5_000;
const MAX_ATTEMPTS = 6;
/** The estimate may run ahead of the true count by this much before a stream is cut. */
const OUTRUN_TOLERANCE = 1.25;

export class Run {
  readonly attempts: Attempt[] = [];
  /** Set once the run has ended. */
  settlement: Settlement | null = null;
  readonly #parts: RunParts;
  readonly #abort = new AbortController();
  readonly #outputBudget: number;
  readonly #tally: Tally;
  #candidates: Candidate[];
  #current: { candidate: Candidate; upstream: OpenedUpstream; startedAt: number } | null = null;
  #withheld: Step = { frames: [], events: [] };
  #delivered = false;
  #ended = false;
  #upstreamMs = 0;
  #firstByteAt: number | null = null;
  #progressAt: number;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#candidates = parts.candidates.slice(0, MAX_ATTEMPTS);
    this.#progressAt = parts.now();
    this.#tally = new Tally(parts.inputTokens);
    const { tariff } = parts.target;
    this.#outputBudget =
      tariff.kind === "byTokens"
        ? affordableOutputTokens(tariff.price, parts.inputTokens, parts.spendableMicro) *
          OUTRUN_TOLERANCE
        : Number.POSITIVE_INFINITY;
  }

  get connectionSlug(): string | null {
    return this.#current?.candidate.route.connection.slug ?? null;
  }

  /** Whether frames speak the client's protocol and may pass unchanged. */
  passesThrough(protocol: string): boolean {
    return (
      this.#parts.target.passThrough && this.#current?.upstream.connector.chat?.wire === protocol
    );
  }

  get timings(): RunTimings {
    const { startedAt, admitMs, now } = this.#parts;
    const first = (this.#firstByteAt ?? now()) - startedAt;
    return {
      first: this.#firstByteAt === null ? null : first,
      upstream: this.#upstreamMs,
      admit: admitMs,
      gateway: Math.max(0, first - this.#upstreamMs),
    };
  }

  /** The next piece that may reach the client; null after the terminal event. */
  async next(): Promise<Step | null> {
    while (!this.#ended) {
      if (!this.#current) {
        const failed = await this.#openNext();
        if (this.#ended) return null;
        if (failed) return this.#terminal(failed);
        continue;
      }
      const step = await this.#read(this.#current);
      if (this.#ended) return null;
      const ready = this.#take(step);
      if (ready) return ready;
    }
    return null;
  }

  /**
   * The reader is gone (`left`), or a person pressed stop. Platforms that bill a whole answer
   * anyway are drained after a disconnect, for exact usage; a stop always stops.
   */
  cancel(why: "left" | "stop"): void {
    if (this.#ended) return;
    const drains = this.#current?.upstream.connector.disconnect === "drain";
    if (why === "left" && drains) {
      this.#parts.defer(this.#drain());
      return;
    }
    this.#finish("cancelled", null, null);
    this.#abort.abort();
    this.#current?.upstream.frames.cancel();
  }

  async #drain(): Promise<void> {
    while (await this.next()) {
      // Read for the usage at the end only.
    }
  }

  /** Opens the next candidate. Null when one is open; an error when none is left. */
  async #openNext(): Promise<UpstreamError | null> {
    const { target, input, now } = this.#parts;
    let last: UpstreamError | null = null;
    for (;;) {
      const candidate = this.#candidates.shift();
      if (!candidate) return last ?? this.#lastFailure ?? NO_ROUTE;
      const startedAt = now();
      const opened = await this.#parts.open(
        candidate,
        { id: candidate.route.upstreamId, maxOutputTokens: this.#parts.outputLimit },
        target.adapt(input),
        this.#abort.signal,
      );
      this.#waited(startedAt);
      if (this.#ended) {
        if (opened.ok) opened.value.frames.cancel();
        return null;
      }
      if (opened.ok) {
        this.#current = { candidate, upstream: opened.value, startedAt };
        return null;
      }
      last = opened.error;
      if (!this.#mayRetry(candidate, last, startedAt)) return last;
    }
  }

  #lastFailure: UpstreamError | null = null;

  /** Writes the attempt down; true when another route may be tried. */
  #mayRetry(candidate: Candidate, error: UpstreamError, startedAt: number): boolean {
    const { now, health } = this.#parts;
    const policy = FAILURE_POLICY[error.reason];
    this.#lastFailure = error;
    this.#noteAttempt(candidate, startedAt, error.reason, error.status, error.detail);
    if (policy.health !== "none") {
      health.failed(candidate, policy.health, error.retryAfterMs, now());
      if (policy.health === "disable-key") {
        this.#parts.defer(this.#parts.unhealthy(candidate, error));
      }
    }
    return policy.retry === "next-target" && !this.#delivered;
  }

  #noteAttempt(
    candidate: Candidate,
    startedAt: number,
    outcome: string,
    status: number | null,
    detail: string | null,
  ): void {
    this.attempts.push({
      connection: candidate.route.connection.slug,
      model: candidate.route.upstreamId,
      outcome,
      status,
      ms: this.#parts.now() - startedAt,
      detail,
    });
  }

  async #read(current: { upstream: OpenedUpstream }): Promise<Step> {
    const startedAt = this.#firstByteAt === null ? this.#parts.now() : 0;
    const { frames, decoder } = current.upstream;
    const piece = await frames.next();
    if (startedAt > 0) this.#waited(startedAt);
    if (!piece.ok) return { frames: [], events: [{ type: "run-error", error: piece.error }] };
    if (piece.value === null) return { frames: [], events: decoder.end() };
    const events: RunEvent[] = [];
    for (const frame of piece.value) {
      for (const event of decoder.push(frame)) events.push(event);
    }
    return { frames: piece.value, events };
  }

  #waited(since: number): void {
    if (this.#firstByteAt === null) this.#upstreamMs += this.#parts.now() - since;
  }

  /** Observes a step; answers what may go out now, or null when there is nothing yet. */
  #take(step: Step): Step | null {
    const { now } = this.#parts;
    let shows = false;
    for (const event of step.events) {
      if (isContent(event) || event.type === "status") shows = true;
      this.#tally.take(event);
      if (event.type === "run-error" && this.#fallsBack(event.error)) return null;
    }
    if (shows && this.#firstByteAt === null) this.#firstByteAt = now();
    this.#delivered ||= step.events.some(isContent);
    const all = this.#withheld;
    all.frames.push(...step.frames);
    all.events.push(...step.events);
    const end = step.events.find((event) => event.type === "run-end" || event.type === "run-error");
    if (!end && !shows) return null;
    this.#withheld = { frames: [], events: [] };
    if (end?.type === "run-end") this.#finish("ok", end.finish, null);
    else if (end?.type === "run-error") this.#finish("error", null, end.error);
    else if (this.#outruns()) all.events.push(this.#cut());
    else this.#reportProgress();
    return all;
  }

  /** A stream that broke before anything was shown gives way to the next route. */
  #fallsBack(error: UpstreamError): boolean {
    const current = this.#current;
    if (!current || this.#delivered) return false;
    const retry = this.#mayRetry(current.candidate, error, current.startedAt);
    if (!retry || this.#candidates.length === 0) {
      // Written down already; the terminal event must not write it twice.
      current.upstream.frames.cancel();
      this.#current = null;
      return false;
    }
    current.upstream.frames.cancel();
    this.#current = null;
    this.#withheld = { frames: [], events: [] };
    this.#tally.reset();
    return true;
  }

  #outruns(): boolean {
    return this.#tally.outputTokens > this.#outputBudget;
  }

  /** Ends a stream that costs more than the wallet pays: the upstream ignored the limit we sent. */
  #cut(): RunEvent {
    const current = this.#current;
    this.#finish("ok", "length", null);
    current?.upstream.frames.cancel();
    return { type: "run-end", finish: "length" };
  }

  #reportProgress(): void {
    const { now, wallet, requestId, target, defer } = this.#parts;
    if (now() - this.#progressAt < PROGRESS_EVERY_MS) return;
    this.#progressAt = now();
    const cost = tariffMicro(target.tariff, this.#tally.estimate, this.#delivered);
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
    if (this.#ended) return;
    this.#ended = true;
    const { wallet, requestId, target, defer, health, now } = this.#parts;
    const current = this.#current;
    if (current) {
      const outcome = error ? error.reason : status;
      this.#noteAttempt(
        current.candidate,
        current.startedAt,
        outcome,
        error?.status ?? 200,
        error?.detail ?? null,
      );
      // What follows the end of an answer is read, or the connection stays open behind us.
      if (status !== "cancelled") defer(current.upstream.frames.release());
      if (status === "ok") health.worked(current.candidate);
      const policy = error ? FAILURE_POLICY[error.reason].health : "none";
      if (error && policy !== "none") {
        health.failed(current.candidate, policy, error.retryAfterMs, now());
      }
    }
    // An upstream that took the request and was then left or cut has been paid for its input.
    const spent =
      status === "ok" || this.#delivered || (status === "cancelled" && current !== null);
    const { usage, usageSource } = spent
      ? this.#tally.measure(status === "ok")
      : { usage: NO_USAGE, usageSource: "none" as const };
    const costMicro = spent
      ? tariffMicro(target.tariff, usage, this.#delivered || status === "ok")
      : 0;
    this.settlement = { usage, usageSource, costMicro };
    const record = usageDraft(this.#parts, this.attempts, this.timings, {
      status,
      finish,
      error,
      spent,
      usage,
      usageSource,
    });
    defer(
      spent
        ? wallet.settle({
            requestId,
            costMicro,
            usageSource,
            priceVersion: target.priceVersion,
            record,
          })
        : wallet.release(requestId, record),
    );
  }
}

const NO_ROUTE: UpstreamError = {
  reason: "unavailable",
  status: null,
  upstreamCode: null,
  retryAfterMs: null,
  detail: "no route: every connection of this target is disabled or has no usable key",
};
