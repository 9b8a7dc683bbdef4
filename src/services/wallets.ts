/** Balances, statements and usage of a person, as the API shows them. */
import { type OwnRequest, ownRequestSchema } from "../contract/portal.ts";
import type { UsageRecord } from "../contract/usage.ts";
import type { EntryQuery, WalletPeriod, WalletView } from "../contract/wallet.ts";
import { microToText } from "../core/credits.ts";
import { refuse } from "../core/failure.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { meterOf } from "../durable/meter/client.ts";
import { walletOf } from "../durable/wallet/client.ts";
import type { EntryPage, WalletState } from "../durable/wallet/protocol.ts";
import { loadProfile } from "../store/users.ts";
import { askWallet } from "./chat/admission.ts";
import type { Services } from "./services.ts";

/** Whose wallet. */
export interface Owner {
  siteId: string;
  userId: string;
}

function shownWallet(state: WalletState): WalletView {
  const { availableMicro, heldMicro, balanceMicro, low } = state;
  return {
    object: "wallet",
    available: microToText(availableMicro),
    held: microToText(heldMicro),
    balance: microToText(balanceMicro),
    available_micro: availableMicro,
    held_micro: heldMicro,
    balance_micro: balanceMicro,
    grants: state.grants.map(({ remainingMicro, amountMicro, expiresAt, reason }) => ({
      remaining_micro: remainingMicro,
      amount_micro: amountMicro,
      expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      reason,
    })),
    low: low && { threshold_micro: low.thresholdMicro },
  };
}

/** The balance, with what time has brought since anybody looked. */
export async function walletView(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<WalletView> {
  const wallet = walletOf(services.env, site.id, userId);
  const answer = await askWallet(
    (more) => wallet.balance({ policyVersion: site.version, ...more }),
    site,
    () => loadProfile(services.db, site.id, userId),
  );
  // A wallet asks for terms and profile once, and was given both.
  return answer.ok ? shownWallet(answer) : refuse("user_not_found", "There is no such user.");
}

const timeOf = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso));

export async function walletEntries(
  services: Services,
  owner: Owner,
  query: EntryQuery,
): Promise<EntryPage & { object: "list" }> {
  const page = await walletOf(services.env, owner.siteId, owner.userId).entries({
    limit: query.limit,
    after: query.after,
    from: timeOf(query.from),
    to: timeOf(query.to),
    types: query.type && [query.type],
    model: query.model,
    requestId: query.request_id,
    keyId: query.key_id,
  });
  return { object: "list", ...page };
}

/** What came before the statement, newest month first. */
export async function walletPeriods(services: Services, owner: Owner): Promise<WalletPeriod[]> {
  const periods = await walletOf(services.env, owner.siteId, owner.userId).periods();
  return periods
    .map(({ month, type, model, keyId, entries, amountMicro, uncollectedMicro }) => ({
      ...{ month, type, model, entries },
      key_id: keyId,
      amount_micro: amountMicro,
      uncollected_micro: uncollectedMicro,
    }))
    .sort((a, b) => b.month.localeCompare(a.month));
}

/** Where the users of a site see their credits; `here` is the address that was called. */
export function creditsLink(services: Services, site: SiteSnapshot, here: string): string {
  const link = new URL("/wallet", here);
  // The platform's host serves the keys of every site and the portal of none.
  if (services.sites.isPlatformHost(link.hostname)) {
    link.hostname = `${site.slug}.${services.environment.baseDomain}`;
  }
  return link.href;
}

/** One request's record; null when it is not this person's, or the request still runs. */
export async function usageOf(
  services: Services,
  owner: Owner,
  requestId: string,
): Promise<UsageRecord | null> {
  // What has just been settled is in the wallet's outbox still; thereafter it is in the Meter.
  const meter = meterOf(services.env, owner.siteId);
  const record =
    (await walletOf(services.env, owner.siteId, owner.userId).pending(requestId)) ??
    (await meter.request(requestId));
  // What a request costs the site is the site's own business.
  return record?.user_id === owner.userId ? { ...record, cost_micro: null } : null;
}

/** The same, of what concerns the person alone. */
export async function ownRequest(
  services: Services,
  owner: Owner,
  requestId: string,
): Promise<OwnRequest | null> {
  const record = await usageOf(services, owner, requestId);
  return record && ownRequestSchema.parse(record);
}
