/**
 * From who came back to an account of the site: linked, made, or neither. The rules are
 * core/identity-linking.ts; whoever is let in goes through `signIn` like everybody else.
 */
import { createHash } from "node:crypto";
import { ERRORS } from "../../../contract/errors.ts";
import type { SignInProblem } from "../../../contract/providers.ts";
import { emailSchema } from "../../../contract/values.ts";
import { FailureError } from "../../../core/failure.ts";
import { decideAccount, provenEmail } from "../../../core/identity-linking.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SiteSnapshot } from "../../../core/site.ts";
import { atomically } from "../../../store/database.ts";
import { newId } from "../../../store/ids.ts";
import { announceProfile } from "../../../store/outbox.ts";
import { loadParts } from "../../../store/parts.ts";
import * as store from "../../../store/providers.ts";
import * as users from "../../../store/users.ts";
import { deliverProfiles } from "../../profiles.ts";
import type { Services } from "../../services.ts";
import { type Arrival as ArrivalOf, type SignInOutcome, signIn } from "../sign-in.ts";
import type { IdentityKind, Person } from "./kind.ts";
import { type LiveProvider, rulesOf } from "./stored.ts";

type Anywhere = LiveProvider<IdentityKind>;

/** Somebody whose e-mail has an account: it is linked when that account's owner logs in. */
export interface Waiting {
  userId: string;
  providerId: string;
  subject: string;
  email: string;
  name: string;
}

export type Arrival =
  | { kind: "in"; result: SignInOutcome }
  | { kind: "waits"; waiting: Waiting }
  | { kind: "out"; problem: SignInProblem; detail: string };

export type From = Omit<ArrivalOf, "method">;

export async function arrive(
  services: Services,
  site: SiteSnapshot,
  { provider, person: told }: { provider: Anywhere; person: Person },
  from: From,
): Promise<Arrival> {
  const { row } = provider;
  const person = { ...told, email: emailOf(told) };
  const identity = identityOf(row, told);
  const account = await accountOf(services, site, provider, person, identity);
  if (!account.ok) return account.error;
  const user = await users.findById(services.db, site.id, account.value);
  if (!user) return { kind: "out", problem: "refused", detail: "the account is gone" };
  await store.touchIdentity(services.db, site.id, identity, identity);
  if (person.groups) await takeGroups(services, site.id, user.id, person.groups);
  try {
    return {
      kind: "in",
      result: await signIn(services, site, user, { method: row.slug, ...from }),
    };
  } catch (error) {
    // Disabled, or shut out in another way that is told like a wrong password.
    if (!(error instanceof FailureError)) throw error;
    return { kind: "out", problem: "refused", detail: error.failure.message };
  }
}

type Identity = Omit<Waiting, "userId">;

/** As it is kept of whoever came back, to log in with or to link. */
export function identityOf({ id }: store.ProviderRow, person: Person): Identity {
  return {
    providerId: id,
    subject: keptSubject(person.subject),
    email: emailOf(person) ?? "",
    name: person.name.slice(0, 100),
  };
}

/** As addresses are written here; what is none, whatever a provider calls it, is none. */
function emailOf({ email }: Person): string | null {
  const read = emailSchema.safeParse(email);
  return read.success ? read.data : null;
}

/** Whose account it is; where there is none, why. */
async function accountOf(
  services: Services,
  site: SiteSnapshot,
  { row }: Anywhere,
  person: Person,
  identity: Identity,
): Promise<Result<string, Arrival>> {
  const { db } = services;
  const rules = { ...rulesOf(row), registers: row.registers && site.registration };
  const email = provenEmail(person, rules);
  const [known, holder] = await Promise.all([
    store.findIdentity(db, site.id, identity),
    email === null ? null : users.findByEmail(db, site.id, email),
  ]);
  const decision = decideAccount(person, rules, {
    known: known?.userId ?? null,
    holder: holder && {
      id: holder.id,
      role: holder.role,
      emailVerified: holder.emailVerifiedAt !== null,
    },
  });
  switch (decision.kind) {
    case "known":
      return ok(decision.userId);
    case "confirm":
      return fail({ kind: "waits", waiting: { ...identity, userId: decision.userId } });
    case "no_account":
      return fail({ kind: "out", problem: "no_account", detail: "nobody gets an account here" });
    case "link": {
      const owner = await store.linkIdentity(db, site.id, { ...identity, userId: decision.userId });
      return ok(owner ?? decision.userId);
    }
    case "register":
      return await register(services, site, row, identity, decision.email);
  }
}

async function register(
  services: Services,
  site: SiteSnapshot,
  row: store.ProviderRow,
  identity: Identity,
  email: string | null,
): Promise<Result<string, Arrival>> {
  const { db } = services;
  const kind = site.kind === "internal" ? ("internal" as const) : ("external" as const);
  const level = [...site.levels.values()].find((one) => one.isDefault);
  const id = newId("user");
  const user = {
    id,
    email: email ?? placeholderEmail(row.slug, id),
    name: identity.name,
    passwordHash: null,
    role: "member" as const,
    levelId: row.levelId ?? level?.id ?? null,
    kind,
    emailVerifiedAt: email === null ? null : Date.now(),
  };
  try {
    await atomically(db, [
      ...users.insertUsers(db, site.id, [user], Date.now()),
      store.insertIdentity(db, site.id, { ...identity, userId: id }),
      announceProfile(db, site.id, id),
    ]);
    return ok(id);
  } catch (error) {
    return await overtaken(services, site.id, { identity, email, error });
  }
}

/** Why no account could be made: somebody was faster, or the site is full. */
async function overtaken(
  { db }: Services,
  siteId: string,
  { identity, email, error }: { identity: Identity; email: string | null; error: unknown },
): Promise<Result<string, Arrival>> {
  if (error instanceof FailureError && ERRORS[error.failure.code].type === "edition_limit") {
    return fail({ kind: "out", problem: "no_room", detail: error.failure.message });
  }
  const [same, holder] = await Promise.all([
    store.findIdentity(db, siteId, identity),
    email === null ? null : users.findByEmail(db, siteId, email),
  ]);
  if (same) return ok(same.userId);
  if (holder) return fail({ kind: "waits", waiting: { ...identity, userId: holder.id } });
  throw error;
}

/** An account needs an address; nobody can get mail at this one (RFC 2606). */
const placeholderEmail = (slug: string, userId: string): string =>
  `${slug.slice(0, 30)}-${userId.replace(/^.*_/, "")}@users.invalid`;

/** A name that somebody else made up may be of any length. */
const keptSubject = (subject: string): string =>
  subject.length <= 300 ? subject : `sha256 ${createHash("sha256").update(subject).digest("hex")}`;

/** Exactly the groups that are named, of those that the site has. */
async function takeGroups(
  services: Services,
  siteId: string,
  userId: string,
  named: string[],
): Promise<void> {
  const [{ groups }, now] = await Promise.all([
    loadParts(services.db, siteId),
    users.groupsOfUsers(services.db, siteId, [userId]),
  ]);
  const wanted = groups.filter((group) => named.includes(group.slug));
  const has = new Set(now.get(userId) ?? []);
  if (wanted.length === has.size && wanted.every((group) => has.has(group.slug))) return;
  const ids = wanted.map((group) => group.id);
  await users.updateUser(services.db, siteId, userId, {}, ids);
  await deliverProfiles(services, siteId);
}
