/**
 * The wallet of one user of one site: credits, holds, limits, and the last word on credentials.
 * It is an object because check and write must be one step for everybody who spends from it:
 * between reading a balance and writing a hold nothing here awaits, so nothing can come between.
 *
 * 1. available = Σ remaining of live grants − Σ open holds, and is never below zero.
 * 2. Every change of the balance is an entry; entries are never changed; their sum is the
 *    balance. Each charge says hold, price version and where the usage came from.
 * 3. A hold ends exactly once: settled, released or expired. Whoever comes later is told how it
 *    ended (`repeated`) and changes nothing; whoever comes again after the tombstone was pruned
 *    is answered from the ledger, where a request can be charged once, for ever.
 * 4. A charge is at most hold + available; the rest is written down as uncollected.
 * 5. A hold that nobody ends expires by alarm into a charge of the last reported progress.
 * 6. Grants are used in order of expiry, priority, age; the rest of an expired one leaves as an
 *    entry, but for what open holds were promised of it (see ledger.ts).
 * 7. One call is one transaction: all of it is stored, or none. After a failure memory is
 *    forgotten and read again; when the tables contradict each other every call fails.
 * 8. A usage record leaves the outbox only after the Meter has acknowledged it, in order.
 * 9. The alarm does all that is due, whatever it was set for; late or twice does no harm.
 */
import { DurableObject } from "cloudflare:workers";
import { allows } from "../../core/access.ts";
import type { UserProfile } from "../../core/site.ts";
import type { MeterRpc } from "../meter/protocol.ts";
import { migrate } from "../migrate.ts";
import { holdAmount, limitScopes, rateRefusal, rateStates } from "./admission.ts";
import { Books, type Ending } from "./books.ts";
import { type CredentialCheck, checkCredential } from "./credential.ts";
import { assertMicro, invariant } from "./ledger.ts";
import { dayOf } from "./limits.ts";
import { type Memory, readMemory } from "./memory.ts";
import { Outbox } from "./outbox.ts";
import type {
  AdmitRefusal,
  AdmitRequest,
  AdmitResult,
  Credential,
  EntryPage,
  GrantRequest,
  SettleRequest,
  SettleResult,
  UsageDraft,
  WalletBalance,
  WalletRpc,
} from "./protocol.ts";
import { entryOf, expiredDraft } from "./records.ts";
import { type OpenHold, STEPS } from "./schema.ts";
import { WalletTables } from "./statements.ts";

const TOMBSTONE_MS = 25 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_BATCH = 1_000;
const SPENDING_DAYS = 62;
const HOLD_TTL_MAX_MS = 24 * 3_600_000;
/** An alarm that is this late has been given up by the platform and must be set again. */
const ALARM_LOST_MS = 600_000;
const ENTRIES_MAX = 200;

