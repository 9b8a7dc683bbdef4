/** What people show beside their password. Secrets are sealed, recovery codes are hashed. */
import { and, eq, isNotNull } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type SecondFactorRow = typeof t.secondFactors.$inferSelect;

/** Those that were answered rightly once: until then a factor protects nothing. */
export async function confirmedFactors(
  db: Database,
  siteId: string,
  userId: string,
): Promise<SecondFactorRow[]> {
  return await db
    .select()
    .from(t.secondFactors)
    .where(
      and(
        eq(t.secondFactors.siteId, siteId),
        eq(t.secondFactors.userId, userId),
        isNotNull(t.secondFactors.confirmedAt),
      ),
    )
    .orderBy(t.secondFactors.createdAt)
    .limit(50);
}
