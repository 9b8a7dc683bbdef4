/** Devices that wait for a user's yes. */
import { and, eq, gt } from "drizzle-orm";
import type { Database } from "./database.ts";
import * as t from "./schema.ts";

export type DeviceRow = typeof t.oauthDevices.$inferSelect;

export async function insertDevice(
  db: Database,
  device: typeof t.oauthDevices.$inferInsert,
): Promise<void> {
  await db.insert(t.oauthDevices).values(device);
}

const one = (siteId: string, hash: string) =>
  and(eq(t.oauthDevices.siteId, siteId), eq(t.oauthDevices.hash, hash));

export async function findDevice(
  db: Database,
  siteId: string,
  hash: string,
): Promise<DeviceRow | null> {
  const [row] = await db.select().from(t.oauthDevices).where(one(siteId, hash));
  return row ?? null;
}

/** One that still waits or has just been answered, by what its screen shows. */
export async function findByUserCode(
  db: Database,
  siteId: string,
  userCode: string,
): Promise<DeviceRow | null> {
  const [row] = await db
    .select()
    .from(t.oauthDevices)
    .where(
      and(
        eq(t.oauthDevices.siteId, siteId),
        eq(t.oauthDevices.userCode, userCode),
        gt(t.oauthDevices.expiresAt, Date.now()),
      ),
    );
  return row ?? null;
}

/** True when it was in that state: of several who do it at once, for one. */
export async function moveDevice(
  db: Database,
  device: Pick<DeviceRow, "siteId" | "hash">,
  from: DeviceRow["status"],
  values: Partial<Pick<DeviceRow, "status" | "userId" | "grantId" | "payload">>,
): Promise<boolean> {
  const moved = await db
    .update(t.oauthDevices)
    .set(values)
    .where(and(one(device.siteId, device.hash), eq(t.oauthDevices.status, from)))
    .returning({ hash: t.oauthDevices.hash });
  return moved.length > 0;
}

export async function notePoll(
  db: Database,
  device: Pick<DeviceRow, "siteId" | "hash">,
  values: { lastPolledAt: number; intervalMs?: number },
): Promise<void> {
  await db.update(t.oauthDevices).set(values).where(one(device.siteId, device.hash));
}

export async function deleteDevice(db: Database, siteId: string, hash: string): Promise<void> {
  await db.delete(t.oauthDevices).where(one(siteId, hash));
}
