/** Balances, statements and usage of a person, as the API shows them. */
import type { UsageRecord } from "../contract/usage.ts";
import type { WalletView } from "../contract/wallet.ts";
import { microToText } from "../core/credits.ts";
import { refuse } from "../core/failure.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { meterOf } from "../durable/meter/client.ts";
import { walletOf } from "../durable/wallet/client.ts";
import type {
  EntryFilter,
  EntryPage,
  WalletBalance,
  WalletState,
} from "../durable/wallet/protocol.ts";
import { loadProfile } from "../store/users.ts";
import { askWallet } from "./chat/admission.ts";
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

/** The balance, with what time has brought since anybody looked. */
export async function walletState(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<WalletState> {
  const wallet = walletOf(services.env, site.id, userId);
  const answer = await askWallet(
    (more) => wallet.balance({ policyVersion: site.version, ...more }),
    site,
    () => loadProfile(services.db, site.id, userId),
  );
  // A wallet asks for terms and profile once, and was given both.
  return answer.ok ? answer : refuse("user_not_found", "There is no such user.");
}

export async function walletView(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<WalletView> {
  return shownBalance(await walletState(services, site, userId));
}

export async function walletEntries(
  services: Services,
  owner: Owner,
  filter: EntryFilter,
): Promise<EntryPage & { object: "list" }> {
  const page = await walletOf(services.env, owner.siteId, owner.userId).entries(filter);
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
