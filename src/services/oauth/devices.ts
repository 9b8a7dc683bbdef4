/**
 * Devices without a browser (RFC 8628), and AIGNE's command line, which asks in a way of its own
 * (`aigne-connect.ts`): something waits, and a user elsewhere says yes or no to what it shows.
 *
 * 1. A device that asks more often than it was told is told to ask less often.
 * 2. A yes is redeemed once: of several polls at once one gets it.
 * 3. Codes that people type are guessed at most a few times by a user, and from an address.
 */
import type { DeviceRequest } from "../../contract/oauth.ts";
import { ALL_ADDRESSES } from "../../contract/scopes.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { type ClientRow, findClient } from "../../store/oauth-clients.ts";
import * as devices from "../../store/oauth-devices.ts";
import { createKey } from "../identity/api-keys.ts";
import type { Services } from "../services.ts";
import type { Owner } from "../wallets.ts";
import { CONNECT_APP, CONNECT_CLIENT, hashOfConnectToken, hiddenKey } from "./aigne-connect.ts";
import { askedOf } from "./authorize.ts";
import { DEVICE_GRANT, provenClient, readProof, scopesFor } from "./clients.ts";
import { allowApp } from "./grants.ts";
import { deny } from "./refusal.ts";
import { hashOf, newSecret } from "./secrets.ts";

const TTL_MS = 15 * 60_000;
const INTERVAL_MS = 5_000;
/** Consonants that are not mistaken for one another: no words, no ones and zeros. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const START_RULE = { max: 60, windowMs: 3_600_000 };
/** Codes by one user, and from one address; right ones count too. There are 20^8. */
const USER_GUESSES = { max: 20, windowMs: 15 * 60_000 };
const ADDRESS_GUESSES = { max: 60, windowMs: 15 * 60_000 };

/** Where something asks from, and what it says it is. */
export interface Asker {
  address: string | null;
  agent: string | null;
}

/** Not biased: bytes that do not fit evenly are thrown away. */
export function newUserCode(): string {
  let code = "";
  while (code.length < 8) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      if (byte < 240 && code.length < 8) code += LETTERS[byte % LETTERS.length];
    }
  }
  return code;
}

const shownCode = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

/** So many may ask from one address in an hour. */
export async function requireStart(
  { env }: Services,
  siteId: string,
  address: string | null,
): Promise<void> {
  if (address === null) return;
  const throttle = throttleOf(env, `oauth-device:${siteId}:address:${address}`);
  const { retryAfterMs } = await throttle.attempt(START_RULE);
  if (retryAfterMs > 0) deny("temporarily_unavailable", "Too many devices; wait.", retryAfterMs);
}

/** The answer of RFC 8628 to a device that wants to be let in. */
export async function startDevice(
  services: Services,
  site: SiteSnapshot,
  request: { authorization: string | undefined; form: Map<string, string>; issuer: string },
  asker: Asker,
): Promise<Record<string, unknown>> {
  const { form, issuer } = request;
  const client = await provenClient(services, site, readProof(request.authorization, form));
  if (!client.grantTypes.includes(DEVICE_GRANT)) {
    deny("unauthorized_client", "The app did not register for devices.");
  }
  const scopes = scopesFor(client, form.get("scope"));
  await requireStart(services, site.id, asker.address);
  const deviceCode = newSecret("pd-");
  const userCode = newUserCode();
  const now = Date.now();
  await devices.insertDevice(services.db, {
    siteId: site.id,
    hash: hashOf(deviceCode),
    clientId: client.id,
    ...{ userCode, scopes, status: "pending" },
    ...{ askedFrom: asker.address ?? "", askedBy: (asker.agent ?? "").slice(0, 200) },
    ...{ intervalMs: INTERVAL_MS, createdAt: now, expiresAt: now + TTL_MS },
  });
  return {
    device_code: deviceCode,
    user_code: shownCode(userCode),
    verification_uri: `${issuer}/device`,
    verification_uri_complete: `${issuer}/device?user_code=${shownCode(userCode)}`,
    expires_in: TTL_MS / 1000,
    interval: INTERVAL_MS / 1000,
  };
}

/** What the user's answer to a device gives; every other state is a refusal that RFC 8628 names. */
export async function answeredDevice(
  { db }: Services,
  client: ClientRow,
  deviceCode: string,
): Promise<{ grantId: string; userId: string; scopes: string[] }> {
  const device = await devices.findDevice(db, client.siteId, hashOf(deviceCode));
  if (!device || device.clientId !== client.id) {
    return deny("invalid_grant", "The device code is not valid.");
  }
  const now = Date.now();
  if (device.expiresAt <= now) return deny("expired_token", "The device code has expired.");
  if (device.status === "denied") return deny("access_denied", "The user said no.");
  const { lastPolledAt, intervalMs, grantId, userId, scopes } = device;
  if (lastPolledAt !== null && now - lastPolledAt < intervalMs - 500) {
    await devices.notePoll(db, device, { lastPolledAt: now, intervalMs: intervalMs + 5_000 });
    return deny("slow_down", "Ask less often.");
  }
  await devices.notePoll(db, device, { lastPolledAt: now });
  if (device.status === "pending") {
    return deny("authorization_pending", "The user has not answered yet.");
  }
  const mine = await devices.moveDevice(db, device, "allowed", { status: "used" });
  if (!mine || grantId === null || userId === null) {
    return deny("invalid_grant", "The device code has been used.");
  }
  return { grantId, userId, scopes };
}

