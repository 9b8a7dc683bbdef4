/**
 * Guests: people who use what is open to them without an account, where the site allows it.
 *
 * 1. A guest is a signed cookie of one host, for seven days. It opens his own conversations and
 *    the portal's answers: no key, no wallet of his own, no gateway.
 * 2. All guests of a site are paid from one wallet of the site, filled once a day with what the
 *    site allows: whatever cookies and addresses somebody makes up, no more can be spent.
 * 3. Messages are counted by address and day, so that one person does not use up everybody's.
 * 4. Every message asks the site's settings anew: switched off, no guest gets another answer.
 * 5. With the cookie's end the conversations are forgotten.
 */
import { jwtVerify, SignJWT } from "jose";
import { MICRO_PER_CREDIT } from "../../contract/values.ts";
import { networkOf } from "../../core/addresses.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot, UserProfile } from "../../core/site.ts";
import { throttleOf } from "../../durable/throttle/client.ts";
import { walletOf } from "../../durable/wallet/client.ts";
import { newId } from "../../store/ids.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./callers.ts";
import type { SessionClaims } from "./sessions.ts";

export const GUEST_TTL_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const MESSAGES_PER_DAY = 20;
const CREDITS_PER_DAY = 10;
/** New cookies of one address: more than a household of browsers needs. */
const BEGINNINGS = { max: 50, windowMs: DAY_MS };
/** Whose wallet pays: no user has this id, for users' begin with `usr_`. */
const PAYER = "guests";

export const isGuestId = (userId: string): boolean => userId.startsWith("gst_");
export const takesGuests = (site: SiteSnapshot): boolean => site.guests.enabled === true;

/** A new guest's cookie. */
export async function beginGuest(
  services: Services,
  site: SiteSnapshot,
  address: string | null,
): Promise<string> {
  if (!takesGuests(site)) refuse("access_denied", "This site takes no guests; please log in.");
  if (address !== null) {
    const name = `guest:${site.id}:begin:${networkOf(address)}`;
    const { retryAfterMs } = await throttleOf(services.env, name).attempt(BEGINNINGS);
    if (retryAfterMs > 0)
      refuse("rate_limit_login", "Too many guests; please log in.", { retryAfterMs });
  }
  return await new SignJWT({})
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(newId("guest"))
    .setAudience(site.id)
    .setExpirationTime(Math.floor((Date.now() + GUEST_TTL_MS) / 1000))
    .sign(services.keys.guest);
}

/** Null when the cookie is not a live one of this site, or the site takes no guests (any more). */
export async function verifyGuest(
  services: Services,
  site: SiteSnapshot,
  token: string,
): Promise<{ session: SessionClaims; profile: UserProfile } | null> {
  if (!takesGuests(site)) return null;
  try {
    const { payload } = await jwtVerify(token, services.keys.guest, {
      algorithms: ["HS256"],
      audience: site.id,
    });
    const { sub: userId, exp } = payload;
    if (!userId || !isGuestId(userId) || exp === undefined) return null;
    const claims = { siteId: site.id, userId, sessionId: userId, epoch: 1, secondFactor: false };
    return {
      session: { ...claims, expiresAt: exp * 1000 },
      profile: guestProfile(site.id, userId),
    };
  } catch {
    // jose throws for every way in which a token can be wrong; to the caller they are one.
    return null;
  }
}

/**
 * Before a message: counts it against the address, or where that is not known against the guest,
 * whom then the site's budget alone bounds.
 */
export async function countMessage(
  services: Services,
  site: SiteSnapshot,
  guestId: string,
  address: string | null,
): Promise<void> {
  const who = address === null ? guestId : networkOf(address);
  const { retryAfterMs } = await throttleOf(services.env, `guest:${site.id}:${who}`).attempt({
    max: site.guests.messagesPerDay ?? MESSAGES_PER_DAY,
    windowMs: DAY_MS,
  });
  if (retryAfterMs === 0) return;
  refuse("rate_limit_daily", "Guests may send no more messages today; please log in.", {
    retryAfterMs,
  });
}

/** Days and amounts that this isolate has seen granted; only to spare the calls. */
const funded = new WeakMap<Services, Map<string, string>>();

/** The caller whose wallet pays for guests, with what the site allows them today. */
export async function guestPayer(
  services: Services,
  site: SiteSnapshot,
  sessionId: string,
  now: number,
): Promise<Caller> {
  const day = Math.floor(now / DAY_MS);
  const known = funded.get(services) ?? new Map<string, string>();
  funded.set(services, known);
  const micro = Math.round((site.guests.creditsPerDay ?? CREDITS_PER_DAY) * MICRO_PER_CREDIT);
  if (micro > 0 && known.get(site.id) !== String(day)) {
    const wallet = walletOf(services.env, site.id, PAYER);
    await wallet.putProfile(guestProfile(site.id, PAYER));
    await wallet.grant({
      // By the day alone: an allowance that is raised is more from tomorrow on, and never twice.
      operationId: `guests:${day}`,
      amountMicro: micro,
      reason: "guests",
      expiresAt: (day + 1) * DAY_MS,
      priority: 0,
    });
    known.set(site.id, String(day));
  }
  const credential = { kind: "session", sessionId, epoch: 1 } as const;
  return { siteId: site.id, userId: PAYER, credential };
}

function guestProfile(siteId: string, userId: string): UserProfile {
  return {
    ...{ siteId, userId, guest: true, enabled: true, sessionEpoch: 1, version: 1 },
    email: PAYER,
    role: "member",
    levelId: null,
    groupIds: [],
    departmentIds: [],
    keys: [],
  };
}
