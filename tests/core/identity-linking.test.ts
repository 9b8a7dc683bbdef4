/** Whose account somebody gets: every case of the table, and what no case may do. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAccount, type Holder, provenEmail } from "../../src/core/identity-linking.ts";

const ANN: Holder = { id: "ann", role: "member", emailVerified: true };
const TRUSTED = { trustedDomains: ["acme.example"], registers: true };
const UNTRUSTED = { trustedDomains: [], registers: true };
const CLOSED = { ...TRUSTED, registers: false };
const person = (emailVerified: boolean | null, email: string | null = "ann@acme.example") => ({
  email,
  emailVerified,
});
const nobody = { known: null, holder: null };
const held = (holder: Partial<Holder> = {}) => ({ known: null, holder: { ...ANN, ...holder } });

describe.each([
  [
    "is known at the provider",
    person(null),
    UNTRUSTED,
    { known: "bob", holder: ANN },
    { kind: "known", userId: "bob" },
  ],
  [
    "is known, though nobody may register",
    person(false),
    CLOSED,
    { known: "bob", holder: null },
    { kind: "known", userId: "bob" },
  ],
  [
    "has an e-mail that both have verified, of a trusted domain",
    person(true),
    TRUSTED,
    held(),
    { kind: "link", userId: "ann" },
  ],
  [
    "is vouched for by a provider that says nothing, of a trusted domain",
    person(null),
    TRUSTED,
    held(),
    { kind: "link", userId: "ann" },
  ],
  [
    "has it from a provider that is not trusted for the domain",
    person(true),
    UNTRUSTED,
    held(),
    { kind: "confirm", userId: "ann" },
  ],
  [
    "has an e-mail that the account has not verified",
    person(true),
    TRUSTED,
    held({ emailVerified: false }),
    { kind: "confirm", userId: "ann" },
  ],
  [
    "would come into an owner's account",
    person(true),
    TRUSTED,
    held({ role: "owner" }),
    { kind: "confirm", userId: "ann" },
  ],
  [
    "would come into an admin's account",
    person(true),
    TRUSTED,
    held({ role: "admin" }),
    { kind: "confirm", userId: "ann" },
  ],
  [
    "would come into the operator's account",
    person(true),
    TRUSTED,
    held({ role: "operator" }),
    { kind: "confirm", userId: "ann" },
  ],
  [
    "has no account, and a verified e-mail",
    person(true),
    UNTRUSTED,
    nobody,
    { kind: "register", email: "ann@acme.example" },
  ],
  [
    "has no account, and an e-mail called unverified",
    person(false),
    TRUSTED,
    nobody,
    { kind: "register", email: null },
  ],
  [
    "has no account, and an e-mail that nobody vouches for",
    person(null),
    UNTRUSTED,
    nobody,
    { kind: "register", email: null },
  ],
  [
    "has no account and no e-mail",
    person(null, null),
    TRUSTED,
    nobody,
    { kind: "register", email: null },
  ],
  ["has no account where nobody gets one", person(true), CLOSED, nobody, { kind: "no_account" }],
] as const)("who %s", (_, stranger, rules, found, decision) => {
  it(`is decided: ${decision.kind}`, () => {
    expect(decideAccount(stranger, rules, found)).toEqual(decision);
  });
});

it.each(["evil-acme.example", "acme.example.evil", "x.acme.example", "acme.example@evil.example"])(
  "a domain is trusted as a whole: %s is another",
  (domain) => {
    expect(provenEmail(person(null, `ann@${domain}`), TRUSTED)).toBeNull();
  },
);

it("no e-mail that is called unverified, and no account but a member's, is ever linked unasked", () => {
  const stranger = fc.record({
    email: fc.option(fc.constantFrom("ann@acme.example", "ann@evil.example"), { nil: null }),
    emailVerified: fc.constantFrom(true, false, null),
  });
  const rules = fc.record({
    trustedDomains: fc.subarray(["acme.example", "evil.example"]),
    registers: fc.boolean(),
  });
  const holder = fc.record({
    id: fc.constant("ann"),
    role: fc.constantFrom("member", "auditor", "editor", "finance", "admin", "owner", "operator"),
    emailVerified: fc.boolean(),
  });
  fc.assert(
    fc.property(stranger, rules, holder, (who, how, account) => {
      const decision = decideAccount(who, how, { known: null, holder: account as Holder });
      if (decision.kind !== "link") return;
      expect(who.emailVerified).not.toBe(false);
      expect(account).toMatchObject({ role: "member", emailVerified: true });
      expect(how.trustedDomains.map((domain) => `ann@${domain}`)).toContain(who.email);
    }),
  );
});