/** `WDJB-MJHT`, however it was typed in; else it is the token of AIGNE's connect. */
async function findWaiting(
  services: Services,
  owner: Owner,
  code: string,
  address: string | null,
): Promise<devices.DeviceRow> {
  const { env, db } = services;
  const byUser = throttleOf(env, `oauth-guess:${owner.siteId}:user:${owner.userId}`);
  const byAddress = throttleOf(env, `oauth-guess:${owner.siteId}:address:${address ?? ""}`);
  const waits = await Promise.all([
    byUser.attempt(USER_GUESSES),
    ...(address === null ? [] : [byAddress.attempt(ADDRESS_GUESSES)]),
  ]);
  const retryAfterMs = Math.max(...waits.map((wait) => wait.retryAfterMs));
  if (retryAfterMs > 0) {
    refuse("rate_limit_login", "Too many codes; please wait.", { retryAfterMs });
  }
  const typed = code.toUpperCase().replace(/[\s-]/g, "");
  const isUserCode = typed.length === 8 && [...typed].every((letter) => LETTERS.includes(letter));
  const device = isUserCode
    ? await devices.findByUserCode(db, owner.siteId, typed)
    : await devices.findDevice(db, owner.siteId, hashOfConnectToken(code));
  const waiting = device?.status === "pending" && device.expiresAt > Date.now();
  // A device code is a secret of the device: nobody says yes by it.
  if (!device || !waiting || (device.clientId === CONNECT_CLIENT) === isUserCode) {
    return refuse("not_found", "There is no device that waits with this code.");
  }
  return device;
}

/** What waits with this code, for the user to look at. */
export async function deviceRequest(
  services: Services,
  owner: Owner,
  code: string,
  address: string | null,
): Promise<DeviceRequest> {
  const device = await findWaiting(services, owner, code, address);
  const { askedFrom, askedBy } = device;
  const told = { askedFrom, askedBy, askedAt: new Date(device.createdAt).toISOString() };
  if (device.clientId === CONNECT_CLIENT) {
    const asked = { app: CONNECT_APP, scopes: ["gateway" as const], models: [], limits: {} };
    return { kind: "connect", ...asked, standing: null, ...told };
  }
  const client = await clientOf(services, device);
  return {
    kind: "device",
    ...(await askedOf(services, owner, client, device.scopes)),
    ...told,
  };
}

async function clientOf({ db }: Services, device: devices.DeviceRow): Promise<ClientRow> {
  const client = await findClient(db, device.siteId, device.clientId);
  if (!client?.enabled) return refuse("not_found", "The app of this device is not known any more.");
  return client;
}

/** The user's yes or no. A second answer to the same device is refused. */
export async function decideDevice(
  services: Services,
  owner: Owner,
  decision: { code: string; allow: boolean; creditsPerMonth: number | null },
  address: string | null,
): Promise<void> {
  const { db } = services;
  const device = await findWaiting(services, owner, decision.code, address);
  const { userId } = owner;
  const answer = async (values: Parameters<typeof devices.moveDevice>[3]) => {
    const first = await devices.moveDevice(db, device, "pending", { ...values, userId });
    if (!first) refuse("conflict", "This has been answered already.");
  };
  const { allow, creditsPerMonth } = decision;
  if (!allow) return await answer({ status: "denied" });
  if (device.clientId === CONNECT_CLIENT) {
    // Answered first: two yeses must not make two keys.
    await answer({ status: "allowed" });
    const payload = await keyFor(services, owner, decision);
    await devices.moveDevice(db, device, "allowed", { payload });
    return;
  }
  const client = await clientOf(services, device);
  const allowance = { scopes: device.scopes, creditsPerMonth };
  await answer({ status: "allowed", grantId: await allowApp(services, owner, client, allowance) });
}

/** AIGNE's command line keeps a key for good: it is made as any key, and seen among them. */
async function keyFor(
  services: Services,
  owner: Owner,
  { code, creditsPerMonth }: { code: string; creditsPerMonth: number | null },
): Promise<string> {
  const made = await createKey(services, owner, {
    name: CONNECT_APP.name,
    limits: creditsPerMonth === null ? {} : { creditsPerMonth },
    models: [],
    addresses: ALL_ADDRESSES,
    expiresAt: null,
    form: "blocklet",
  });
  return await hiddenKey(services, code, made);
}
