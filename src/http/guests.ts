/** The guest's cookie; like a session's, at this very host only. */
import { setCookie } from "hono/cookie";
import { refuse } from "../core/failure.ts";
import type { UserProfile } from "../core/site.ts";
import { conversationsOf } from "../services/conversations.ts";
import { countMessage, GUEST_TTL_MS, verifyGuest } from "../services/identity/guests.ts";
import { readCookie } from "../services/identity/sessions.ts";
import { addressOf } from "./address.ts";
import type { AppContext } from "./app.ts";

const isSecure = (c: AppContext): boolean => new URL(c.req.url).protocol === "https:";
const nameOf = (c: AppContext) => (isSecure(c) ? "__Host-portico-guest" : "portico-guest");

export const guestCookieOf = (c: AppContext): string | null =>
  readCookie(c.req.header("cookie"), nameOf(c));

export function keepGuest(c: AppContext, token: string): void {
  setCookie(c, nameOf(c), token, {
    path: "/",
    httpOnly: true,
    secure: isSecure(c),
    sameSite: "Lax",
    maxAge: GUEST_TTL_MS / 1000,
  });
}

/** Null when there is no guest, or the site takes none. */
export async function currentGuest(c: AppContext): Promise<UserProfile | null> {
  const token = guestCookieOf(c);
  const guest = token === null ? null : await verifyGuest(c.var.services, c.var.site, token);
  if (!guest) return null;
  c.set("session", guest.session);
  c.set("user", guest.profile);
  return guest.profile;
}

/** To be called before a message is sent: of a guest it is counted, and his history gets its end. */
export async function admitMessage(c: AppContext, images: number): Promise<void> {
  const { services, site, user, session } = c.var;
  if (user.guest !== true) return;
  if (images > 0 && site.guests.images !== true) {
    refuse("access_denied", "Guests may not send images; please log in.");
  }
  await countMessage(services, site, user.userId, addressOf(c));
  await conversationsOf(services, user).clearAt(session.expiresAt);
}
