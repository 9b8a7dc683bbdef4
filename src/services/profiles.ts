/**
 * Carrying changed profiles (level, groups, keys, disabled, epoch) from the store to the wallets.
 * The outbox row is written with the change itself, so a crash in between delays a projection
 * but loses none; the cron delivers what is left.
 */
import { walletOf } from "../durable/wallet/client.ts";
import { acknowledge, pendingProfiles } from "../store/outbox.ts";
import { loadProfile } from "../store/users.ts";
import { forgetUser } from "./identity/removal.ts";
import type { Services } from "./services.ts";

const BATCH = 100;

/** Delivers what waits for a site (or for all). Throws when a wallet could not be reached. */
export async function deliverProfiles(services: Services, siteId?: string): Promise<void> {
  for (;;) {
    const pending = await pendingProfiles(services.db, BATCH, siteId);
    for (const row of pending) {
      const profile = await loadProfile(services.db, row.siteId, row.userId);
      if (profile) await walletOf(services.env, row.siteId, row.userId).putProfile(profile);
      else await forgetUser(services, row);
      await acknowledge(services.db, row.siteId, row.id);
    }
    if (pending.length < BATCH) return;
  }
}
