/**
 * One call from its admission to its settlement, whatever it asks for: attempts at the upstreams
 * in order, timings, and the end. Invariants:
 *
 * 1. A call settles or releases its hold exactly once, however it ends. The settlement is given
 *    to `defer`, so it outlives the response.
 * 2. Another route is tried only while nothing has reached the client, and only for reasons that
 *    core/policy.ts allows, and before the deadline.
 * 3. Every attempt is written down once.
 */
import type { FrameReader } from "../../connectors/kit/body-reader.ts";
import type { Attempt } from "../../contract/usage.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import type { Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { CallParts, Ending, Metered, RunTimings, Settlement } from "./call-parts.ts";
import type { Candidate } from "./health.ts";
import { settleCall } from "./settle-call.ts";

const MAX_ATTEMPTS = 6;

interface Underway<Opened> {
  candidate: Candidate;
  upstream: Opened;
  startedAt: number;
}

export class Call<Opened extends { frames: FrameReader }> {
  readonly attempts: Attempt[] = [];
  /** Set once the call has ended. */
  settlement: Settlement | null = null;
  /** The attempt that is answering. */
  current: Underway<Opened> | null = null;
  /** Whether anything that counts has reached the client. */
  delivered = false;
  readonly #parts: CallParts;
  readonly #abort = new AbortController();
  readonly #candidates: Candidate[];
  /** Makes the request one of a new conversation; false where it is already. */
  readonly #renew: () => boolean;
  #asking: { candidate: Candidate; startedAt: number } | null = null;
  #lastFailure: UpstreamError | null = null;
  #kept = false;
  #upstreamMs = 0;
  #firstByteAt: number | null = null;

  constructor(parts: CallParts, renew = () => false) {
    this.#parts = parts;
    this.#renew = renew;
    this.#candidates = [...parts.candidates];
  }

  get ended(): boolean {
    return this.settlement !== null || this.#kept;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
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

  /** Opens the next candidate. Null when one is open or the call has ended; an error when none is left. */
  async open(
    call: (candidate: Candidate) => Promise<Result<Opened, UpstreamError>>,
  ): Promise<UpstreamError | null> {
    for (;;) {
      const startedAt = this.#parts.now();
      const candidate = this.#parts.health.take(this.#candidates, startedAt);
      if (!candidate) return this.#lastFailure ?? NO_ROUTE;
      this.#asking = { candidate, startedAt };
      const opened = await this.waitFor(() => call(candidate));
      this.#asking = null;
      if (this.ended) {
        this.#parts.health.left(candidate);
        if (opened.ok) opened.value.frames.cancel();
        return null;
      }
      if (opened.ok) {
        this.current = { candidate, upstream: opened.value, startedAt };
        return null;
      }
      if (!this.#mayRetry(candidate, startedAt, opened.error)) return opened.error;
    }
  }

  /** Counts the time until the first content as the upstream's. */
  async waitFor<Value>(work: () => Promise<Value>): Promise<Value> {
    const since = this.#parts.now();
    const value = await work();
    if (this.#firstByteAt === null) this.#upstreamMs += this.#parts.now() - since;
    return value;
  }

  /** Something is about to reach the client. */
  shows(): void {
    this.#firstByteAt ??= this.#parts.now();
  }

  /** An answer that broke before anything was shown gives way to the next route: true when it has. */
  givesWay(error: UpstreamError): boolean {
    const current = this.current;
    if (!current || this.delivered) return false;
    const retry = this.#mayRetry(current.candidate, current.startedAt, error);
    // Written down already: the end must not write it again.
    current.upstream.frames.cancel();
    this.current = null;
    return retry && this.#candidates.length > 0;
  }

  /** Ends the call. `measure` is asked only where the upstream has to be paid. */
  finish(ending: Ending, measure: (complete: boolean) => Metered): void {
    if (this.ended) return;
    const { status } = ending;
    // An upstream that took the request and was then left or cut has been paid for its input.
    const spent =
      status === "ok" || this.delivered || (status === "cancelled" && this.current !== null);
    this.#close(ending);
    this.settlement = settleCall(this.#parts, {
      attempts: this.attempts,
      timings: this.timings,
      ending,
      metered: spent ? measure(status === "ok") : null,
      delivered: this.delivered || status === "ok",
    });
    if (status === "cancelled") {
      this.#abort.abort();
      this.current?.upstream.frames.cancel();
    }
  }

  /** The upstream has taken the work on and will do it later: the hold stays, for whoever settles then. */
  keep(): void {
    this.#kept = true;
    this.#close({ status: "ok", finish: null, error: null });
  }

  #close({ status, error }: Ending): void {
    if (this.#asking)
      this.#note(this.#asking.candidate, this.#asking.startedAt, status, null, null);
    if (!this.current) return;
    const { candidate, startedAt, upstream } = this.current;
    // It had begun to answer before it failed.
    if (error) this.#mayRetry(candidate, startedAt, { ...error, status: error.status ?? 200 });
    else this.#note(candidate, startedAt, status, 200, null);
    // What follows the end of an answer is read, or the connection stays open behind us.
    if (status !== "cancelled") this.#parts.defer(upstream.frames.release());
    const { health, defer, tellOfKey, now } = this.#parts;
    if (status === "ok" && health.worked(candidate, startedAt, now())) {
      defer(tellOfKey(candidate, null));
    }
    if (status === "cancelled") health.left(candidate);
  }

  /** Writes a failed attempt down; true when another route may be tried. */
  #mayRetry(candidate: Candidate, startedAt: number, error: UpstreamError): boolean {
    const { now, health, defer, tellOfKey, deadlineAt } = this.#parts;
    this.#lastFailure = error;
    this.#note(candidate, startedAt, error.reason, error.status, error.detail);
    if (this.#renewsToken(candidate, error)) return true;
    const isRefused = health.failed(candidate, error, startedAt, now());
    if (isRefused) defer(tellOfKey(candidate, error));
    const { retry } = FAILURE_POLICY[error.reason];
    const mayServe = retry !== "never" && !this.delivered;
    if (!mayServe || this.attempts.length >= MAX_ATTEMPTS || now() >= deadlineAt) return false;
    if (retry === "next-target") return true;
    if (!this.#renew()) return false;
    this.#candidates.unshift(candidate);
    return true;
  }

  /** A token that was withdrawn before its time says nothing of its key: the same is tried with another. */
  #renewsToken(candidate: Candidate, { reason }: UpstreamError): boolean {
    const { now, health, deadlineAt, renewToken } = this.#parts;
    if (reason !== "unauthorized" || this.delivered || now() >= deadlineAt) return false;
    if (!renewToken?.(candidate)) return false;
    health.left(candidate);
    this.#candidates.unshift(candidate);
    return true;
  }

  #note(
    { route }: Candidate,
    startedAt: number,
    outcome: string,
    status: number | null,
    detail: string | null,
  ): void {
    const ms = this.#parts.now() - startedAt;
    const connection = route.connection.slug;
    this.attempts.push({ connection, model: route.upstreamId, outcome, status, ms, detail });
  }
}

const NO_ROUTE: UpstreamError = {
  reason: "unavailable",
  status: null,
  upstreamCode: null,
  retryAfterMs: null,
  detail: "no route: every connection of this target is disabled or has no usable key",
};
