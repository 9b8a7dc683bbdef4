/** The user of a session, from the store. */
import { refuse } from "../../core/failure.ts";
import * as users from "../../store/users.ts";
import type { Services } from "../services.ts";

/** Refuses where he has gone meanwhile. */
export async function requireUserRow(
  services: Services,
  siteId: string,
  userId: string,
): Promise<users.UserRow> {
  const user = await users.findById(services.db, siteId, userId);
  return user ?? refuse("expired_session", "Please log in.");
}
