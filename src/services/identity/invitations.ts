/**
 * Invitations: an admin asks somebody by mail or link to join with a role.
 *
 * 1. A link works once, for seven days, for one e-mail, on its own site; the store knows a hash.
 * 2. It gives what its maker may give when it is accepted: who has lost his role meanwhile, or his
 *    account, has invited nobody.
 * 3. It never opens an account that exists: whoever copies a link must not become somebody else.
 *    Nor is the e-mail taken for verified: the link may have come another way.
 * 4. A wrong, used, revoked or old link all answer alike.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Role } from "../../contract/config.ts";
import type { Invitation } from "../../contract/people-invitations.ts";
import type { Locale } from "../../contract/values.ts";
import { defaultLevelOf } from "../../core/access.ts";
import { refuse } from "../../core/failure.ts";
import { mayGive } from "../../core/permissions.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { newId } from "../../store/ids.ts";
import * as store from "../../store/invitations.ts";
import * as users from "../../store/users.ts";
import type { Letter } from "../mail/letter.ts";
import { sendMail } from "../mail/send.ts";
import type { Services } from "../services.ts";
import { hashPassword } from "./passwords.ts";
import { type Arrival, type SignInOutcome, signIn } from "./sign-in.ts";

export const INVITATION_TTL_MS = 7 * 86_400_000;
const TRIES = { max: 30, windowMs: 15 * 60_000 };

export interface Invite {
  email: string;
  role: Role;
  levelId: string | null;
  locale: Locale;
  /** Of the site, as whoever invites has called it. */
  origin: string;
  by: { userId: string; name: string };
}

export async function invite(
  services: Services,
  site: SiteSnapshot,
  { email, role, levelId, locale, origin, by }: Invite,
): Promise<{ invitation: Invitation; link: string }> {
  if (await users.findByEmail(services.db, site.id, email)) {
    refuse("conflict", "There is a user with this e-mail already.", { param: "email" });
  }
  const id = newId("invitation");
  const { token, ...secret } = newToken();
  const row = { id, email, role, levelId, createdBy: by.userId, ...secret };
  await store.insertInvitation(services.db, site.id, row);
  return await send(services, site, { id, token, locale, origin, by: by.name });
}

export async function resend(
  services: Services,
  site: SiteSnapshot,
  id: string,
  { locale, origin, by }: Pick<Invite, "locale" | "origin" | "by">,
): Promise<{ invitation: Invitation; link: string }> {
  const { token, ...secret } = newToken();
  if (!(await store.renewInvitation(services.db, site.id, id, secret))) {
    refuse("not_found", "There is no such invitation to send.");
  }
  return await send(services, site, { id, token, locale, origin, by: by.name });
}

export async function listInvitations(
  services: Services,
  site: SiteSnapshot,
): Promise<Invitation[]> {
  const rows = await store.invitationsOf(services.db, site.id);
  const makers = new Map<string, string>();
  for (const id of new Set(rows.map((row) => row.createdBy))) {
    makers.set(id, (await users.findById(services.db, site.id, id))?.email ?? "");
  }
  return rows.map((row) => shown(site, row, makers.get(row.createdBy) ?? ""));
}

export async function revoke(services: Services, site: SiteSnapshot, id: string): Promise<void> {
  if (!(await store.findInvitation(services.db, site.id, id))) {
    refuse("not_found", "There is no such invitation.");
  }
  await store.revokeInvitation(services.db, site.id, id);
}

/** Whom a link is for; refuses one that opens nothing. */
export async function openInvitation(
  services: Services,
  site: SiteSnapshot,
  token: string,
  address: string | null,
): Promise<Pick<Invitation, "email" | "role" | "expiresAt">> {
  await countTry(services, site, address);
  const row = await store.findOpen(services.db, site.id, hashOf(token));
  if (!row || !(await stands(services, site, row))) return refuseLink();
  return { email: row.email, role: row.role, expiresAt: new Date(row.expiresAt).toISOString() };
}

