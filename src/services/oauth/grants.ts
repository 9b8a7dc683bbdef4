/**
 * What users have allowed apps.
 *
 * 1. For each app and user one grant stands: caps count per app, over all its devices.
 * 2. A grant is an API key of its user without a text. Access tokens name it, and the wallet
 *    refuses them from the moment in which it was told that the grant has ended.
 * 3. What an app may spend is the tighter of what the app has and what its user said.
 */

import type { Limits } from "../../contract/config.ts";
import type { AllowedApp, ShownApp } from "../../contract/oauth.ts";
import { ALL_ADDRESSES } from "../../contract/scopes.ts";
import { microToText } from "../../core/credits.ts";
import { refuse } from "../../core/failure.ts";
import { encodeBase32, ID_PREFIXES } from "../../core/ids.ts";
import { abilitiesOf, modelsOf, tightest } from "../../core/oauth-scope.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import type { ClientRow } from "../../store/oauth-clients.ts";
import * as clients from "../../store/oauth-clients.ts";
import * as grants from "../../store/oauth-grants.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import type { Owner } from "../wallets.ts";
import { grantMark } from "./access-tokens.ts";

export interface Allowance {
  scopes: string[];
  /** Null: all that the user has. */
  creditsPerMonth: number | null;
}

const limitsOf = (creditsPerMonth: number | null): Limits =>
  creditsPerMonth === null ? {} : { creditsPerMonth };

/** Lets the app act as the user; answers the grant's id. In force when this returns. */
export async function allowApp(
  services: Services,
  owner: Owner,
  client: ClientRow,
  { scopes, creditsPerMonth }: Allowance,
): Promise<string> {
  const limits = limitsOf(creditsPerMonth);
  const key = { models: modelsOf(scopes), limits: tightest(limits, client.limits) };
  for (let tries = 0; ; tries++) {
    const [standing] = await standingOf(services, owner, client.id);
    if (standing) {
      // Tokens that are out have scopes of their own: a wider grant makes none of them wider.
      const abilities = [...new Set([...abilitiesOf(standing.scopes), ...abilitiesOf(scopes)])];
      const all = [...abilities, ...scopes.filter((scope) => !abilities.includes(scope))];
      const change = { ...key, scopes: abilities };
      await grants.changeGrant(services.db, standing, { scopes: all, limits }, change);
      await deliverProfiles(services, owner.siteId);
      return standing.id;
    }
    const id = `${ID_PREFIXES.key}_${encodeBase32(crypto.getRandomValues(new Uint8Array(8)))}`;
    try {
      await grants.insertGrant(
        services.db,
        owner.siteId,
        { clientId: client.id, userId: owner.userId, scopes, limits },
        {
          ...{ id, userId: owner.userId, name: client.name, hash: grantMark(id), prefix: "app" },
          ...{ ...key, scopes: abilitiesOf(scopes), addresses: ALL_ADDRESSES, expiresAt: null },
        },
      );
    } catch (error) {
      // Two windows said yes at once: the other's grant stands now.
      if (tries > 0 || (await standingOf(services, owner, client.id)).length === 0) throw error;
      continue;
    }
    await deliverProfiles(services, owner.siteId);
    return id;
  }
}

const standingOf = (services: Services, { siteId, userId }: Owner, clientId: string) =>
  grants.standingGrants(services.db, siteId, { clientId, userId });

/** The grant where it still stands, for an app that wants a token by it. */
export async function standingGrant(
  services: Services,
  siteId: string,
  id: string,
): Promise<grants.StandingGrant | null> {
  const [standing] = await grants.standingGrants(services.db, siteId, { id });
  return standing ?? null;
}

/** In force when this returns: the wallets have been told. */
export async function endGrants(
  services: Services,
  siteId: string,
  ending: Pick<grants.GrantRow, "id" | "userId">[],
  why: string,
): Promise<void> {
  if (ending.length === 0) return;
  await grants.revokeGrants(services.db, siteId, ending, why);
  await deliverProfiles(services, siteId);
}

/** Apps that may act as the user, with what each has spent this month. */
export async function allowedApps(services: Services, owner: Owner): Promise<AllowedApp[]> {
  const { siteId, userId } = owner;
  const standing = await grants.standingGrants(services.db, siteId, { userId });
  if (standing.length === 0) return [];
  const spent = await spentByKey(services, owner);
  const shown = await Promise.all(
    standing.map(async (grant) => {
      const client = await clients.findClient(services.db, siteId, grant.clientId);
      return client && shownGrant(grant, client, spent[grant.id] ?? 0);
    }),
  );
  return shown.filter((app) => app !== null);
}

/** In this month, in micro-credits. */
async function spentByKey({ env }: Services, { siteId, userId }: Owner) {
  const state = await walletOf(env, siteId, userId).balance({ byKey: true });
  return (state.ok && state.spentByKey) || {};
}

function shownGrant(grant: grants.StandingGrant, client: ClientRow, micro: number): AllowedApp {
  return {
    app: shownApp(client),
    scopes: abilitiesOf(grant.scopes),
    models: grant.models,
    limits: tightest(grant.limits, client.limits),
    spent: microToText(micro),
    allowedAt: new Date(grant.createdAt).toISOString(),
    lastUsedAt: grant.lastUsedAt === null ? null : new Date(grant.lastUsedAt).toISOString(),
  };
}

export const shownApp = ({ id, name, website, origin }: ClientRow): ShownApp => ({
  ...{ id, name, website, origin },
});

/** Changes what an app may spend, at once. */
export async function changeAllowance(
  services: Services,
  owner: Owner,
  clientId: string,
  creditsPerMonth: number | null,
): Promise<AllowedApp> {
  const [standing] = await standingOf(services, owner, clientId);
  const client = await clients.findClient(services.db, owner.siteId, clientId);
  if (!standing || !client) return refuse("not_found", "You allow no such app anything.");
  const limits = limitsOf(creditsPerMonth);
  const key = { limits: tightest(limits, client.limits) };
  await grants.changeGrant(services.db, standing, { limits }, key);
  await deliverProfiles(services, owner.siteId);
  const spent = await spentByKey(services, owner);
  return shownGrant({ ...standing, limits }, client, spent[standing.id] ?? 0);
}

export async function revokeApp(services: Services, owner: Owner, clientId: string): Promise<void> {
  const standing = await standingOf(services, owner, clientId);
  if (standing.length === 0) refuse("not_found", "You allow no such app anything.");
  await endGrants(services, owner.siteId, standing, "revoked by the user");
}
