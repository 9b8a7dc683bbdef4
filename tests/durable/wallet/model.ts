/**
 * A wallet as a few plain lists, slow and without any cleverness: what the object is compared
 * with. It knows no storage, no cache and no totals; every figure is summed up when asked for.
 */
import type {
  AdmitRequest,
  CorrectionRequest,
  GrantRequest,
  HoldSlip,
  WalletBalance,
} from "../../../src/durable/wallet/protocol.ts";

interface ModelGrant {
  operationId: string;
  amount: number;
  remaining: number;
  expiresAt: number;
  priority: number;
}

interface ModelHold {
  requestId: string;
  held: number;
  /** How much of which grant (by its place in the list) is kept for it. */
  parts: number[];
  progress: number;
  expiresAt: number;
  ended: null | { charged: number; uncollected: number; how: "settle" | "release" | "expiry" };
}

/** What a crash took: holds of which nobody knows any more. */
interface ModelLost {
  held: number;
  parts: number[];
  at: number;
  expiresAt: number;
}

const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);

export class ModelWallet {
  grants: ModelGrant[] = [];
  holds: ModelHold[] = [];
  lost: ModelLost[] = [];
  /** Of each part of what was lost that nobody asked for in time: how much it was. */
  givenUp: number[] = [];
  expired = 0;
  corrected = 0;
  readonly #corrections = new Set<string>();