export async function acceptInvitation(
  services: Services,
  site: SiteSnapshot,
  { token, name, password }: { token: string; name: string; password: string },
  arrival: Omit<Arrival, "method">,
): Promise<SignInOutcome> {
  await countTry(services, site, arrival.address);
  const passwordHash = await hashPassword(password);
  const row = await store.claimInvitation(services.db, site.id, hashOf(token));
  if (!row) return refuseLink();
  let user: users.UserRow;
  try {
    if (!(await stands(services, site, row))) refuseLink();
    if (await users.findByEmail(services.db, site.id, row.email)) {
      refuse("conflict", "There is an account with this e-mail already; please log in.");
    }
    const { email, role } = row;
    const levelId = row.levelId ?? defaultLevelOf(site.levels.values());
    const account = { id: newId("user"), email, name, role, levelId, passwordHash };
    user = await users.createUser(services.db, site.id, account);
  } catch (error) {
    // Nobody has joined: the link is for whoever removes the obstacle.
    await store.reopenInvitation(services.db, site.id, row.id);
    throw error;
  }
  return await signIn(services, site, user, { ...arrival, method: "invitation" });
}

/** Whether whoever made it still may. */
async function stands(
  services: Services,
  site: SiteSnapshot,
  row: store.InvitationRow,
): Promise<boolean> {
  const maker = await users.findById(services.db, site.id, row.createdBy);
  return maker?.enabled === true && mayGive(maker.role, row.role);
}

async function countTry(
  services: Services,
  site: SiteSnapshot,
  address: string | null,
): Promise<void> {
  if (address === null) return;
  const name = `invitation:${site.id}:address:${address}`;
  const { retryAfterMs } = await throttleOf(services.env, name).attempt(TRIES);
  if (retryAfterMs > 0) {
    refuse("rate_limit_login", "Too many attempts; please wait.", { retryAfterMs });
  }
}

function refuseLink(): never {
  return refuse("invitation_invalid", "This invitation is not valid (any more).");
}

function newToken(): { token: string; hash: string; expiresAt: number } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashOf(token), expiresAt: Date.now() + INVITATION_TTL_MS };
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

interface Sending {
  id: string;
  token: string;
  locale: Locale;
  origin: string;
  by: string;
}

/** The token goes behind `#`: it reaches no log of any server. */
async function send(services: Services, site: SiteSnapshot, sending: Sending) {
  const row = await store.findInvitation(services.db, site.id, sending.id);
  if (!row) return refuse("not_found", "There is no such invitation.");
  const link = `${sending.origin}/invitation#${sending.token}`;
  const letter = LETTERS[sending.locale](site.name, sending.by, link);
  await sendMail(services, site, { to: row.email, letter });
  return { invitation: shown(site, row, sending.by), link };
}

const LETTERS: Record<Locale, (site: string, by: string, url: string) => Letter> = {
  en: (site, by, url) => ({
    subject: `You are invited to ${site}`,
    paragraphs: [
      `${by} has invited you to ${site}. Choose a password to join:`,
      "The link works once, within seven days. If you expect no invitation, ignore this mail.",
    ],
    link: { label: "Accept the invitation", url },
  }),
  "zh-CN": (site, by, url) => ({
    subject: `邀请您加入 ${site}`,
    paragraphs: [
      `${by} 邀请您加入 ${site}。请设置密码完成加入：`,
      "链接七天内有效，只能使用一次。如果您并不知情，请忽略此邮件。",
    ],
    link: { label: "接受邀请", url },
  }),
};

function shown(site: SiteSnapshot, row: store.InvitationRow, invitedBy: string): Invitation {
  const level = row.levelId === null ? undefined : site.levels.get(row.levelId);
  const { id, email, role } = row;
  return {
    ...{ id, email, role, invitedBy },
    level: level ? { slug: level.slug, name: level.name } : null,
    createdAt: new Date(row.createdAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
    state: stateOf(row),
  };
}

function stateOf(row: store.InvitationRow): Invitation["state"] {
  if (row.acceptedAt !== null) return "accepted";
  if (row.revokedAt !== null) return "revoked";
  return row.expiresAt <= Date.now() ? "expired" : "open";
}
