/** Credits that were given and taken: every one by somebody, none twice. */
import type { WalletEntry } from "../../src/contract/wallet.ts";
import type { Deed } from "./console.ts";
import { MONTHLY_CREDITS, type Participant, SIGNUP_CREDITS } from "./plan.ts";

interface Given {
  books: { person: Participant; entries: WalletEntry[] }[];
  deeds: Deed[];
}

type Say = (problem: string) => void;

export function checkDeeds({ books, deeds }: Given, say: Say): void {
  const open = new Map(deeds.map((deed) => [`${deed.user} ${operationOf(deed)}`, deed]));
  for (const { person, entries } of books) {
    const given = entries.filter(({ type }) => type === "grant" || type === "correction");
    const byItself: WalletEntry[] = [];
    for (const entry of given) {
      if (!entry.operation_id.includes("console:")) {
        byItself.push(entry);
        continue;
      }
      const deed = open.get(`${person.email} ${entry.operation_id}`);
      open.delete(`${person.email} ${entry.operation_id}`);
      if (!deed || deed.outcome === "refused" || deed.amountMicro !== entry.amount_micro) {
        say(`${person.email}: nobody did ${entry.operation_id} of ${entry.amount_micro} µ`);
      }
    }
    checkByItself(person, byItself, say);
  }
  for (const deed of open.values()) {
    if (deed.outcome === "taken") say(`${deed.user}: ${deed.operationId} was taken and is lost`);
  }
}

const operationOf = ({ kind, operationId }: Deed): string =>
  `${kind === "grants" ? "grant" : "correction"}:console:${operationId}`;

/** Of the file once, at the first log-in once, of the month once: and nothing else. */
function checkByItself(person: Participant, entries: readonly WalletEntry[], say: Say): void {
  const told = entries.map(({ reason, amount_micro: amount }) => `${reason} ${amount}`).sort();
  const due = [
    `file ${person.credits * 1_000_000}`,
    `monthly ${MONTHLY_CREDITS * 1_000_000}`,
    ...(person.password ? [`signup ${SIGNUP_CREDITS * 1_000_000}`] : []),
  ].sort();
  if (told.join() !== due.join()) say(`${person.email}: got ${told}; due were ${due}`);
}
