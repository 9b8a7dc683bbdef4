/** After the chaos: wallets, Meter, upstream and clients must tell one story, to the micro-credit. */
import type { UsageRecord } from "../../src/contract/usage.ts";
import type { WalletEntry, WalletView } from "../../src/contract/wallet.ts";
import type { SeenRequest } from "../support/upstream-call.ts";
import type { Deed } from "./console.ts";
import { checkDeeds } from "./deeds.ts";
import { type Participant, TOKEN_MICRO } from "./plan.ts";
import { markerIn, type Seen } from "./traffic.ts";

export interface Books {
  person: Participant;
  wallet: WalletView;
  /** Oldest first. */
  entries: WalletEntry[];
}

export interface Evidence {
  books: Books[];
  records: UsageRecord[];
  seen: Seen[];
  /** When the runtime was killed. */
  kills: number[];
  /** Requests that reached the upstream, each with its bill. */
  upstream: SeenRequest[];
  /** What an admin did to the balances, each deed sent at least twice. */
  deeds: Deed[];
  /** What the Meter's chart adds up to. */
  rolledUp: { calls: number; chargedMicro: number };
}

export interface Account {
  figures: Record<string, number>;
  /** Whatever nobody can explain: none, or the run has failed. */
  unexplained: string[];
}

/** So long before a kill an answer may have ended without its settlement being stored. */
const UNSETTLED_MS = 1_500;

export function reconcile(evidence: Evidence): Account {
  const unexplained: string[] = [];
  const say = (problem: string) => void unexplained.push(problem);
  const byId = new Map(evidence.records.map((record) => [record.request_id, record]));
  if (byId.size !== evidence.records.length) say("a request stands twice in the Meter");
  for (const books of evidence.books) checkBooks(books, byId, say);
  const charges = evidence.books.flatMap(({ entries }) => entries.filter(isCharge));
  const charged = new Set(charges.map((entry) => entry.request_id));
  for (const record of evidence.records) {
    if (record.charged_micro > 0 && !charged.has(record.request_id)) {
      say(`${record.request_id}: ${record.charged_micro} µ in the Meter, in no wallet`);
    }
  }
  const unsettled = checkAnswers(evidence, byId, say);
  checkUpstream(evidence, say);
  checkBills(evidence, byId, say);
  checkDeeds(evidence, say);
  checkChart(evidence, say);
  const of = (status: UsageRecord["status"]) =>
    evidence.records.filter((record) => record.status === status && !isLost(record)).length;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    figures: {
      "requests seen by clients": evidence.seen.length,
      "of which in the portal": evidence.seen.filter((one) => one.surface === "portal").length,
      "answered to their end": evidence.seen.filter((one) => one.outcome === "answered").length,
      "left by the client": evidence.seen.filter((one) => one.outcome === "left").length,
      "broken by a kill or the upstream": evidence.seen.filter((one) => one.outcome === "broken")
        .length,
      "refused, of which 402 count most": evidence.seen.filter((one) => one.outcome === "refused")
        .length,
      "requests at the upstream": evidence.upstream.length,
      kills: evidence.kills.length,
      "records: ok": of("ok"),
      "records: cancelled": of("cancelled"),
      "records: error": of("error"),
      "records: expired": of("expired"),
      "records: lost in a crash": evidence.records.filter(isLost).length,
      "µ held by what was lost": sum(evidence.records.filter(isLost).map((one) => one.held_micro)),
      "answered, settlement lost in a crash": unsettled,
      "µ charged": -sum(charges.map((entry) => entry.amount_micro)),
      "µ uncollected": sum(charges.map((entry) => entry.uncollected_micro ?? 0)),
      "µ granted and corrected": sum(
        evidence.books
          .flatMap(({ entries }) => entries)
          .filter((entry) => entry.type === "grant" || entry.type === "correction")
          .map((entry) => entry.amount_micro),
      ),
      "µ left": sum(evidence.books.map(({ wallet }) => wallet.balance_micro)),
    },
    unexplained,
  };
}

const isCharge = (entry: WalletEntry) => entry.type === "charge";
const isLost = (record: UsageRecord) => record.request_id.startsWith("lost_");

