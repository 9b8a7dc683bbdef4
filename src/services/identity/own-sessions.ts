/** One's sessions, as a person sees and ends them. */
import type { OwnSession } from "../../contract/account.ts";
import { refuse } from "../../core/failure.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import * as sessions from "../../store/sessions.ts";
import type { Services } from "../services.ts";
import type { SessionClaims } from "./sessions.ts";

export async function ownSessions(
  services: Services,
  { siteId, userId, sessionId }: SessionClaims,
): Promise<OwnSession[]> {
  const rows = await sessions.liveSessions(services.db, siteId, userId);
  return rows
    .filter((row) => row.impersonatedBy === null || row.id === sessionId)
    .map(({ id, method, address, agent, createdAt, lastUsedAt }) => ({
      id,
      method,
      address,
      agent,
      createdAt: new Date(createdAt).toISOString(),
      lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
      current: id === sessionId,
    }))
    .reverse();
}

/** In force when this returns: the wallet has been told. */
export async function endOwnSession(
  services: Services,
  { siteId, userId }: SessionClaims,
  id: string,
): Promise<void> {
  const ended = await sessions.endSession(services.db, siteId, { id, userId });
  if (!ended) return refuse("not_found", "There is no such session.");
  await walletOf(services.env, siteId, userId).revokeSession(id, ended.expiresAt);
}

/** A minute's precision is enough: a write for every page would be too much. */
const NOTED_EVERY_MS = 10 * 60_000;
const MAX_NOTED = 10_000;
const noted = new Map<string, number>();

/** That the session is in use; for the opening of a page. */
export async function noteSessionUse(
  { db }: Pick<Services, "db">,
  { siteId, sessionId }: SessionClaims,
  now: number,
): Promise<void> {
  if (now - (noted.get(sessionId) ?? 0) < NOTED_EVERY_MS) return;
  if (noted.size >= MAX_NOTED) noted.clear();
  noted.set(sessionId, now);
  await sessions.noteUse(db, siteId, sessionId, now);
}
