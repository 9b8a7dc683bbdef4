/** The steps that move credits: in memory and in the tables alike, within one transaction. */
import { invariant } from "./ledger.ts";
import type { Memory } from "./memory.ts";
import type { GrantRequest, UsageDraft } from "./protocol.ts";
import { completeRecord } from "./records.ts";
import { chargeOperation, type NewEntry, type OpenHold } from "./schema.ts";
import type { WalletTables } from "./statements.ts";

/** How a hold ends. */
export interface Ending {
  state: "settled" | "released" | "expired";
  costMicro: number;
  priceVersion: number | null;
  draft: UsageDraft;
}

export interface Outcome {
  chargedMicro: number;
  uncollectedMicro: number;
}

export class Books {
  readonly #tables: WalletTables;
  readonly #memory: Memory;

  constructor(tables: WalletTables, memory: Memory) {
    this.#tables = tables;
    this.#memory = memory;
  }

  /** Puts credits in, unless this operation already did. */
  grant(request: GrantRequest, now: number): void {
    const { amountMicro, reason, expiresAt, priority } = request;
    const operationId = `grant:${request.operationId}`;
    if (this.#tables.hasEntry(operationId)) return;
    const id = this.#tables.insertGrant({ amountMicro, expiresAt, priority, reason });
    this.#memory.book.add({
      id,
      remainingMicro: amountMicro,
      reservedMicro: 0,
      expiresAt,
      priority,
    });
    this.#enter({ operationId, type: "grant", amountMicro, reason, at: now });
  }

  place(hold: Omit<OpenHold, "earmarks" | "progressMicro">): OpenHold {
    const earmarks = this.#memory.book.reserve(hold.heldMicro);
    const placed = { ...hold, earmarks, progressMicro: 0 };
    this.#tables.insertHold(placed);
    this.#memory.holds.add(placed);
    this.#memory.window.add({
      requestId: hold.requestId,
      keyId: hold.keyId,
      at: hold.admittedAt,
      tokens: hold.tokens,
    });
    return placed;
  }

  /** Ends an open hold: charge, tombstone, entry, usage record. Expired grants are gone before. */
  resolve(hold: OpenHold, ending: Ending, now: number): Outcome {
    const memory = this.#memory;
    const { state, costMicro, draft } = ending;
    invariant(memory.holds.get(hold.requestId) === hold, "a hold ends once");
    invariant(memory.profile !== null, "a hold has a user");
    const chargedMicro = Math.min(costMicro, hold.heldMicro + memory.book.availableMicro);
    const outcome = { chargedMicro, uncollectedMicro: costMicro - chargedMicro };
    for (const grant of memory.book.pay(hold.earmarks, chargedMicro)) {
      this.#tables.updateGrant(grant);
    }
    memory.holds.remove(hold);
    // Where nobody knows what was used, as after an expiry, what was promised stays counted.
    const used = draft.tokens.input + draft.tokens.output;
    const tokens = state === "expired" || !Number.isSafeInteger(used) ? hold.tokens : used;
    memory.window.correct(hold.requestId, tokens);
    this.#tables.resolveHold(hold.requestId, { state, ...outcome }, tokens, now);
    if (state !== "released") this.#enterCharge(hold, ending, outcome, now);
    if (chargedMicro > 0) memory.spending.add(hold.keyId, chargedMicro, now);
    // What the hold kept of a grant that has expired meanwhile goes now.
    this.expireGrants(now, hold.requestId);
    this.#tables.enqueue(completeRecord(draft, memory.profile, hold, outcome));
    return outcome;
  }

  /** Takes out what has expired. `because`: the request whose end let go of it. */
  expireGrants(now: number, because?: string): void {
    for (const { grant, micro } of this.#memory.book.expire(now)) {
      this.#tables.updateGrant(grant);
      this.#enter({
        operationId: because ? `expiry:${grant.id}:${because}` : `expiry:${grant.id}`,
        type: "expiry",
        amountMicro: -micro,
        reason: "expired",
        at: now,
      });
    }
  }

  #enterCharge(hold: OpenHold, ending: Ending, outcome: Outcome, now: number): void {
    this.#enter({
      operationId: chargeOperation(hold.requestId),
      type: "charge",
      amountMicro: 0 - outcome.chargedMicro,
      requestId: hold.requestId,
      heldMicro: hold.heldMicro,
      uncollectedMicro: outcome.uncollectedMicro,
      usageSource: ending.draft.usage_source,
      model: ending.draft.model,
      priceVersion: ending.priceVersion,
      at: now,
    });
  }

  #enter(entry: NewEntry): void {
    this.#memory.ledgerMicro += entry.amountMicro;
    this.#tables.insertEntry(entry, this.#memory.ledgerMicro);
  }
}
