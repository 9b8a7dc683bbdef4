/**
 * Ways in which the money could be wrong: each breaks one promise of the wallet on purpose, and a
 * test must notice. `from` stands in the file exactly once.
 */
export interface Mutation {
  /** The promise that is broken: an invariant of wallet.ts, escrow.ts, ledger.ts or pricing.ts. */
  breaks: string;
  file: string;
  from: string;
  to: string;
  /** Where it ought to be noticed. */
  tests: string[];
}

const WALLET = "src/durable/wallet";
const TESTS = "tests/durable/wallet";
const admit = [`${TESTS}/admit.test.ts`];
const settle = [`${TESTS}/settle.test.ts`];
const grant = [`${TESTS}/grant.test.ts`, `${TESTS}/ledger.test.ts`];
const outbox = [`${TESTS}/outbox.test.ts`];
const escrow = [`${TESTS}/escrow.test.ts`];
const terms = [`${TESTS}/terms.test.ts`];
const storage = [`${TESTS}/storage.test.ts`];
const keyScope = [`${TESTS}/key-scope.test.ts`];
const correction = [`${TESTS}/correction.test.ts`];

export const MUTATIONS: Mutation[] = [
  {
    breaks: "available is never below zero: a hold may be larger than what is there",
    file: `${WALLET}/admission.ts`,
    from: "  micro = Math.min(micro, funds.availableMicro);\n",
    to: "",
    tests: admit,
  },
  {
    breaks: "available is never below zero: what is held can be held again",
    file: `${WALLET}/ledger.ts`,
    from: "    this.#heldMicro += micro;\n    this.#check();\n    return earmarks;",
    to: "    return earmarks;",
    tests: admit,
  },
  {
    breaks: "a cap counts what is in flight",
    file: `${WALLET}/limits.ts`,
    from: "const micro = Math.max(0, left - heldMicro);",
    to: "const micro = left;",
    tests: admit,
  },
  {
    breaks: "every change of the balance is an entry",
    file: `${WALLET}/books.ts`,
    from: "    else this.#enterCharge(hold, ending, outcome, tokens, now);\n",
    to: "",
    tests: settle,
  },
  {
    breaks: "entries are never removed",
    file: `${WALLET}/schema.ts`,
    from: "WHEN OLD.seq > coalesce((SELECT value FROM facts WHERE name = 'compacted'), 0)",
    to: "WHEN 0",
    tests: settle,
  },
  {
    breaks: "a hold ends exactly once: a second settle charges again",
    file: `${WALLET}/wallet.ts`,
    from: "const repeated = hold ? null : this.#tables.resolution(requestId);",
    to: "const repeated = null as ReturnType<WalletTables['resolution']>;",
    tests: settle,
  },
  {
    breaks: "a request can be charged once, for ever: an ended one is admitted again",
    file: `${WALLET}/wallet.ts`,
    from: '    if (this.#tables.hasEnded(requestId)) return refused("duplicate");\n',
    to: "",
    tests: admit,
  },
  {
    breaks: "a released request stays released",
    file: `${WALLET}/books.ts`,
    from: 'if (state === "released") this.#tables.insertRelease({ ...hold, tokens }, now);',
    to: 'if (state === "released") memory.escrow.remove(hold);',
    tests: settle,
  },
  {
    breaks: "a charge is at most hold + available",
    file: `${WALLET}/books.ts`,
    from: "Math.min(costMicro, hold.heldMicro + memory.book.availableMicro)",
    to: "costMicro",
    tests: settle,
  },
  {
    breaks: "what could not be collected is written down",
    file: `${WALLET}/books.ts`,
    from: "uncollectedMicro: costMicro - chargedMicro };",
    to: "uncollectedMicro: 0 };",
    tests: settle,
  },
  {
    breaks: "a hold that nobody ends expires",
    file: `${WALLET}/wallet.ts`,
    from: "memory.holds.due(now)",
    to: "memory.holds.due(0)",
    tests: settle,
  },
  {
    breaks: "a hold expires into the progress that was reported, not into all of it",
    file: `${WALLET}/wallet.ts`,
    from: "const { progressMicro: costMicro, priceVersion } = hold;",
    to: "const { heldMicro: costMicro, priceVersion } = hold;",
    tests: settle,
  },
  {
    breaks: "progress only grows",
    file: `${WALLET}/wallet.ts`,
    from: "if (!hold || hold.progressMicro >= costMicro) return;",
    to: "if (!hold) return;",
    tests: settle,
  },
  {
    breaks: "grants are used in order of expiry",
    file: `${WALLET}/ledger.ts`,
    from: "return expiryA < expiryB ? -1 : 1;",
    to: "return expiryA < expiryB ? 1 : -1;",
    tests: grant,
  },
  {
    breaks: "an expired grant keeps what open holds were promised",
    file: `${WALLET}/ledger.ts`,
    from: "      const micro = grant.remainingMicro - grant.reservedMicro;\n      if (micro === 0) continue;\n      grant.remainingMicro -= micro;",
    to: "      const micro = grant.remainingMicro;\n      grant.remainingMicro -= micro;",
    tests: grant,
  },
  {
    breaks: "the rest of an expired grant is gone from its row too",
    file: `${WALLET}/books.ts`,
    from: "      this.#tables.updateGrant(grant);\n      this.#enter({",
    to: "      this.#enter({",
    tests: [...grant, `${TESTS}/model.test.ts`],
  },
  {
    breaks: "the same grant counts once",
    file: `${WALLET}/books.ts`,
    from: "    if (this.#tables.hasEntry(operationId)) return;\n    this.#put(request);",
    to: "    this.#put(request);",
    tests: grant,
  },
  {
    breaks: "one call is one transaction",
    file: `${WALLET}/wallet.ts`,
    from: "this.ctx.storage.transactionSync(() => {",
    to: "((all: () => Value) => all())(() => {",
    tests: settle,
  },
  {
    breaks: "after a failure nothing in memory is believed",
    file: `${WALLET}/wallet.ts`,
    from: "      this.#cached = null;\n      this.#outbox.reread();",
    to: "      this.#outbox.reread();",
    tests: settle,
  },
  {
    breaks: "a usage record leaves only after the Meter has acknowledged it",
    file: `${WALLET}/outbox.ts`,
    from: "        await deliver(rows, delivery);\n        this.#delivered = last.seq;",
    to: "        this.#delivered = last.seq;\n        await deliver(rows, delivery);",
    tests: outbox,
  },
  {
    breaks: "usage records arrive in order",
    file: `${WALLET}/notes.ts`,
    from: "WHERE seq > ? ORDER BY seq LIMIT ?",
    to: "WHERE seq > ? ORDER BY seq DESC LIMIT ?",
    tests: outbox,
  },
  {
    breaks: "an alarm sees to an outbox that was left alone",
    file: `${WALLET}/outbox.ts`,
    from: "return this.isFailing ? this.#dueAt : now + TIMER_LOST_MS;",
    to: "return Number.POSITIVE_INFINITY;",
    tests: outbox,
  },
  {
    breaks: "every hold without a row is covered by the bound",
    file: `${WALLET}/escrow.ts`,
    from: "if (this.#sumMicro + heldMicro <= this.#boundMicro && ttlMs",
    to: "if (this.#sumMicro <= this.#boundMicro && ttlMs",
    tests: [...escrow, ...admit],
  },
  {
    breaks: "the bound is stored before the admission is answered",
    file: `${WALLET}/books.ts`,
    from: '    this.#notes.putFact("escrow", { boundMicro, ttlMs: longest });\n',
    to: "    void [boundMicro, longest];\n",
    tests: escrow,
  },
  {
    breaks: "after a crash all of the bound is held",
    file: `${WALLET}/books.ts`,
    from: "const micro = Math.min(boundMicro, memory.book.availableMicro);",
    to: "const micro = Math.min(boundMicro, 0);",
    tests: escrow,
  },
  {
    breaks: "what was lost pays only for what was admitted before the crash",
    file: `${WALLET}/books.ts`,
    from: "memory.lost.find((one) => one.at >= slip.admittedAt)",
    to: "memory.lost.find((one) => one.at >= 0 * slip.admittedAt)",
    tests: escrow,
  },
  {
    breaks: "late settlements take no more than was lost and is available",
    file: `${WALLET}/books.ts`,
    from: "const heldMicro = Math.min(slip.heldMicro, lost?.micro ?? 0);",
    to: "const heldMicro = slip.heldMicro;",
    tests: escrow,
  },
  {
    breaks: "a hold that stands gets a row",
    file: `${WALLET}/escrow.ts`,
    from: "if (hold.admittedAt + WRITE_AFTER_MS > now) break;",
    to: "if (hold.admittedAt > 0) break;",
    tests: escrow,
  },
  {
    breaks: "monthly credits of a higher level are less what was given for the month",
    file: `${WALLET}/books.ts`,
    from: "const given = monthly?.startsAt === startsAt ? monthly.micro : 0;",
    to: "const given = 0;",
    tests: terms,
  },
  {
    breaks: "a clock that jumps back gives no month again",
    file: `${WALLET}/books.ts`,
    from: "    if (monthly && monthly.startsAt > startsAt) return;\n",
    to: "",
    tests: terms,
  },
  {
    breaks: "the calls of a site's month are counted",
    file: `${WALLET}/call-lease.ts`,
    from: "        this.#left--;\n",
    to: "",
    tests: terms,
  },
  {
    breaks: "a correction never takes what a request was promised",
    file: `${WALLET}/books.ts`,
    from: "else if (-amountMicro > book.availableMicro) return false;",
    to: "else if (-amountMicro > book.balanceMicro) return false;",
    tests: correction,
  },
  {
    breaks: "what is folded stays in the sums",
    file: `${WALLET}/statements.ts`,
    from: "count(*), sum(amount_micro), coalesce(sum(uncollected_micro), 0)",
    to: "count(*), 0, coalesce(sum(uncollected_micro), 0)",
    tests: storage,
  },
  {
    breaks: "a key is for what its list has",
    file: `${WALLET}/standing.ts`,
    from: "mayUse(key, model) && ",
    to: "",
    tests: keyScope,
  },
  {
    breaks: "a key may come from where its lists say",
    file: `${WALLET}/credential.ts`,
    from: "mayComeFrom(key, credential.address ?? null)",
    to: "true",
    tests: keyScope,
  },
];
