/**
 * A wallet as a few plain lists, slow and without any cleverness: what the object is compared
 * with. It knows no storage, no cache and no totals; every figure is summed up when asked for.
 */
import type {
  AdmitRequest,
  GrantRequest,
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

const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);

export class ModelWallet {
  grants: ModelGrant[] = [];
  holds: ModelHold[] = [];
  expired = 0;

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

  end(requestId: string, cost: number, how: "settle" | "release", now: number) {
    this.#sweep(now);
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

  alarm(now: number): void {
    this.#sweep(now);
    this.holds
      .filter((hold) => !hold.ended && hold.expiresAt <= now)
      .sort((a, b) => a.expiresAt - b.expiresAt || (a.requestId < b.requestId ? -1 : 1))
      .forEach((hold) => {
        this.#resolve(hold, hold.progress, "expiry", now);
      });
  }

  balance(now?: number): WalletBalance {
    if (now !== undefined) this.#sweep(now);
    const balanceMicro = sum(this.grants.map((grant) => grant.remaining));
    const heldMicro = sum(this.holds.filter((hold) => !hold.ended).map((hold) => hold.held));
    return { balanceMicro, heldMicro, availableMicro: balanceMicro - heldMicro };
  }

  get charged(): number {
    return sum(this.holds.map((hold) => hold.ended?.charged ?? 0));
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
    const order = this.grants
      .map((grant, place) => ({ grant, place }))
      .sort(
        (a, b) =>
          (a.grant.expiresAt === b.grant.expiresAt ? 0 : a.grant.expiresAt - b.grant.expiresAt) ||
          a.grant.priority - b.grant.priority ||
          a.place - b.place,
      );
    for (const { place } of order) {
      const part = Math.min(missing, this.#free(place));
      missing -= part;
      if (part > 0) use(place, part);
    }
    if (missing > 0) throw new Error("the model spent what it did not have");
  }

  #free(place: number): number {
    const kept = this.holds.filter((hold) => !hold.ended).map((hold) => hold.parts[place] ?? 0);
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
