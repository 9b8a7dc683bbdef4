/** Balances, statements and usage of a person, as the API shows them. */
import type { UsageRecord } from "../contract/usage.ts";
import type { WalletView } from "../contract/wallet.ts";
import { microToText } from "../core/credits.ts";
import { meterOf } from "../durable/meter/client.ts";
import { walletOf } from "../durable/wallet/client.ts";
import type { EntryPage, WalletBalance } from "../durable/wallet/protocol.ts";
import type { Services } from "./services.ts";

/** Whose wallet. */
export interface Owner {
  siteId: string;
  userId: string;
}

export function shownBalance(balance: WalletBalance): WalletView {
  return {
    object: "wallet",
    available: microToText(balance.availableMicro),
    held: microToText(balance.heldMicro),
    balance: microToText(balance.balanceMicro),
    available_micro: balance.availableMicro,
    held_micro: balance.heldMicro,
    balance_micro: balance.balanceMicro,
  };
}

export async function walletView(services: Services, owner: Owner): Promise<WalletView> {
  return shownBalance(await walletOf(services.env, owner.siteId, owner.userId).balance());
}

export async function walletEntries(
  services: Services,
  owner: Owner,
  limit: number,
  after: string | null,
): Promise<EntryPage & { object: "list" }> {
  const page = await walletOf(services.env, owner.siteId, owner.userId).entries(limit, after);
  return { object: "list", data: page.data, has_more: page.has_more, next: page.next };
}

/** One request's record; null when it is not this person's, or not there (yet). */
export async function usageOf(
  services: Services,
  owner: Owner,
  requestId: string,
): Promise<UsageRecord | null> {
  const record = await meterOf(services.env, owner.siteId).request(requestId);
  return record?.user_id === owner.userId ? record : null;
}
