/** The steps that move credits: in memory and in the tables alike, within one transaction. */
import { monthAround } from "../../core/months.ts";
import { invariant, takeEarmarks } from "./ledger.ts";
import { lowestCrossed, WINDOW_MS } from "./limits.ts";
import { levelOf, type Memory } from "./memory.ts";
import type { WalletNotes } from "./notes.ts";
import type { CorrectionRequest, GrantRequest, HoldSlip, UsageDraft } from "./protocol.ts";
import { completeRecord, lostRecord, lowNotice } from "./records.ts";
import type { LostHold, NewEntry, OpenHold } from "./schema.ts";
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
  readonly #notes: WalletNotes;
  readonly #memory: Memory;

  constructor(tables: WalletTables, notes: WalletNotes, memory: Memory) {
    this.#tables = tables;
    this.#notes = notes;
    this.#memory = memory;
  }

  /** Puts credits in, unless this operation already did. */
  grant(request: GrantRequest, now: number): void {
    const operationId = `grant:${request.operationId}`;
    if (this.#tables.hasEntry(operationId)) return;
    this.#put(request);
    const { amountMicro, reason } = request;
    this.#enter({ operationId, type: "grant", amountMicro, reason, at: now });
  }

  /** Credits of the user's month: what the level gives, less what was given for this month before. */
  grantMonthly(now: number): void {
    const { profile, policy, monthly } = this.#memory;
    const levelId = levelOf(this.#memory, now);
    const level = levelId ? policy?.levels[levelId] : undefined;
    if (!profile?.enabled || !level || level.monthlyMicro === 0) return;
    const { startsAt, endsAt } = monthAround(profile.createdAt ?? 0, now);
    // A clock that went back must not give the month before again.
    if (monthly && monthly.startsAt > startsAt) return;
    const given = monthly?.startsAt === startsAt ? monthly.micro : 0;
    if (level.monthlyMicro <= given) return;
    const month = { startsAt, endsAt, micro: level.monthlyMicro };
    this.grant(
      {
        operationId: `monthly:${startsAt}:${level.monthlyMicro}`,
        amountMicro: level.monthlyMicro - given,
        reason: "monthly",
        expiresAt: endsAt,
        priority: 0,
      },
      now,
    );
    this.#notes.putFact("monthly", month);
    this.#memory.monthly = month;
  }

  /** What time has brought and taken. */
  settleTime(now: number): void {
    this.grantMonthly(now);
    this.expireGrants(now);
  }

  /** False when more is to be taken than is available. Expired grants are gone before. */
  correct(request: CorrectionRequest, now: number): boolean {
    const { amountMicro, reason, actor } = request;
    const operationId = `correction:${request.operationId}`;
    if (this.#tables.hasEntry(operationId)) return true;
    const { book } = this.#memory;
    if (amountMicro > 0) this.#put({ amountMicro, expiresAt: null, priority: 0, reason });
    else if (-amountMicro > book.availableMicro) return false;
    else for (const grant of book.pay([], -amountMicro)) this.#tables.updateGrant(grant);
    this.#enter({ operationId, type: "correction", amountMicro, reason, actor, at: now });
    this.#noticeLow(now);
    return true;
  }

  /** `written`: whether the hold gets a row; where not, the escrow covers it. */
  place(hold: Omit<OpenHold, "earmarks" | "progressMicro">): OpenHold {
    const memory = this.#memory;
    const placed = { ...hold, earmarks: memory.book.reserve(hold.heldMicro), progressMicro: 0 };
    if (hold.written) this.#tables.insertHold(placed);
    else memory.escrow.add(placed);
    memory.holds.add(placed);
    memory.window.add({
      requestId: hold.requestId,
      keyId: hold.keyId,
      at: hold.admittedAt,
      tokens: hold.tokens,
    });
    invariant(memory.escrow.isCovered, "every hold has a row or is covered");
    return placed;
  }

  /** Gives a hold that stands for longer than a moment its row. */
  write(hold: OpenHold): void {
    this.#tables.insertHold(hold);
    this.#memory.escrow.remove(hold);
    hold.written = true;
  }

  raiseEscrow(heldMicro: number, ttlMs: number): void {
    const { escrow } = this.#memory;
    escrow.raise(heldMicro, ttlMs);
    const { boundMicro, ttlMs: longest } = escrow;
    this.#notes.putFact("escrow", { boundMicro, ttlMs: longest });
  }

  clearEscrow(): void {
    this.#memory.escrow.clear();
    this.#notes.dropFact("escrow");
  }

  /** After a crash: whatever the bound stood for counts as held, by nobody knows whom. */
  recover(id: string, now: number): void {
    const memory = this.#memory;
    const { boundMicro, ttlMs } = memory.escrow;
    // Before anything expires: what was promised of a grant outlives it.
    const micro = Math.min(boundMicro, memory.book.availableMicro);
    if (micro > 0) {
      const earmarks = memory.book.reserve(micro);
      const lost: LostHold = { id, micro, earmarks, at: now, expiresAt: now + ttlMs };
      memory.lost.push(lost);
      this.#notes.putFact("lost", memory.lost);
    }
    this.clearEscrow();
  }

  /**
   * Makes a hold that was lost from what its slip says, out of what the crash took, so that it can
   * be ended. Null when no crash can have taken it.
   */
  reclaim(requestId: string, slip: HoldSlip, ending: Ending, now: number): OpenHold | null {
    const memory = this.#memory;
    const lost = memory.lost.find((one) => one.at >= slip.admittedAt);
    if (!lost && slip.heldMicro > 0) return null;
    const heldMicro = Math.min(slip.heldMicro, lost?.micro ?? 0);
    const hold: OpenHold = {
      requestId,
      keyId: ending.draft.key_id,
      surface: ending.draft.surface,
      model: ending.draft.model,
      priceVersion: ending.priceVersion,
      heldMicro,
      progressMicro: 0,
      earmarks: lost ? takeEarmarks(lost.earmarks, heldMicro) : [],
      tokens: slip.tokens,
      admittedAt: slip.admittedAt,
      expiresAt: slip.admittedAt,
      written: false,
    };
    if (lost) {
      lost.micro -= heldMicro;
      this.#keepLost();
    }
    memory.holds.add(hold);
    if (slip.admittedAt + WINDOW_MS > now) {
      memory.window.add({ requestId, keyId: hold.keyId, at: slip.admittedAt, tokens: slip.tokens });
    }
    return hold;
  }

  /** What a crash took and nobody asked for is free again, and written down. */
  expireLost(lost: LostHold, now: number): void {
    const { book, profile } = this.#memory;
    const { micro } = lost;
    invariant(profile !== null, "a hold has a user");
    book.pay(lost.earmarks, 0);
    lost.micro = 0;
    const record = { ...lost, micro };
    this.#keepLost();
    this.expireGrants(now, lost.id);
    this.#notes.enqueue("usage", lostRecord(record, profile, now));
  }

  /** Ends an open hold: charge or release, and the usage record. Expired grants are gone before. */
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
    if (hold.written) this.#tables.deleteHold(hold.requestId);
    else memory.escrow.remove(hold);
    // Where nobody knows what was used, as after an expiry, what was promised stays counted.
    const used = draft.tokens.input + draft.tokens.output;
    const tokens = state === "expired" || !Number.isSafeInteger(used) ? hold.tokens : used;
    memory.window.correct(hold.requestId, tokens);
    if (state === "released") this.#tables.insertRelease({ ...hold, tokens }, now);
    else this.#enterCharge(hold, ending, outcome, tokens, now);
    if (chargedMicro > 0) memory.spending.add(hold.keyId, chargedMicro, now);
    // What the hold kept of a grant that has expired meanwhile goes now.
    this.expireGrants(now, hold.requestId);
    this.#notes.enqueue("usage", completeRecord(draft, memory.profile, hold, outcome));
    this.#noticeLow(now);
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

  #put(grant: Pick<GrantRequest, "amountMicro" | "expiresAt" | "priority" | "reason">): void {
    const { amountMicro, expiresAt, priority } = grant;
    const id = this.#tables.insertGrant(grant);
    const added = { id, remainingMicro: amountMicro, reservedMicro: 0, expiresAt, priority };
    this.#memory.book.add(added);
    this.#rearmLow();
  }

  /** Says once that credits run low; again only after they were above every threshold. */
  #noticeLow(now: number): void {
    const { book, policy, profile, low } = this.#memory;
    if (!policy || !profile) return;
    const thresholdMicro = lowestCrossed(policy.lowBalanceMicro, book.balanceMicro);
    if (thresholdMicro === null || (low && low.thresholdMicro <= thresholdMicro)) return;
    this.#memory.low = { thresholdMicro };
    this.#notes.putFact("low", this.#memory.low);
    this.#notes.enqueue("notice", lowNotice(profile, thresholdMicro, book.balanceMicro, now));
  }

  #rearmLow(): void {
    const { book, policy, low } = this.#memory;
    if (!low || !policy || lowestCrossed(policy.lowBalanceMicro, book.balanceMicro) !== null)
      return;
    this.#memory.low = null;
    this.#notes.dropFact("low");
  }

  #keepLost(): void {
    const memory = this.#memory;
    memory.lost = memory.lost.filter((one) => one.micro > 0);
    if (memory.lost.length > 0) this.#notes.putFact("lost", memory.lost);
    else this.#notes.dropFact("lost");
  }

  #enterCharge(
    hold: OpenHold,
    ending: Ending,
    outcome: Outcome,
    tokens: number,
    now: number,
  ): void {
    this.#enter({
      operationId: hold.requestId,
      type: "charge",
      amountMicro: 0 - outcome.chargedMicro,
      heldMicro: hold.heldMicro,
      uncollectedMicro: outcome.uncollectedMicro,
      usageSource: ending.draft.usage_source,
      model: ending.draft.model,
      keyId: hold.keyId,
      priceVersion: ending.priceVersion,
      tokens,
      admittedAt: hold.admittedAt,
      at: now,
    });
  }

  #enter(entry: NewEntry): void {
    this.#memory.ledgerMicro += entry.amountMicro;
    this.#tables.insertEntry(entry, this.#memory.ledgerMicro);
  }
}
