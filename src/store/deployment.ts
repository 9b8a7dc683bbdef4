/** Facts of the deployment as a whole. */
import { eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type DeploymentKey = "config_digest" | "free_sites";

export async function readDeployment(db: Database, key: DeploymentKey): Promise<string | null> {
  const [row] = await db.select().from(t.deployment).where(eq(t.deployment.key, key));
  return row?.value ?? null;
}

export async function writeDeployment(
  db: Database,
  key: DeploymentKey,
  value: string,
): Promise<void> {
  await db
    .insert(t.deployment)
    .values({ key, value })
    .onConflictDoUpdate({ target: t.deployment.key, set: { value } });
}