  admit(request: AdmitRequest, now: number): { heldMicro: number } | { reason: string } {
    const known = this.holds.find((hold) => hold.requestId === request.requestId);
    if (known) return known.ended ? { reason: "duplicate" } : { heldMicro: known.held };
    this.#sweep(now);
    const held = Math.min(request.holdMicro, this.balance().availableMicro);
    if (held < request.minimumMicro) {
      const enough = this.balance().balanceMicro >= request.minimumMicro;
      return { reason: enough ? "holds_in_flight" : "insufficient_credits" };
    }
    const hold: ModelHold = {
      requestId: request.requestId,
      held,
      parts: this.grants.map(() => 0),
      progress: 0,
      expiresAt: now + request.ttlMs,
      ended: null,
    };
    this.#take(held, (place, part) => {
      hold.parts[place] = part;
    });
    this.holds.push(hold);
    return { heldMicro: held };
  }

  progress(requestId: string, cost: number): void {
    const hold = this.#open(requestId);
    if (hold) hold.progress = Math.max(hold.progress, cost);
  }

  end(
    requestId: string,
    cost: number,
    how: "settle" | "release",
    now: number,
    slip: HoldSlip | undefined,
  ) {
    this.#sweep(now);
    const known = this.holds.some((hold) => hold.requestId === requestId);
    if (!known && slip) this.#reclaim(requestId, slip);
    const open = this.#open(requestId);
    if (open) this.#resolve(open, cost, how, now);
    const ended = this.holds.find((hold) => hold.requestId === requestId)?.ended;
    if (!ended) return { reason: "unknown_request" };
    const { charged: chargedMicro, uncollected: uncollectedMicro } = ended;
    return { chargedMicro, uncollectedMicro, repeated: open === undefined };
  }

  grant(request: GrantRequest, now: number): void {
    if (!this.grants.some((grant) => grant.operationId === request.operationId)) {
      this.grants.push({
        operationId: request.operationId,
        amount: request.amountMicro,
        remaining: request.amountMicro,
        expiresAt: request.expiresAt ?? Number.POSITIVE_INFINITY,
        priority: request.priority,
      });
    }
    this.#sweep(now);
  }

  correct(request: CorrectionRequest, now: number): { ok: boolean } {
    this.#sweep(now);
    if (this.#corrections.has(request.operationId)) return { ok: true };
    if (request.amountMicro < 0) {
      if (-request.amountMicro > this.balance().availableMicro) return { ok: false };
      this.#take(-request.amountMicro, (place, part) => {
        const grant = this.grants[place];
        if (grant) grant.remaining -= part;
      });
    } else {
      this.grants.push({
        operationId: `correction ${request.operationId}`,
        amount: 0,
        remaining: request.amountMicro,
        expiresAt: Number.POSITIVE_INFINITY,
        priority: 0,
      });
    }
    this.#corrections.add(request.operationId);
    this.corrected += request.amountMicro;
    return { ok: true };
  }

  /** The object went down: `written` holds have rows; for the others there was a bound. */
  crash(written: Set<string>, escrow: { boundMicro: number; ttlMs: number }, now: number): void {
    this.holds = this.holds.filter((hold) => hold.ended || written.has(hold.requestId));
    const held = Math.min(escrow.boundMicro, this.balance().availableMicro);
    if (held === 0) return;
    const parts = this.grants.map(() => 0);
    this.#take(held, (place, part) => {
      parts[place] = part;
    });
    this.lost.push({ held, parts, at: now, expiresAt: now + escrow.ttlMs });
  }

  alarm(now: number): void {
    this.#sweep(now);
    this.holds
      .filter((hold) => !hold.ended && hold.expiresAt <= now)
      .sort((a, b) => a.expiresAt - b.expiresAt || (a.requestId < b.requestId ? -1 : 1))
      .forEach((hold) => {
        this.#resolve(hold, hold.progress, "expiry", now);
      });
    for (const lost of this.lost) if (lost.expiresAt <= now) this.givenUp.push(lost.held);
    this.lost = this.lost.filter((lost) => lost.expiresAt > now);
    this.#sweep(now);
  }

  balance(now?: number): WalletBalance {
    if (now !== undefined) this.#sweep(now);
    const balanceMicro = sum(this.grants.map((grant) => grant.remaining));
    const heldMicro = sum(this.#standing().map((hold) => hold.held));
    return { balanceMicro, heldMicro, availableMicro: balanceMicro - heldMicro };
  }

  get charged(): number {
    return sum(this.holds.map((hold) => hold.ended?.charged ?? 0));
  }

  #standing(): { held: number; parts: number[] }[] {
    return [...this.holds.filter((hold) => !hold.ended), ...this.lost];
  }

  #reclaim(requestId: string, slip: HoldSlip): void {
    const lost = this.lost.find((one) => one.at >= slip.admittedAt);
    if (!lost && slip.heldMicro > 0) return;
    const held = Math.min(slip.heldMicro, lost?.held ?? 0);
    const parts = this.grants.map(() => 0);
    let missing = held;
    for (const place of this.#order()) {
      const part = Math.min(missing, lost?.parts[place] ?? 0);
      if (!lost || part === 0) continue;
      lost.parts[place] = (lost.parts[place] ?? 0) - part;
      lost.held -= part;
      parts[place] = part;
      missing -= part;
    }
    this.lost = this.lost.filter((one) => one.held > 0);
    this.holds.push({ requestId, held, parts, progress: 0, expiresAt: 0, ended: null });
  }

  #open(requestId: string): ModelHold | undefined {
    return this.holds.find((hold) => hold.requestId === requestId && !hold.ended);
  }

  #resolve(hold: ModelHold, cost: number, how: "settle" | "release" | "expiry", now: number): void {
    const charged = Math.min(cost, hold.held + this.balance().availableMicro);
    hold.ended = { charged, uncollected: cost - charged, how };
    this.#take(charged, (place, part) => {
      const grant = this.grants[place];
      if (grant) grant.remaining -= part;
    });
    this.#sweep(now);
  }

  /** Takes from what no open hold keeps, in the order of use. */
  #take(micro: number, use: (place: number, part: number) => void): void {
    let missing = micro;
    for (const place of this.#order()) {
      const part = Math.min(missing, this.#free(place));
      missing -= part;
      if (part > 0) use(place, part);
    }
    if (missing > 0) throw new Error("the model spent what it did not have");
  }

  /** Places of grants in the order of use. */
  #order(): number[] {
    return this.grants
      .map((grant, place) => ({ grant, place }))
      .sort(
        (a, b) =>
          (a.grant.expiresAt === b.grant.expiresAt ? 0 : a.grant.expiresAt - b.grant.expiresAt) ||
          a.grant.priority - b.grant.priority ||
          a.place - b.place,
      )
      .map(({ place }) => place);
  }

  #free(place: number): number {
    const kept = this.#standing().map((hold) => hold.parts[place] ?? 0);
    return (this.grants[place]?.remaining ?? 0) - sum(kept);
  }

  #sweep(now: number): void {
    this.grants.forEach((grant, place) => {
      if (grant.expiresAt > now) return;
      const free = this.#free(place);
      grant.remaining -= free;
      this.expired += free;
    });
  }
}
