/** The wallets of a site's users, as the console changes them. */
import type { z } from "zod";
import type { correctionSchema, grantSchema } from "../../contract/admin-people.ts";
import type { WalletView } from "../../contract/wallet.ts";
import { creditsToMicro, microToText } from "../../core/credits.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import { walletView } from "../wallets.ts";
import { requireUserRow } from "./people.ts";

export async function grantCredits(
  services: Services,
  site: SiteSnapshot,
  id: string,
  order: z.output<typeof grantSchema>,
): Promise<WalletView> {
  const expiresAt = order.expiresAt === null ? null : Date.parse(order.expiresAt);
  if (expiresAt !== null && expiresAt <= Date.now()) {
    refuse("invalid_value", "expiresAt: must lie in the future.", { param: "expiresAt" });
  }
  const wallet = await walletForChange(services, site.id, id);
  await wallet.grant({
    operationId: `console:${order.operationId}`,
    amountMicro: creditsToMicro(order.credits),
    reason: order.reason,
    expiresAt,
    priority: 0,
  });
  return await walletView(services, site, id);
}

/** Gives, or takes what is there: a balance never goes below zero, and holds are not touched. */
export async function correctBalance(
  services: Services,
  site: SiteSnapshot,
  id: string,
  order: z.output<typeof correctionSchema>,
  actor: string,
): Promise<WalletView> {
  const wallet = await walletForChange(services, site.id, id);
  const corrected = await wallet.correct({
    operationId: `console:${order.operationId}`,
    amountMicro: creditsToMicro(order.credits),
    reason: order.reason,
    actor,
  });
  if (!corrected.ok) {
    const available = microToText(corrected.availableMicro);
    refuse("conflict", `Only ${available} credits are available to take.`, { param: "credits" });
  }
  return await walletView(services, site, id);
}

/** The wallet of a user of this site, who is known to it. */
async function walletForChange(services: Services, siteId: string, id: string) {
  await requireUserRow(services, siteId, id);
  await deliverProfiles(services, siteId);
  return walletOf(services.env, siteId, id);
}
