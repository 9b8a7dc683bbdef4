/**
 * Holds without a row of their own. A durable write on the way to the first byte is the dearest
 * part of an admission, and most holds end within a moment; so in a busy wallet a hold stays in
 * memory, under a bound that is stored. No storage here, no clock: what is to be written is
 * answered, and the wallet writes it.
 *
 * 1. When an admission is answered, its hold has a row, or the stored bound covers the sum of all
 *    holds that have none. Either is written in the same step and confirmed before the answer.
 * 2. A hold that stands longer than a moment gets a row; a bound that nobody needs goes to zero.
 * 3. After a crash all of the bound counts as held (`LostHold`) until the last hold that it can
 *    have stood for has expired; late settlements are paid from it.
 * 4. A wallet that is seldom used never raises a bound: its holds get rows at once. So a crash
 *    costs nobody more than a few requests' worth of credits, for some minutes.
 */
import type { OpenHold } from "./schema.ts";

/** How long a hold may stand without a row. */
export const WRITE_AFTER_MS = 200;
/** A wallet that admits within this time of the last admission is busy. */
const BUSY_MS = 10_000;
/** After this long without an admission the bound goes. */
const IDLE_MS = 30_000;
/** How many more holds of the same size a raised bound has room for. */
const ROOM_FOR = 8;

export class Escrow {
  readonly #unwritten = new Map<string, OpenHold>();
  #boundMicro: number;
  #ttlMs: number;
  #sumMicro = 0;
  #admittedAt = Number.NEGATIVE_INFINITY;

  constructor(stored: { boundMicro: number; ttlMs: number }) {
    this.#boundMicro = stored.boundMicro;
    this.#ttlMs = stored.ttlMs;
  }

  get boundMicro(): number {
    return this.#boundMicro;
  }

  /** Whether no hold stands without a row. */
  get isEmpty(): boolean {
    return this.#unwritten.size === 0;
  }

  get ttlMs(): number {
    return this.#ttlMs;
  }

  get isCovered(): boolean {
    return this.#sumMicro <= this.#boundMicro;
  }

  /** What must be written before a hold of this size is answered. */
  need(heldMicro: number, ttlMs: number, now: number): "nothing" | "row" | "bound" {
    const wasBusy = now - this.#admittedAt < BUSY_MS;
    this.#admittedAt = now;
    if (this.#sumMicro + heldMicro <= this.#boundMicro && ttlMs <= this.#ttlMs) return "nothing";
    return wasBusy ? "bound" : "row";
  }

  /** Makes room for this hold and some more. To be written. */
  raise(heldMicro: number, ttlMs: number): void {
    this.#boundMicro = this.#sumMicro + heldMicro * ROOM_FOR;
    this.#ttlMs = Math.max(this.#ttlMs, ttlMs);
  }

  /** Nothing stands for anything any more. To be written. */
  clear(): void {
    this.#boundMicro = 0;
    this.#ttlMs = 0;
  }

  add(hold: OpenHold): void {
    this.#unwritten.set(hold.requestId, hold);
    this.#sumMicro += hold.heldMicro;
  }

  /** The hold has ended, or has a row now. */
  remove(hold: OpenHold): void {
    if (this.#unwritten.delete(hold.requestId)) this.#sumMicro -= hold.heldMicro;
  }

  unwritten(): OpenHold[] {
    return [...this.#unwritten.values()];
  }

  /** Those that have stood long enough to get a row. */
  due(now: number): OpenHold[] {
    const due: OpenHold[] = [];
    // In the order of admission.
    for (const hold of this.#unwritten.values()) {
      if (hold.admittedAt + WRITE_AFTER_MS > now) break;
      due.push(hold);
    }
    return due;
  }

  isIdle(now: number): boolean {
    return this.#boundMicro > 0 && this.isEmpty && this.#admittedAt + IDLE_MS <= now;
  }

  /** When a row is to be written, or the bound to go. */
  nextDue(): number {
    for (const hold of this.#unwritten.values()) return hold.admittedAt + WRITE_AFTER_MS;
    return this.#boundMicro > 0 ? this.#admittedAt + IDLE_MS : Number.POSITIVE_INFINITY;
  }
}