export class Wallet extends DurableObject<Env> implements WalletRpc {
  readonly #tables: WalletTables;
  readonly #outbox: Outbox;
  #cached: Memory | null = null;
  /** When the alarm will ring; null when that is not known in memory. */
  #alarmAt: number | null = null;
  #prunedAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, STEPS);
    this.#tables = new WalletTables(ctx.storage.sql);
    this.#outbox = new Outbox(this.#tables);
  }

  async admit(request: AdmitRequest): Promise<AdmitResult> {
    assertMicro(request.holdMicro, "holdMicro");
    assertMicro(request.minimumMicro, "minimumMicro");
    assertMicro(request.tokens, "tokens");
    assertMicro(request.ttlMs, "ttlMs");
    const now = this.#now();
    const result = this.#change(now, (memory, books) => this.#admit(memory, books, request, now));
    const hold = result.ok ? this.#memory(now).holds.get(request.requestId) : undefined;
    if (hold) this.#wake(hold.expiresAt, now);
    return result;
  }

  async progress(requestId: string, costMicro: number): Promise<void> {
    assertMicro(costMicro, "costMicro");
    this.#change(this.#now(), (memory) => {
      const hold = memory.holds.get(requestId);
      if (!hold || hold.progressMicro >= costMicro) return;
      hold.progressMicro = costMicro;
      this.#tables.updateProgress(requestId, costMicro);
    });
  }

  async settle(request: SettleRequest): Promise<SettleResult> {
    assertMicro(request.costMicro, "costMicro");
    const { costMicro, priceVersion, usageSource } = request;
    const draft = { ...request.record, usage_source: usageSource, price_version: priceVersion };
    return this.#end(request.requestId, { state: "settled", costMicro, priceVersion, draft });
  }

  async release(requestId: string, record: UsageDraft): Promise<SettleResult> {
    const priceVersion = record.price_version;
    return this.#end(requestId, { state: "released", costMicro: 0, priceVersion, draft: record });
  }

  async grant(request: GrantRequest): Promise<WalletBalance> {
    assertMicro(request.amountMicro, "amountMicro");
    if (request.amountMicro === 0) throw new RangeError("amountMicro: a grant of nothing");
    const { expiresAt } = request;
    const now = this.#now();
    const balance = this.#change(now, (memory, books) => {
      books.grant(request, now);
      books.expireGrants(now);
      return balanceOf(memory);
    });
    if (expiresAt !== null && expiresAt > now) this.#wake(expiresAt, now);
    return balance;
  }

  async balance(): Promise<WalletBalance> {
    const now = this.#now();
    return this.#change(now, (memory, books) => {
      books.expireGrants(now);
      return balanceOf(memory);
    });
  }

  async entries(limit: number, after: string | null): Promise<EntryPage> {
    const size = Math.max(1, Math.min(ENTRIES_MAX, Math.trunc(limit)));
    const before = after === null ? Number.MAX_SAFE_INTEGER : Number(after);
    // A cursor that is not ours leads nowhere rather than to the start.
    const rows = Number.isSafeInteger(before) ? this.#tables.entries(before, size + 1) : [];
    const shown = rows.slice(0, size);
    const more = rows.length > size;
    return {
      data: shown.map(entryOf),
      has_more: more,
      next: more ? String(shown.at(-1)?.seq) : null,
    };
  }

  async authorise(
    credential: Credential,
    scope: "gateway" | "wallet",
    profile?: UserProfile,
  ): ReturnType<WalletRpc["authorise"]> {
    const now = this.#now();
    const memory = this.#memory(now);
    if (profile) this.#takeProfile(memory, profile);
    const check = this.#check(memory, credential, scope, profile, now);
    return check.ok ? { ok: true, profile: check.profile } : check;
  }

  async putProfile(profile: UserProfile): Promise<void> {
    this.#takeProfile(this.#memory(this.#now()), profile);
  }

  async revokeSession(sessionId: string, expiresAt: number): Promise<void> {
    const now = this.#now();
    this.#change(now, (memory) => {
      for (const [id, endsAt] of memory.revoked) if (endsAt <= now) memory.revoked.delete(id);
      memory.revoked.set(sessionId, expiresAt);
      this.#tables.revokeSession(sessionId, expiresAt, now);
    });
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = this.#now();
    this.#change(now, (memory, books) => {
      books.expireGrants(now);
      for (const hold of memory.holds.due(now)) {
        const { progressMicro: costMicro, priceVersion } = hold;
        const draft = expiredDraft(hold, now);
        books.resolve(hold, { state: "expired", costMicro, priceVersion, draft }, now);
        this.#outbox.added(now);
      }
      if (this.#pruneDue(now) <= now) this.#prune(now);
    });
    await this.#outbox.flush(
      (records) => this.#meter().record(records),
      () => this.#now(),
    );
    this.#wake(Number.POSITIVE_INFINITY, this.#now());
  }

  #admit(memory: Memory, books: Books, request: AdmitRequest, now: number): AdmitResult {
    const { requestId, credential } = request;
    const keyId = credential.kind === "key" ? credential.keyId : null;
    const open = memory.holds.get(requestId);
    if (open) return open.keyId === keyId ? admitted(memory, open, now) : refused("duplicate");
    if (this.#tables.resolution(requestId)) return refused("duplicate");
    if (request.profile) this.#takeProfile(memory, request.profile);
    const check = this.#check(memory, credential, request.scope, request.profile, now);
    if (!check.ok) return check;
    if (!allows(request.access, { ...check.profile, guest: false }))
      return refused("access_denied");
    if (!this.#takePolicy(memory, request, check.profile)) return refused("policy_needed");
    memory.window.trim(now);
    const scopes = limitScopes(memory, keyId, now);
    const refusal = rateRefusal(scopes, memory.window, request.tokens, now);
    if (refusal) return { ok: false, ...refusal, ...rateStates(scopes, memory.window, now) };
    books.expireGrants(now);
    const amount = holdAmount(request, scopes, memory.book, now);
    if (!amount.ok) return { ...amount, ...rateStates(scopes, memory.window, now) };
    const hold = books.place({
      requestId,
      keyId,
      surface: request.surface ?? (keyId === null ? "portal" : "gateway"),
      model: request.model,
      priceVersion: request.priceVersion ?? null,
      heldMicro: amount.micro,
      tokens: request.tokens,
      admittedAt: now,
      expiresAt: now + Math.min(request.ttlMs, HOLD_TTL_MAX_MS),
    });
    return admitted(memory, hold, now);
  }

  #check(
    memory: Memory,
    credential: Credential,
    scope: AdmitRequest["scope"],
    brought: UserProfile | undefined,
    now: number,
  ): CredentialCheck {
    return checkCredential(credential, scope, {
      profile: memory.profile,
      fresh: brought !== undefined,
      isRevoked: (sessionId) => memory.revoked.has(sessionId),
      now,
    });
  }

  #takeProfile(memory: Memory, profile: UserProfile): void {
    const known = memory.profile;
    if (known && (known.siteId !== profile.siteId || known.userId !== profile.userId)) {
      throw new Error("the profile of another user was brought to this wallet");
    }
    if (known && known.version >= profile.version) return;
    this.#tables.putFact("profile", profile);
    memory.profile = profile;
  }

  /** False when the caller knows newer limits than this wallet and has not brought them. */
  #takePolicy(memory: Memory, request: AdmitRequest, profile: UserProfile): boolean {
    const known = memory.policy;
    const brought = request.policy;
    if (brought && (!known || brought.version > known.version)) {
      this.#tables.putFact("policy", brought);
      memory.policy = brought;
    }
    if (brought) return true;
    if (!known || known.version < request.policyVersion) return false;
    // A level that the limits do not know: the profile is ahead of them.
    return profile.levelId === null || Object.hasOwn(known.limitsByLevel, profile.levelId);
  }

  #end(requestId: string, ending: Ending): SettleResult {
    const now = this.#now();
    const result = this.#change(now, (memory, books): SettleResult => {
      books.expireGrants(now);
      const hold = memory.holds.get(requestId);
      const outcome = hold ? books.resolve(hold, ending, now) : this.#tables.resolution(requestId);
      if (!outcome) return { ok: false, reason: "unknown_request" };
      const { availableMicro } = memory.book;
      return { ok: true, ...outcome, availableMicro, repeated: hold === undefined };
    });
    if (result.ok && !result.repeated) this.#wake(this.#outbox.added(now), now);
    return result;
  }

  #prune(now: number): void {
    const more = this.#tables.pruneHolds(now - TOMBSTONE_MS, PRUNE_BATCH);
    this.#prunedAt = more ? now - PRUNE_EVERY_MS : now;
    this.#tables.pruneSpending(dayOf(now) - SPENDING_DAYS);
  }

  #pruneDue(now: number): number {
    const oldest = this.#tables.oldestHold();
    if (oldest === null) return Number.POSITIVE_INFINITY;
    // Not at once again: the oldest may be one that still cannot go.
    return Math.max(oldest + TOMBSTONE_MS + 1, this.#prunedAt + PRUNE_EVERY_MS, now);
  }

  #meter(): MeterRpc {
    const profile = this.#memory(this.#now()).profile;
    invariant(profile !== null, "a usage record has a site");
    return this.env.METER.getByName(profile.siteId);
  }

  /** Makes sure that the alarm rings by then. One that rings earlier does the work as well. */
  #wake(at: number, now: number): void {
    const set = this.#alarmAt;
    const known = set !== null && set > now - ALARM_LOST_MS;
    if (known && set <= at) return;
    const next = known ? at : Math.min(at, this.#nextDue(now));
    if (next === Number.POSITIVE_INFINITY) return;
    const due = Math.max(next, now);
    this.#alarmAt = due;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(due));
  }

  #nextDue(now: number): number {
    const memory = this.#memory(now);
    return Math.min(
      memory.holds.nextExpiry(),
      memory.book.nextExpiry() ?? Number.POSITIVE_INFINITY,
      this.#outbox.nextDue(),
      this.#pruneDue(now),
    );
  }

  /** Runs one call as one transaction, and proves the books balanced at its end. */
  #change<Value>(now: number, work: (memory: Memory, books: Books) => Value): Value {
    try {
      return this.ctx.storage.transactionSync(() => {
        const memory = this.#memory(now);
        const value = work(memory, new Books(this.#tables, memory));
        invariant(memory.ledgerMicro === memory.book.balanceMicro, "Σ entries = balance");
        return value;
      });
    } catch (error) {
      this.#cached = null;
      throw error;
    }
  }

  #memory(now: number): Memory {
    this.#cached ??= readMemory(this.#tables, now);
    return this.#cached;
  }

  /** The only clock of the wallet. */
  #now(): number {
    return Date.now();
  }
}

function balanceOf(memory: Memory): WalletBalance {
  const { availableMicro, heldMicro, balanceMicro } = memory.book;
  return { availableMicro, heldMicro, balanceMicro };
}

function refused(reason: AdmitRefusal): AdmitResult {
  return { ok: false, reason };
}

function admitted(memory: Memory, hold: OpenHold, now: number): AdmitResult {
  invariant(memory.profile !== null, "a hold has a user");
  memory.window.trim(now);
  return {
    ok: true,
    heldMicro: hold.heldMicro,
    availableMicro: memory.book.availableMicro,
    userId: memory.profile.userId,
    email: memory.profile.email,
    ...rateStates(limitScopes(memory, hold.keyId, now), memory.window, now),
  };
}
