/** The e-mail of a user, once he has shown to read its mail. */
import { and, eq, sql } from "drizzle-orm";
import { atomically, type Database } from "./database.ts";
import { announceProfile } from "./outbox.ts";
import * as t from "./schema.ts";

/** False where another user of the site has it: then nothing has changed. */
export async function setVerifiedEmail(
  db: Database,
  siteId: string,
  userId: string,
  email: string,
): Promise<boolean> {
  const results = await atomically(db, [
    db
      .update(t.users)
      .set({
        email,
        emailVerifiedAt: Date.now(),
        profileVersion: sql`${t.users.profileVersion} + 1`,
      })
      .where(
        and(
          eq(t.users.siteId, siteId),
          eq(t.users.id, userId),
          sql`NOT EXISTS (SELECT 1 FROM users AS other WHERE other.site_id = ${siteId}
            AND other.email = ${email} AND other.id <> ${userId})`,
        ),
      )
      .returning({ id: t.users.id }),
    announceProfile(db, siteId, userId),
  ]);
  return (results[0] as unknown[]).length > 0;
}
