/** API keys: made, listed, revoked. The store keeps the list, the wallet decides. */
import type { Limits } from "../../contract/config.ts";
import type { ApiKey, KeyPatch } from "../../contract/portal.ts";
import type { Addresses } from "../../contract/scopes.ts";
import { addressesProblem } from "../../core/addresses.ts";
import { refuse } from "../../core/failure.ts";
import * as keys from "../../store/keys.ts";
import { deliverProfiles } from "../profiles.ts";
import type { Services } from "../services.ts";
import type { Owner } from "../wallets.ts";
import { mintBlockletKey, mintKey } from "./keys.ts";

const MAX_LIVE_KEYS = 100;

export interface KeyOrder {
  name: string;
  /** Absent: `gateway`. */
  scopes?: string[];
  limits: Limits;
  models: string[];
  addresses: Addresses;
  /** ISO 8601; null: never. */
  expiresAt: string | null;
  /** As AIGNE's clients expect it; absent: ours. */
  form?: "blocklet";
}

export async function listKeys(services: Services, owner: Owner): Promise<ApiKey[]> {
  return (await keys.keysOfUser(services.db, owner.siteId, owner.userId)).map(shownKey);
}

/** The keys of all users of a site. */
export async function listSiteKeys(
  services: Services,
  siteId: string,
): Promise<(ApiKey & { user: { id: string; email: string } })[]> {
  const rows = await keys.keysOfSite(services.db, siteId);
  return rows.map((row) => ({ ...shownKey(row), user: { id: row.userId, email: row.email } }));
}

/** The text is shown this once; only its hash is kept. */
export async function createKey(
  services: Services,
  owner: Owner,
  order: KeyOrder,
): Promise<{ key: ApiKey; text: string }> {
  requireKeepable(services, order.addresses);
  const existing = await keys.keysOfUser(services.db, owner.siteId, owner.userId);
  if (existing.filter((key) => key.revokedAt === null).length >= MAX_LIVE_KEYS) {
    refuse("conflict", `At most ${MAX_LIVE_KEYS} keys; revoke one first.`);
  }
  const minted =
    order.form === "blocklet" ? mintBlockletKey() : mintKey(services.keys.keyTag, owner);
  const key = await keys.createKey(services.db, owner.siteId, {
    id: minted.keyId,
    userId: owner.userId,
    name: order.name,
    hash: minted.hash,
    prefix: minted.prefix,
    scopes: order.scopes ?? ["gateway"],
    limits: order.limits,
    models: order.models,
    addresses: order.addresses,
    expiresAt: timeOf(order.expiresAt),
  });
  await deliverProfiles(services, owner.siteId);
  return { key: shownKey(key), text: minted.text };
}

/** Refuses rules of addresses that this deployment could not keep. */
export function requireKeepable({ environment }: Services, addresses: Addresses): void {
  const problem = addressesProblem(environment, addresses);
  if (problem) refuse("unsupported_value", `addresses: ${problem}.`, { param: "addresses" });
}

/** In force when this returns: the wallet has been told. */
export async function revokeKey(services: Services, owner: Owner, keyId: string): Promise<void> {
  const revoked = await keys.revokeKey(services.db, owner.siteId, owner.userId, keyId);
  if (!revoked) refuse("key_not_found", "There is no such key.");
  await deliverProfiles(services, owner.siteId);
}

/** In force when this returns: the wallet has been told. */
export async function changeKey(
  services: Services,
  owner: Owner,
  keyId: string,
  { expiresAt, ...rest }: KeyPatch,
): Promise<ApiKey> {
  if (rest.addresses) requireKeepable(services, rest.addresses);
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const values: keys.KeyChange = {
    ...Object.fromEntries(given),
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
  };
  const { siteId, userId } = owner;
  const before = await keys.changeKey(services.db, siteId, userId, keyId, values);
  if (!before) refuse("key_not_found", "There is no such key.");
  await deliverProfiles(services, siteId);
  return shownKey({ ...before, ...values });
}

const timeOf = (iso: string | null) => (iso === null ? null : Date.parse(iso));

function shownKey(key: keys.KeyRow): ApiKey {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    limits: key.limits,
    models: key.models,
    addresses: key.addresses,
    ...(key.clientId === null ? {} : { appId: key.clientId }),
    createdAt: new Date(key.createdAt).toISOString(),
    expiresAt: iso(key.expiresAt),
    revokedAt: iso(key.revokedAt),
  };
}
