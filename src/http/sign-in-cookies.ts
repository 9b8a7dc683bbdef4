/** What a browser remembers between two steps of logging in; like sessions, at this very host only. */
import { setCookie } from "hono/cookie";
import { linkWaiting } from "../services/identity/providers/own.ts";
import { WAY_TTL_MS } from "../services/identity/providers/way.ts";
import { readCookie } from "../services/identity/sessions.ts";
import type { AppContext } from "./app.ts";

/** `way`: to a provider and back · `link`: who waits to be linked. */
type Kept = "way" | "link";

export const isSecure = (c: AppContext): boolean => new URL(c.req.url).protocol === "https:";

const nameOf = (c: AppContext, kept: Kept) =>
  isSecure(c) ? `__Host-portico-${kept}` : `portico-${kept}`;

/** An empty value forgets it. */
export function keepInBrowser(c: AppContext, kept: Kept, value: string): void {
  setCookie(c, nameOf(c, kept), value, {
    path: "/",
    httpOnly: true,
    secure: isSecure(c),
    sameSite: "Lax",
    maxAge: value === "" ? 0 : WAY_TTL_MS / 1000,
  });
}

export const keptInBrowser = (c: AppContext, kept: Kept): string | null =>
  readCookie(c.req.header("cookie"), nameOf(c, kept));

/** For every way in: what has waited in this browser for the account's owner is linked. */
export async function linkKept(c: AppContext, userId: string): Promise<void> {
  const sealed = keptInBrowser(c, "link");
  if (!sealed) return;
  const { host } = new URL(c.req.url);
  await linkWaiting(c.var.services, c.var.site.id, { sealed, userId, host });
  keepInBrowser(c, "link", "");
}
