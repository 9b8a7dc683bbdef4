/**
 * Whose account somebody gets who comes from another place to log in. Invariants:
 *
 * 1. Who a person is there is the provider and its own name of him, never an e-mail.
 * 2. An e-mail counts only when it is verified: the provider says so, or says nothing and is
 *    trusted for the domain. One that it calls unverified never counts.
 * 3. An account is linked by e-mail without asking only when both have verified it, the provider
 *    is trusted for the domain, and the account is a plain member's. Otherwise its owner must log
 *    in once with what he has.
 * 4. An unverified e-mail is not an account's either: whoever owns the mailbox would one day find
 *    himself in an account that somebody else has made.
 */
import type { AnyRole } from "./permissions.ts";

export interface Stranger {
  /** Lower case. */
  email: string | null;
  /** Null: the provider does not say. */
  emailVerified: boolean | null;
}

export interface ProviderRules {
  /** Domains of e-mails whose owner the provider is believed to know, lower case. */
  trustedDomains: readonly string[];
  /** Whether a person without an account gets one here. */
  registers: boolean;
}

/** The account that has the e-mail. */
export interface Holder {
  id: string;
  role: AnyRole;
  emailVerified: boolean;
}

export type Decision =
  | { kind: "known"; userId: string }
  | { kind: "link"; userId: string }
  /** After he has logged in with what he has. */
  | { kind: "confirm"; userId: string }
  | { kind: "register"; email: string | null }
  | { kind: "no_account" };

/** The e-mail that counts (rule 2); null where there is none. */
export function provenEmail(person: Stranger, rules: ProviderRules): string | null {
  const { email, emailVerified } = person;
  if (email === null || emailVerified === false) return null;
  return emailVerified || isTrustedFor(email, rules) ? email : null;
}

/** `known`: the user that this person is linked to; `holder`: the account with his proven e-mail. */
export function decideAccount(
  person: Stranger,
  rules: ProviderRules,
  { known, holder }: { known: string | null; holder: Holder | null },
): Decision {
  if (known !== null) return { kind: "known", userId: known };
  const email = provenEmail(person, rules);
  if (email !== null && holder) {
    const both = holder.emailVerified && isTrustedFor(email, rules) && holder.role === "member";
    return { kind: both ? "link" : "confirm", userId: holder.id };
  }
  return rules.registers ? { kind: "register", email } : { kind: "no_account" };
}

/** The whole domain, not its end: `evil-acme.com` and `x.acme.com` are not `acme.com`. */
function isTrustedFor(email: string, { trustedDomains }: ProviderRules): boolean {
  return trustedDomains.includes(email.slice(email.lastIndexOf("@") + 1));
}
