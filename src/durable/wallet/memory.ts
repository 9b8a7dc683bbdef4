/** What a wallet keeps in memory: only a cache of its tables, rebuilt whenever it is in doubt. */
import { levelAt } from "../../core/access.ts";
import type { UserProfile } from "../../core/site.ts";
import { Escrow } from "./escrow.ts";
import { GrantBook, invariant } from "./ledger.ts";
import {
  DAY_MS,
  dayOf,
  firstDayOfMonth,
  RateWindow,
  type Scope,
  type Spent,
  WINDOW_MS,
} from "./limits.ts";
import type { Facts, WalletNotes } from "./notes.ts";
import type { LimitPolicy } from "./protocol.ts";
import type { LostHold, OpenHold } from "./schema.ts";
import type { WalletTables } from "./statements.ts";

export interface Memory {
  profile: UserProfile | null;
  policy: LimitPolicy | null;
  monthly: Facts["monthly"] | null;
  low: Facts["low"] | null;
  book: GrantBook;
  /** The running balance of the ledger; equals the book's balance after every change. */
  ledgerMicro: number;
  holds: OpenHolds;
  escrow: Escrow;
  /** What crashes have taken; see escrow.ts. */
  lost: LostHold[];
  window: RateWindow;
  spending: Spending;
  /** Session id → when it would have expired anyway. */
  revoked: Map<string, number>;
}

export function readMemory(tables: WalletTables, notes: WalletNotes, now: number): Memory {
  const holds = tables.openHolds();
  const facts = notes.facts();
  const lost = facts.lost ?? [];
  const reserved = new Map<number, number>();
  for (const [grantId, micro] of [...holds, ...lost].flatMap((hold) => hold.earmarks)) {
    reserved.set(grantId, (reserved.get(grantId) ?? 0) + micro);
  }
  const book = new GrantBook(
    tables.grants().map((grant) => ({ ...grant, reservedMicro: reserved.get(grant.id) ?? 0 })),
  );
  const ledgerMicro = tables.lastBalance();
  invariant(ledgerMicro === book.balanceMicro, "Σ entries = Σ remaining of grants");
  const heldMicro =
    holds.reduce((sum, hold) => sum + hold.heldMicro, 0) +
    lost.reduce((sum, one) => sum + one.micro, 0);
  invariant(heldMicro === book.heldMicro, "every hold is earmarked");
  return {
    profile: facts.profile ?? null,
    policy: facts.policy ?? null,
    monthly: facts.monthly ?? null,
    low: facts.low ?? null,
    book,
    ledgerMicro,
    holds: new OpenHolds(holds),
    escrow: new Escrow(facts.escrow ?? { boundMicro: 0, ttlMs: 0 }),
    lost,
    window: new RateWindow(tables.admissionsSince(now - WINDOW_MS)),
    spending: new Spending(tables),
    revoked: new Map(Object.entries(facts.revoked ?? {})),
  };
}

/** The level that counts for the user now. */
export function levelOf({ profile, policy }: Pick<Memory, "profile" | "policy">, now: number) {
  return profile && levelAt(profile, policy?.defaultLevelId ?? null, now);
}

/** Whether time, or new terms, have brought or taken credits since the last call. */
export function grantsAreDue(memory: Memory, now: number): boolean {
  const { policy, monthly, book } = memory;
  if ((book.nextExpiry() ?? Number.POSITIVE_INFINITY) <= now) return true;
  const levelId = levelOf(memory, now);
  const monthlyMicro = (levelId && policy?.levels[levelId]?.monthlyMicro) || 0;
  return monthlyMicro > 0 && (!monthly || monthly.endsAt <= now || monthly.micro < monthlyMicro);
}

/** Holds that are neither settled, released nor expired, with totals by key. */
export class OpenHolds {
  readonly #holds = new Map<string, OpenHold>();
  readonly #totals = new Map<Scope, { count: number; micro: number }>();

  constructor(holds: readonly OpenHold[]) {
    for (const hold of holds) this.add(hold);
  }

  get(requestId: string): OpenHold | undefined {
    return this.#holds.get(requestId);
  }

  add(hold: OpenHold): void {
    this.#holds.set(hold.requestId, hold);
    this.#count(hold, 1);
  }

  remove(hold: OpenHold): void {
    if (this.#holds.delete(hold.requestId)) this.#count(hold, -1);
  }

  total(scope: Scope): { count: number; micro: number } {
    return this.#totals.get(scope) ?? { count: 0, micro: 0 };
  }

  /** Those whose time is over, in the order in which it ended; the same after an eviction. */
  due(now: number): OpenHold[] {
    return [...this.#holds.values()]
      .filter((hold) => hold.expiresAt <= now)
      .sort((a, b) => a.expiresAt - b.expiresAt || (a.requestId < b.requestId ? -1 : 1));
  }

  nextExpiry(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const hold of this.#holds.values()) next = Math.min(next, hold.expiresAt);
    return next;
  }

  #count(hold: OpenHold, sign: 1 | -1): void {
    const scopes: Scope[] = hold.keyId === null ? [null] : [null, hold.keyId];
    for (const scope of scopes) {
      const { count, micro } = this.total(scope);
      if (count + sign === 0) this.#totals.delete(scope);
      else this.#totals.set(scope, { count: count + sign, micro: micro + sign * hold.heldMicro });
    }
  }
}

/**
 * What was spent in the current day and month (UTC): summed up from the entries when a cap first
 * asks for it, and kept up from there on.
 */
export class Spending {
  readonly #tables: WalletTables;
  #day = -1;
  #spent: Map<Scope, Spent> | null = null;

  constructor(tables: WalletTables) {
    this.#tables = tables;
  }

  of(scope: Scope, now: number): Spent {
    return this.#current(now).get(scope) ?? { dayMicro: 0, monthMicro: 0 };
  }

  /** Micro-credits of the month by key. */
  byKey(now: number): Record<string, number> {
    const spent = [...this.#current(now)].flatMap(([key, { monthMicro }]) =>
      key === null ? [] : [[key, monthMicro] as const],
    );
    return Object.fromEntries(spent);
  }

  /** To be called after the entry was made. */
  add(keyId: string | null, micro: number, now: number): void {
    if (this.#spent && this.#day === dayOf(now)) {
      count(this.#spent, keyId, { dayMicro: micro, monthMicro: micro });
    }
  }

  #current(now: number): Map<Scope, Spent> {
    const today = dayOf(now);
    if (this.#spent && this.#day === today) return this.#spent;
    const spent = new Map<Scope, Spent>();
    for (const { keyId, micro } of this.#tables.chargedSince(firstDayOfMonth(now) * DAY_MS)) {
      count(spent, keyId, { dayMicro: 0, monthMicro: micro });
    }
    for (const { keyId, micro } of this.#tables.chargedSince(today * DAY_MS)) {
      count(spent, keyId, { dayMicro: micro, monthMicro: 0 });
    }
    this.#day = today;
    this.#spent = spent;
    return spent;
  }
}

function count(spent: Map<Scope, Spent>, keyId: string | null, more: Spent): void {
  const scopes: Scope[] = keyId === null ? [null] : [null, keyId];
  for (const scope of scopes) {
    const { dayMicro, monthMicro } = spent.get(scope) ?? { dayMicro: 0, monthMicro: 0 };
    spent.set(scope, {
      dayMicro: dayMicro + more.dayMicro,
      monthMicro: monthMicro + more.monthMicro,
    });
  }
}
