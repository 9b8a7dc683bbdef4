/**
 * Forgetting a person whose rows have left the store. The announcement of the removal waits in the
 * store's outbox until all three objects have done their part, each safe to be told again.
 *
 * 1. The wallet comes first: from then on nothing begins in his name, by whatever credential.
 * 2. What he said and was answered is gone with the history.
 * 3. Ledger and usage stay, for they are the site's books; they know him by his id alone.
 */
import type { UserProfile } from "../../core/site.ts";
import { historyOf } from "../../durable/history/client.ts";
import { meterOf } from "../../durable/meter/client.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import type { Services } from "../services.ts";

export async function forgetUser(
  services: Services,
  { siteId, userId }: { siteId: string; userId: string },
): Promise<void> {
  await walletOf(services.env, siteId, userId).putProfile(nobody(siteId, userId));
  await historyOf(services.env, siteId, userId).clear();
  await meterOf(services.env, siteId).forgetUser(userId);
}

/** Newer than any profile that was read while there still was one. */
function nobody(siteId: string, userId: string): UserProfile {
  return {
    siteId,
    userId,
    email: "",
    role: "member",
    levelId: null,
    groupIds: [],
    departmentIds: [],
    enabled: false,
    sessionEpoch: 0,
    keys: [],
    version: Number.MAX_SAFE_INTEGER,
  };
}
