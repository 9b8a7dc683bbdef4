/**
 * The grants of one wallet, and what is promised from them. Pure: no storage, no clock.
 *
 * 1. balance = Σ remaining of grants; held = Σ reserved; available = balance − held ≥ 0.
 * 2. For each grant 0 ≤ reserved ≤ remaining.
 * 3. Grants are used in order of expiry (never last), then priority, then age.
 * 4. A hold earmarks parts of grants. What is earmarked outlives the grant's expiry, for that
 *    hold alone: what was promised stays payable. The rest of an expired grant is gone.
 */

export interface Grant {
  /** Grows with age: a younger grant has a greater id. */
  id: number;
  remainingMicro: number;
  reservedMicro: number;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
  priority: number;
}

/** Part of a grant that is kept for one hold. */
export type Earmark = [grantId: number, micro: number];

/** Takes so much out of earmarks, which must have it; what is left stays in place. */
export function takeEarmarks(earmarks: Earmark[], micro: number): Earmark[] {
  const taken: Earmark[] = [];
  let missing = micro;
  while (missing > 0) {
    const earmark = earmarks[0];
    invariant(earmark !== undefined, "what is taken is there");
    const part = Math.min(missing, earmark[1]);
    taken.push([earmark[0], part]);
    missing -= part;
    earmark[1] -= part;
    if (earmark[1] === 0) earmarks.shift();
  }
  return taken;
}

export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`wallet invariant broken: ${what}`);
}

/** Micro-credits cross the RPC as plain numbers: whole, not negative, exactly representable. */
export function assertMicro(micro: number, what: string): void {
  if (!Number.isSafeInteger(micro) || micro < 0) throw new RangeError(`${what}: ${micro}`);
}

export class GrantBook {
  /** In order of use; only those with something left. */
  #grants: Grant[];
  #balanceMicro = 0;
  #heldMicro = 0;

  constructor(grants: Grant[]) {
    this.#grants = grants.filter((grant) => grant.remainingMicro > 0).sort(inOrderOfUse);
    for (const grant of this.#grants) {
      this.#balanceMicro += grant.remainingMicro;
      this.#heldMicro += grant.reservedMicro;
    }
    this.#check();
  }

  get balanceMicro(): number {
    return this.#balanceMicro;
  }

  get heldMicro(): number {
    return this.#heldMicro;
  }

  /** Right only after `expire`: what has expired must not be spent. */
  get availableMicro(): number {
    return this.#balanceMicro - this.#heldMicro;
  }

  add(grant: Grant): void {
    invariant(
      Number.isSafeInteger(this.#balanceMicro + grant.remainingMicro),
      "a balance that can be counted exactly",
    );
    this.#grants.push(grant);
    this.#grants.sort(inOrderOfUse);
    this.#balanceMicro += grant.remainingMicro;
    this.#check();
  }

  /** Sets an amount aside, which must be available. */
  reserve(micro: number): Earmark[] {
    const earmarks: Earmark[] = [];
    let missing = micro;
    for (const grant of this.#grants) {
      if (missing === 0) break;
      const part = Math.min(missing, grant.remainingMicro - grant.reservedMicro);
      if (part === 0) continue;
      grant.reservedMicro += part;
      missing -= part;
      earmarks.push([grant.id, part]);
    }
    invariant(missing === 0, "a hold is covered by grants");
    this.#heldMicro += micro;
    this.#check();
    return earmarks;
  }

  /**
   * Gives the earmarks of a hold back and spends `chargeMicro`, which must not exceed them and
   * what is available. Answers the grants that have changed.
   *
   * The spending starts again from the grant that expires first, not from the earmarks: a hold
   * that was placed while another one kept the older grant must not spare it.
   */
  pay(earmarks: readonly Earmark[], chargeMicro: number): Grant[] {
    this.#unreserve(earmarks);
    const changed: Grant[] = [];
    let missing = chargeMicro;
    for (const grant of this.#grants) {
      if (missing === 0) break;
      const part = Math.min(missing, grant.remainingMicro - grant.reservedMicro);
      if (part === 0) continue;
      grant.remainingMicro -= part;
      missing -= part;
      changed.push(grant);
    }
    invariant(missing === 0, "a charge is covered by grants");
    this.#balanceMicro -= chargeMicro;
    this.#drop();
    return changed;
  }

  /**
   * Empties grants that have expired, but for what holds have been promised. Answers what was
   * taken from each.
   */
  expire(now: number): { grant: Grant; micro: number }[] {
    const gone: { grant: Grant; micro: number }[] = [];
    for (const grant of this.#grants) {
      if (grant.expiresAt === null || grant.expiresAt > now) break;
      const micro = grant.remainingMicro - grant.reservedMicro;
      if (micro === 0) continue;
      grant.remainingMicro -= micro;
      this.#balanceMicro -= micro;
      gone.push({ grant, micro });
    }
    if (gone.length > 0) this.#drop();
    return gone;
  }

  /** When the next part of a grant expires that no hold keeps; null: never. */
  nextExpiry(): number | null {
    const next = this.#grants.find((grant) => grant.remainingMicro > grant.reservedMicro);
    return next?.expiresAt ?? null;
  }

  #unreserve(earmarks: readonly Earmark[]): void {
    for (const [grantId, micro] of earmarks) {
      const grant = this.#grants.find((one) => one.id === grantId);
      invariant(grant !== undefined && grant.reservedMicro >= micro, "an earmark is in its grant");
      grant.reservedMicro -= micro;
      this.#heldMicro -= micro;
    }
  }

  #drop(): void {
    if (this.#grants.some((grant) => grant.remainingMicro === 0)) {
      this.#grants = this.#grants.filter((grant) => grant.remainingMicro > 0);
    }
    this.#check();
  }

  #check(): void {
    invariant(this.#heldMicro >= 0, "held ≥ 0");
    invariant(this.#balanceMicro >= this.#heldMicro, "available ≥ 0");
    for (const grant of this.#grants) {
      invariant(
        grant.reservedMicro >= 0 && grant.reservedMicro <= grant.remainingMicro,
        "0 ≤ reserved ≤ remaining of each grant",
      );
    }
  }
}

type Ordered = Pick<Grant, "id" | "expiresAt" | "priority">;

export function inOrderOfUse(a: Ordered, b: Ordered): number {
  const expiryA = a.expiresAt ?? Number.POSITIVE_INFINITY;
  const expiryB = b.expiresAt ?? Number.POSITIVE_INFINITY;
  if (expiryA !== expiryB) return expiryA < expiryB ? -1 : 1;
  return a.priority - b.priority || a.id - b.id;
}
