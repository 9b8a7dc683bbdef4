/**
 * The wallet of one user of one site: credits, holds, limits, and the last word on credentials.
 * It is an object because check and write must be one step for everybody who spends from it:
 * between reading a balance and writing a hold nothing here awaits, so nothing can come between.
 *
 * 1. available = Σ remaining of live grants − Σ open holds, and is never below zero.
 * 2. Every change of the balance is an entry; entries are never changed; their sum is the
 *    balance. Each charge says hold, price version and where the usage came from.
 * 3. A hold ends exactly once: settled, released or expired. Whoever comes later is told how it
 *    ended (`repeated`) and changes nothing; a request can be charged once, for ever.
 * 4. A charge is at most hold + available; the rest is written down as uncollected.
 * 5. A hold that nobody ends expires by alarm into a charge of the last reported progress. One
 *    that a crash took before it had a row stays held, and payable, as a part of what was lost.
 * 6. Grants are used in order of expiry, priority, age; the rest of an expired one leaves as an
 *    entry, but for what open holds were promised of it (see ledger.ts).
 * 7. One call is one transaction: all of it is stored, or none. After a failure memory is
 *    forgotten and read again; when the tables contradict each other every call fails.
 * 8. A usage record leaves the outbox only after the Meter has acknowledged it, in order.
 * 9. The alarm does all that is due, late or twice without harm; a timer in memory only sooner.
 */
import { DurableObject } from "cloudflare:workers";
import type { UsageRecord } from "../../contract/usage.ts";
import type { UserProfile } from "../../core/site.ts";
import type { MeterRpc } from "../meter/protocol.ts";
import { migrate } from "../migrate.ts";
import {
  admitted,
  checkAdmission,
  holdAmount,
  holdOf,
  limitScopes,
  type NewHold,
  rateRefusal,
  rateStates,
  refused,
} from "./admission.ts";
import { Bell } from "./bell.ts";
import { Books, type Ending } from "./books.ts";
import { CallLease } from "./call-lease.ts";
import { Housekeeping } from "./housekeeping.ts";
import { assertMicro, invariant } from "./ledger.ts";
import { grantsAreDue, type Memory, readMemory } from "./memory.ts";
import { WalletNotes } from "./notes.ts";
import { type Delivery, Outbox } from "./outbox.ts";
import type {
  AdmitRequest,
  AdmitResult,
  CorrectionRequest,
  CorrectionResult,
  Credential,
  EntryFilter,
  EntryPage,
  GrantRequest,
  HoldSlip,
  PeriodTotal,
  SettleRequest,
  SettleResult,
  UsageDraft,
  WalletBalance,
  WalletRpc,
  WalletTerms,
} from "./protocol.ts";
import { balanceOf, expiredDraft, pageOf, periodOf, stateOf } from "./records.ts";
import { type OpenHold, STEPS } from "./schema.ts";
import { mayCall, stands, takePolicy, takeProfile } from "./standing.ts";
import { WalletTables } from "./statements.ts";