/** One wallet by itself, and against the records of the Meter. */
function checkBooks(
  { person, wallet, entries }: Books,
  byId: ReadonlyMap<string, UsageRecord>,
  say: (problem: string) => void,
): void {
  const { name } = person;
  let running = 0;
  for (const entry of entries) {
    running += entry.amount_micro;
    if (entry.balance_micro !== running) say(`${name}: ${entry.id} says ${entry.balance_micro}`);
    if (running < 0) say(`${name}: below zero after ${entry.id}`);
  }
  if (running !== wallet.balance_micro) say(`${name}: Σ entries ${running} ≠ balance`);
  if (wallet.held_micro !== 0) say(`${name}: ${wallet.held_micro} µ still held`);
  const charges = entries.filter(isCharge);
  if (new Set(charges.map((entry) => entry.request_id)).size !== charges.length) {
    say(`${name}: a request was charged twice`);
  }
  for (const { request_id: id, amount_micro: amount } of charges) {
    const record = byId.get(id ?? "");
    if (!record) say(`${name}: ${id} was charged and is not in the Meter`);
    else if (record.charged_micro !== -amount) {
      say(`${id}: ${-amount} µ in the wallet, ${record.charged_micro} µ in the Meter`);
    }
  }
}

/** Every answer that reached a client whole is on record, and costs what it said it used. */
function checkAnswers(
  evidence: Evidence,
  byId: ReadonlyMap<string, UsageRecord>,
  say: (problem: string) => void,
): number {
  let unsettled = 0;
  for (const one of evidence.seen) {
    if (one.outcome !== "answered") continue;
    const record = byId.get(one.requestId ?? "");
    const killed = evidence.kills.some(
      (at) => one.endedAt <= at + 100 && at - one.endedAt < UNSETTLED_MS,
    );
    if (!record || record.status === "expired") {
      // Its settlement was on the way when everything went down: held, then on record as lost.
      if (killed) unsettled++;
      else say(`${one.requestId} of ${one.user} was answered and ${record?.status ?? "is gone"}`);
      continue;
    }
    const cost = record.charged_micro + record.uncollected_micro;
    // The portal shows what was paid, the gateway what was used.
    const told = one.surface === "portal" ? record.charged_micro : cost;
    if (one.costMicro !== null && told !== one.costMicro) {
      say(`${one.requestId}: ${one.costMicro} µ by its answer, ${told} µ by its record`);
    }
  }
  return unsettled;
}

/** What the upstream was asked is on record, but for what was in flight when all went down. */
function checkUpstream(evidence: Evidence, say: (problem: string) => void): void {
  const recorded = evidence.records.filter((record) => !isLost(record));
  const known = recorded.reduce(
    (sum, record) => sum + (record.status === "expired" ? 1 : record.attempts.length),
    0,
  );
  const inFlight = evidence.seen.filter(
    (one) =>
      one.outcome !== "answered" && evidence.kills.some((at) => Math.abs(at - one.endedAt) < 3_000),
  ).length;
  const missing = evidence.upstream.length - known;
  if (missing > inFlight + evidence.kills.length) {
    say(`${missing} requests of the upstream are on no record, ${inFlight} were cut by kills`);
  }
}

/** What an answered request cost here is what the upstream's bill says, to the token. */
function checkBills(
  evidence: Evidence,
  byId: ReadonlyMap<string, UsageRecord>,
  say: (problem: string) => void,
): void {
  const billed = new Map<number, number>();
  for (const { body, billed: bill } of evidence.upstream) {
    const marker = markerIn(JSON.stringify(body));
    if (marker === null) say("the upstream was asked what nobody has said");
    else if (bill) billed.set(marker, (billed.get(marker) ?? 0) + bill.input + bill.output);
  }
  for (const { marker, requestId } of evidence.seen) {
    const record = byId.get(requestId ?? "");
    if (record?.status !== "ok" || record.usage_source !== "reported") continue;
    const cost = record.charged_micro + record.uncollected_micro;
    const bill = (billed.get(marker) ?? 0) * TOKEN_MICRO;
    if (cost !== bill) say(`${requestId}: ${cost} µ here, ${bill} µ on the upstream's bill`);
  }
}

/** The roll-ups are the records added up. */
function checkChart(evidence: Evidence, say: (problem: string) => void): void {
  const { records, rolledUp } = evidence;
  const charged = records.reduce((sum, record) => sum + record.charged_micro, 0);
  if (rolledUp.calls !== records.length || rolledUp.chargedMicro !== charged) {
    say(
      `the chart says ${rolledUp.calls} calls for ${rolledUp.chargedMicro} µ,`.concat(
        ` the records ${records.length} for ${charged} µ`,
      ),
    );
  }
}
