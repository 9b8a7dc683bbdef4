/**
 * When a wallet does by itself what is due. The timer in memory costs nothing and is lost with the
 * object; the alarm is stored, costs a write, and comes in any case. So the timer is set for
 * soon, and the alarm for the day when there is no timer any more.
 */

/** An alarm that is this late has been given up by the platform and must be set again. */
const ALARM_LOST_MS = 600_000;

interface Work {
  /** When the alarm is due for what the wallet now knows of; infinity: for nothing. */
  nextDue(now: number): number;
  pulse(): Promise<void>;
}

export class Bell {
  readonly #ctx: DurableObjectState;
  readonly #work: Work;
  /** When the alarm will ring; null when that is not known in memory. */
  #alarmAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(ctx: DurableObjectState, work: Work) {
    this.#ctx = ctx;
    this.#work = work;
  }

  /** Makes sure that the timer rings by then. */
  soon(at: number, now: number): void {
    if (at === Number.POSITIVE_INFINITY || this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#ctx.waitUntil(this.#work.pulse());
      },
      Math.max(0, at - now),
    );
  }

  /** Makes sure that the timer rings by then, and not before. */
  notBefore(at: number, now: number): void {
    if (this.#timerAt < at) {
      clearTimeout(this.#timer);
      this.#timerAt = Number.POSITIVE_INFINITY;
    }
    this.soon(at, now);
  }

  /** Makes sure that the alarm rings by then. One that rings earlier does the work as well. */
  wake(at: number, now: number): void {
    const set = this.#alarmAt;
    const known = set !== null && set > now - ALARM_LOST_MS;
    if (known && set <= at) return;
    const next = known ? at : Math.min(at, this.#work.nextDue(now));
    if (next === Number.POSITIVE_INFINITY) return;
    const due = Math.max(next, now);
    this.#alarmAt = due;
    this.#ctx.waitUntil(this.#ctx.storage.setAlarm(due));
  }

  /** The alarm is ringing: none is set. */
  hasRung(): void {
    this.#alarmAt = null;
  }
}
