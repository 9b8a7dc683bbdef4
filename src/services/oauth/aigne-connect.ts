/**
 * `aigne hub connect`: the command line of AIGNE opens a session, sends its user to a page, and
 * asks until there is an access key in it. The key is hidden as the published client unhides it:
 * CryptoJS' AES under a passphrase from a challenge that comes in the same answer, so what keeps
 * it from others is the session's id alone. The row of the session holds neither the id nor the
 * challenge: from the store by itself no key can be read.
 */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import type { ShownApp } from "../../contract/oauth.ts";
import type { ApiKey } from "../../contract/portal.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import * as devices from "../../store/oauth-devices.ts";
import type { Services } from "../services.ts";
import { hashOf, newSecret } from "./secrets.ts";

/** In the place of an app's id: the program itself is no app of any site. */
export const CONNECT_CLIENT = "aigne-connect";
export const CONNECT_APP: ShownApp = {
  id: CONNECT_CLIENT,
  name: "AIGNE CLI",
  website: "",
  origin: "registered",
};

/** The command line asks for 75 minutes; a page that lies open that long is nobody's wish. */
const TTL_MS = 30 * 60_000;

export interface ConnectSession {
  id: string;
  accessKeyId: string;
  accessKeySecret: string;
  challenge: string;
}

/** Opens a session; answers the id that the command line asks by. */
export async function openConnect(
  services: Services,
  site: SiteSnapshot,
  asker: { address: string | null; agent: string | null },
): Promise<string> {
  const id = newSecret("ac-");
  const hash = hashOf(id);
  const now = Date.now();
  await devices.insertDevice(services.db, {
    siteId: site.id,
    hash,
    clientId: CONNECT_CLIENT,
    // Nobody types this one in; it only has to be its own.
    userCode: `connect:${hash}`,
    ...{ scopes: ["gateway"], status: "pending", intervalMs: 1_000 },
    ...{ askedFrom: asker.address ?? "", askedBy: (asker.agent ?? "").slice(0, 200) },
    ...{ createdAt: now, expiresAt: now + TTL_MS },
  });
  return id;
}

/** The session as it stands; null when there is none (any more). */
export async function connectSession(
  services: Services,
  site: SiteSnapshot,
  id: string,
): Promise<ConnectSession | null> {
  const device = await devices.findDevice(services.db, site.id, hashOf(id));
  if (!device || device.clientId !== CONNECT_CLIENT || device.expiresAt <= Date.now()) return null;
  if (device.status === "denied") return null;
  const nothing = { id, accessKeyId: "", accessKeySecret: "", challenge: "" };
  if (device.payload === null) return nothing;
  const [accessKeyId = "", accessKeySecret = ""] = device.payload.split(" ");
  return { id, accessKeyId, accessKeySecret, challenge: challengeFor(services, id) };
}

export async function closeConnect(
  services: Services,
  site: SiteSnapshot,
  id: string,
): Promise<void> {
  await devices.deleteDevice(services.db, site.id, hashOf(id));
}

const idOf = (token: string): string => Buffer.from(token, "base64url").toString("utf8");

/** `__token__` of the page that the command line opens: the session's id in base64url. */
export const hashOfConnectToken = (token: string): string => hashOf(idOf(token));

/** What the session keeps of a key that was made for it. */
export async function hiddenKey(
  services: Services,
  token: string,
  made: { key: ApiKey; text: string },
): Promise<string> {
  const challenge = challengeFor(services, idOf(token));
  const passphrase = pbkdf2Sync(challenge, made.key.id, 256, 32, "sha512").toString("hex");
  return `${made.key.id} ${await encryptAsCryptoJs(made.text, passphrase)}`;
}

const challengeFor = ({ keys }: Services, id: string): string =>
  createHmac("sha256", keys.connectChallenge).update(id).digest("hex");

/** OpenSSL's `Salted__` form: AES-256-CBC, key and vector from the passphrase by rounds of MD5. */
export async function encryptAsCryptoJs(text: string, passphrase: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(8));
  let last = Buffer.alloc(0);
  let derived = Buffer.alloc(0);
  while (derived.length < 48) {
    last = createHash("md5").update(last).update(passphrase).update(salt).digest();
    derived = Buffer.concat([derived, last]);
  }
  const name = "AES-CBC";
  const raw = derived.subarray(0, 32);
  const key = await crypto.subtle.importKey("raw", raw, name, false, ["encrypt"]);
  const iv = derived.subarray(32, 48);
  const hidden = await crypto.subtle.encrypt({ name, iv }, key, new TextEncoder().encode(text));
  return Buffer.concat([Buffer.from("Salted__"), salt, Buffer.from(hidden)]).toString("base64");
}
