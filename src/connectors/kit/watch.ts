/**
 * The clock over one upstream call: total deadline, silence, and the reader leaving. One timer
 * per call that re-arms itself, none per chunk; silence counts only while somebody waits.
 */
import type { UpstreamError } from "../../core/run.ts";
import { upstreamError } from "./http-errors.ts";

export interface WatchLimits {
  /** Milliseconds for the whole call. */
  totalMs: number;
  /** Milliseconds of silence while waiting for the upstream. */
  idleMs: number;
  signal: AbortSignal | undefined;
}

type Verdict = "deadline" | "silence" | "cancelled";

export class Watch {
  readonly #abort = new AbortController();
  readonly #limits: WatchLimits;
  readonly #endsAt: number;
  #waitingSince: number | null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #verdict: Verdict | null = null;
  /** Called once when the call is over before its end. */
  onVerdict: (() => void) | null = null;

  constructor(limits: WatchLimits) {
    this.#limits = limits;
    const now = Date.now();
    this.#endsAt = now + limits.totalMs;
    this.#waitingSince = now;
    limits.signal?.addEventListener("abort", this.#left);
    if (limits.signal?.aborted) this.#decide("cancelled");
    else if (limits.totalMs <= 0) this.#decide("deadline");
    else this.#arm(now);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the call ended early; null while it may go on. */
  get failure(): UpstreamError | null {
    return this.#verdict === null ? null : failureOf(this.#verdict, this.#limits.idleMs);
  }

  waiting(): void {
    this.#waitingSince = Date.now();
  }

  arrived(): void {
    this.#waitingSince = null;
  }

  /** The reader wants no more: the upstream learns of it at once. */
  cancel(): void {
    this.#decide("cancelled");
  }

  /** The call is over; nothing may fire any more. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#limits.signal?.removeEventListener("abort", this.#left);
  }

  #left = (): void => this.#decide("cancelled");

  #decide(verdict: Verdict): void {
    if (this.#verdict !== null) return;
    this.#verdict = verdict;
    this.stop();
    this.#abort.abort();
    this.onVerdict?.();
  }

  #arm(now: number): void {
    const silentAt = (this.#waitingSince ?? now) + this.#limits.idleMs;
    const delay = Math.max(1, Math.min(this.#endsAt, silentAt) - now);
    this.#timer = setTimeout(() => this.#look(), delay);
  }

  #look(): void {
    const now = Date.now();
    const since = this.#waitingSince;
    if (now >= this.#endsAt) this.#decide("deadline");
    else if (since !== null && now - since >= this.#limits.idleMs) this.#decide("silence");
    else this.#arm(now);
  }
}

function failureOf(verdict: Verdict, idleMs: number): UpstreamError {
  switch (verdict) {
    case "deadline":
      return upstreamError("timeout", "the answer took longer than is allowed in total");
    case "silence":
      return upstreamError("timeout", `nothing arrived for ${Math.round(idleMs / 1000)} seconds`);
    case "cancelled":
      return upstreamError("truncated", "cancelled");
  }
}