export class Wallet extends DurableObject<Env> implements WalletRpc {
  readonly #tables: WalletTables;
  readonly #notes: WalletNotes;
  readonly #outbox: Outbox;
  readonly #keeping: Housekeeping;
  readonly #calls: CallLease;
  #cached: Memory | null = null;
  readonly #bell: Bell;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, STEPS);
    this.#tables = new WalletTables(ctx.storage.sql);
    this.#notes = new WalletNotes(ctx.storage.sql);
    this.#outbox = new Outbox(this.#notes);
    this.#keeping = new Housekeeping(this.#tables);
    this.#bell = new Bell(ctx, {
      nextDue: (now) => this.#nextDue(now),
      pulse: () => this.#pulse(),
    });
    this.#calls = new CallLease(ctx.id.toString(), (request) => this.#meter().lease(request));
  }

  async admit(request: AdmitRequest): Promise<AdmitResult> {
    checkAdmission(request);
    const limit = (request.policy ?? this.#memory(this.#now()).policy)?.callsPerMonth ?? null;
    if (limit !== null && !(await this.#calls.reserve(limit, this.#now()))) {
      return refused("site_calls_used_up");
    }
    const now = this.#now();
    const result = this.#guarded(() => this.#admit(this.#memory(now), request, now));
    if (limit !== null && !result.ok) this.#calls.giveBack();
    return result;
  }

  async progress(requestId: string, costMicro: number): Promise<void> {
    assertMicro(costMicro, "costMicro");
    const now = this.#now();
    this.#change(now, (memory, books) => {
      const hold = memory.holds.get(requestId);
      if (!hold || hold.progressMicro >= costMicro) return;
      if (!hold.written) books.write(hold);
      hold.progressMicro = costMicro;
      this.#tables.updateProgress(requestId, costMicro);
      this.#bell.wake(hold.expiresAt, now);
    });
  }

  async settle(request: SettleRequest): Promise<SettleResult> {
    assertMicro(request.costMicro, "costMicro");
    const { requestId, costMicro, priceVersion, usageSource, slip } = request;
    const draft = { ...request.record, usage_source: usageSource, price_version: priceVersion };
    return this.#end(requestId, { state: "settled", costMicro, priceVersion, draft }, slip);
  }

  async release(requestId: string, record: UsageDraft, slip?: HoldSlip): Promise<SettleResult> {
    const priceVersion = record.price_version;
    return this.#end(
      requestId,
      { state: "released", costMicro: 0, priceVersion, draft: record },
      slip,
    );
  }

  async grant(request: GrantRequest): Promise<WalletBalance> {
    assertMicro(request.amountMicro, "amountMicro");
    if (request.amountMicro === 0) throw new RangeError("amountMicro: a grant of nothing");
    const { expiresAt } = request;
    if (expiresAt !== null) assertMicro(expiresAt, "expiresAt");
    const now = this.#now();
    const balance = this.#change(now, (memory, books) => {
      books.grant(request, now);
      books.expireGrants(now);
      return balanceOf(memory);
    });
    if (expiresAt !== null && expiresAt > now) this.#bell.wake(expiresAt, now);
    return balance;
  }

  async correct(request: CorrectionRequest): Promise<CorrectionResult> {
    assertMicro(Math.abs(request.amountMicro), "amountMicro");
    if (request.amountMicro === 0) throw new RangeError("amountMicro: a correction of nothing");
    if (request.reason.trim() === "") throw new RangeError("reason: a correction without one");
    const now = this.#now();
    return this.#change(now, (memory, books): CorrectionResult => {
      books.expireGrants(now);
      if (books.correct(request, now)) return { ok: true, balance: balanceOf(memory) };
      return { ok: false, reason: "insufficient", availableMicro: memory.book.availableMicro };
    });
  }

  async balance(terms: WalletTerms = {}): ReturnType<WalletRpc["balance"]> {
    const now = this.#now();
    return this.#change(now, (memory, books) => {
      if (terms.profile) takeProfile(memory, this.#notes, terms.profile);
      if (terms.policyVersion !== undefined) {
        if (!memory.profile) return { ok: false, reason: "profile_needed" };
        if (!takePolicy(memory, this.#notes, terms.policy, terms.policyVersion, now)) {
          return { ok: false, reason: "policy_needed" };
        }
        books.grantMonthly(now);
      }
      books.expireGrants(now);
      return { ok: true, ...stateOf(memory, this.#tables.grants(), terms.byKey && now) };
    });
  }

  async entries(filter: EntryFilter): Promise<EntryPage> {
    return pageOf(this.#tables, filter);
  }

  async pending(requestId: string): Promise<UsageRecord | null> {
    return this.#notes.pending(requestId);
  }

  async periods(): Promise<PeriodTotal[]> {
    return this.#tables.periods().map(periodOf);
  }

  async authorise(
    credential: Credential,
    scope: "gateway" | "wallet",
    profile?: UserProfile,
  ): ReturnType<WalletRpc["authorise"]> {
    const now = this.#now();
    const memory = this.#memory(now);
    if (profile) takeProfile(memory, this.#notes, profile);
    const check = stands(memory, credential, scope, profile, now);
    return check.ok ? { ok: true, profile: check.profile } : check;
  }

  async putProfile(profile: UserProfile): Promise<void> {
    takeProfile(this.#memory(this.#now()), this.#notes, profile);
  }

  async revokeSession(sessionId: string, expiresAt: number): Promise<void> {
    const now = this.#now();
    this.#change(now, (memory) => {
      for (const [id, endsAt] of memory.revoked) if (endsAt <= now) memory.revoked.delete(id);
      memory.revoked.set(sessionId, expiresAt);
      this.#notes.putFact("revoked", Object.fromEntries(memory.revoked));
    });
  }

  override async alarm(): Promise<void> {
    this.#bell.hasRung();
    const now = this.#now();
    this.#change(now, (memory, books) => {
      books.expireGrants(now);
      for (const hold of memory.holds.due(now)) {
        const { progressMicro: costMicro, priceVersion } = hold;
        const draft = expiredDraft(hold, now);
        books.resolve(hold, { state: "expired", costMicro, priceVersion, draft }, now);
        this.#outbox.added(now);
      }
      for (const lost of memory.lost.filter((one) => one.expiresAt <= now)) {
        books.expireLost(lost, now);
        this.#outbox.added(now);
      }
      for (const hold of memory.escrow.unwritten()) books.write(hold);
      if (memory.escrow.boundMicro > 0) books.clearEscrow();
      this.#keeping.run(now);
    });
    await this.#flush();
    this.#change(this.#now(), () => this.#outbox.sweep());
    this.#bell.wake(Number.POSITIVE_INFINITY, this.#now());
  }

  #admit(memory: Memory, request: AdmitRequest, now: number): AdmitResult {
    const { requestId, credential } = request;
    const keyId = credential.kind === "key" ? credential.keyId : null;
    const open = memory.holds.get(requestId);
    if (open) return open.keyId === keyId ? admitted(memory, open, now) : refused("duplicate");
    if (this.#tables.hasEnded(requestId)) return refused("duplicate");
    if (request.profile) takeProfile(memory, this.#notes, request.profile);
    const check = stands(memory, credential, request.scope, request.profile, now);
    if (!check.ok) return check;
    if (!takePolicy(memory, this.#notes, request.policy, request.policyVersion, now)) {
      return refused("policy_needed");
    }
    if (!mayCall(memory, check, request, now)) return refused("access_denied");
    if (grantsAreDue(memory, now)) this.#change(now, (_, books) => books.settleTime(now));
    memory.window.trim(now);
    const scopes = limitScopes(memory, keyId, now);
    const refusal = rateRefusal(scopes, memory.window, request.tokens, now);
    if (refusal) return { ok: false, ...refusal, ...rateStates(scopes, memory.window, now) };
    const amount = holdAmount(request, scopes, memory.book, now);
    if (!amount.ok) return { ...amount, ...rateStates(scopes, memory.window, now) };
    const hold = this.#place(memory, holdOf(request, keyId, amount.micro, now), now);
    return admitted(memory, hold, now);
  }

  /** In memory alone where the escrow covers it; else written, and confirmed before the answer. */
  #place(memory: Memory, hold: NewHold, now: number): OpenHold {
    const ttlMs = hold.expiresAt - now;
    const need = memory.escrow.need(hold.heldMicro, ttlMs, now);
    if (need === "nothing") {
      const placed = this.#books(memory).place({ ...hold, written: false });
      this.#bell.soon(memory.escrow.nextDue(), now);
      return placed;
    }
    const placed = this.#change(now, (_, books) => {
      if (need === "bound") books.raiseEscrow(hold.heldMicro, ttlMs);
      return books.place({ ...hold, written: need === "row" });
    });
    this.#bell.wake(hold.expiresAt, now);
    this.#bell.soon(memory.escrow.nextDue(), now);
    return placed;
  }

  #end(requestId: string, ending: Ending, slip: HoldSlip | undefined): SettleResult {
    const now = this.#now();
    const result = this.#change(now, (memory, books): SettleResult => {
      books.expireGrants(now);
      const hold = memory.holds.get(requestId);
      const repeated = hold ? null : this.#tables.resolution(requestId);
      const { book } = memory;
      if (repeated) {
        return { ok: true, ...repeated, availableMicro: book.availableMicro, repeated: true };
      }
      const ended = hold ?? (slip ? books.reclaim(requestId, slip, ending, now) : null);
      if (!ended) return { ok: false, reason: "unknown_request" };
      const outcome = books.resolve(ended, ending, now);
      this.#outbox.sweep();
      return { ok: true, ...outcome, availableMicro: book.availableMicro, repeated: false };
    });
    if (result.ok && !result.repeated) {
      const { escrow } = this.#memory(now);
      const due = Math.min(this.#outbox.added(now), escrow.nextDue());
      // The timer of a hold that has ended would wake the wallet for nothing.
      if (escrow.isEmpty) this.#bell.notBefore(due, now);
      else this.#bell.soon(due, now);
      this.#bell.wake(this.#outbox.alarmDue(now), now);
    }
    return result;
  }

  #meter(): MeterRpc {
    const profile = this.#memory(this.#now()).profile;
    invariant(profile !== null, "a wallet in use has a site");
    return this.env.METER.getByName(profile.siteId);
  }

  /** What should not wait for the alarm: rows for holds that stand, and the outbox. Never throws. */
  async #pulse(): Promise<void> {
    const now = this.#now();
    try {
      const { escrow } = this.#memory(now);
      const due = escrow.due(now);
      const idle = escrow.isIdle(now);
      if (due.length > 0 || idle) {
        this.#change(now, (_, books) => {
          for (const hold of due) books.write(hold);
          if (idle) books.clearEscrow();
        });
        for (const hold of due) this.#bell.wake(hold.expiresAt, now);
      }
      this.#bell.soon(escrow.nextDue(), now);
      // A timer may ring a little early by this clock.
      if (this.#outbox.nextDue() > now) this.#bell.soon(this.#outbox.nextDue(), now);
      else await this.#flush();
    } catch (error) {
      console.error({ message: "a wallet could not be kept in order", error: String(error) });
    }
  }

  async #flush(): Promise<void> {
    await this.#outbox.flush(this.#delivery, () => this.#now());
    const now = this.#now();
    // A Meter that fails is asked again by the alarm: that may take longer than memory lasts.
    if (this.#outbox.isFailing) this.#bell.wake(this.#outbox.nextDue(), now);
    else this.#bell.soon(this.#outbox.nextDue(), now);
  }

  readonly #delivery: Delivery = {
    records: (records) => this.#meter().record(records),
    notices: (notices) => this.#meter().notice(notices),
  };

  #nextDue(now: number): number {
    const memory = this.#memory(now);
    return Math.min(
      memory.holds.nextExpiry(),
      ...memory.lost.map((lost) => lost.expiresAt),
      memory.book.nextExpiry() ?? Number.POSITIVE_INFINITY,
      this.#outbox.alarmDue(now),
      this.#keeping.nextDue(now),
    );
  }

  /** Runs one change as one transaction, and proves the books balanced at its end. */
  #change<Value>(now: number, work: (memory: Memory, books: Books) => Value): Value {
    const memory = this.#memory(now);
    return this.#guarded(() =>
      this.ctx.storage.transactionSync(() => {
        const value = work(memory, this.#books(memory));
        invariant(memory.ledgerMicro === memory.book.balanceMicro, "Σ entries = balance");
        return value;
      }),
    );
  }

  /** After a failure nothing in memory is believed. */
  #guarded<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      this.#cached = null;
      this.#outbox.reread();
      throw error;
    }
  }

  #books(memory: Memory): Books {
    return new Books(this.#tables, this.#notes, memory);
  }

  #memory(now: number): Memory {
    if (this.#cached) return this.#cached;
    const memory = readMemory(this.#tables, this.#notes, now);
    this.#cached = memory;
    if (memory.escrow.boundMicro > 0) {
      this.#change(now, (_, books) => books.recover(`lost_${crypto.randomUUID()}`, now));
    }
    this.#bell.soon(this.#outbox.nextDue(), now);
    return memory;
  }

  /** The only clock of the wallet. */
  #now(): number {
    return Date.now();
  }
}
