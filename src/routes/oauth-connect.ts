/** `aigne hub connect`: the paths that AIGNE's command line knows. */
import type { Hono } from "hono";
import { refuse } from "../core/failure.ts";
import { addressOf } from "../http/address.ts";
import type { AppContext, AppEnv } from "../http/app.ts";
import { closeConnect, connectSession, openConnect } from "../services/oauth/aigne-connect.ts";
import { requireStart } from "../services/oauth/devices.ts";
import { OAuthRefusal } from "../services/oauth/refusal.ts";

const SESSION = "/.well-known/service/api/access-key/session";

export function connectRoutes(app: Hono<AppEnv>): void {
  app.post(SESSION, async (c) => {
    requireSite(c);
    const { services, site } = c.var;
    const asker = { address: addressOf(c), agent: c.req.header("user-agent") ?? null };
    await notTooMany(requireStart(services, site.id, asker.address));
    return c.json({ id: await openConnect(services, site, asker) }, 200, NOT_KEPT);
  });
  app.get(SESSION, async (c) => {
    requireSite(c);
    const session = await connectSession(c.var.services, c.var.site, sessionId(c));
    return c.json(session ?? gone(), 200, NOT_KEPT);
  });
  app.delete(SESSION, async (c) => {
    requireSite(c);
    await closeConnect(c.var.services, c.var.site, sessionId(c));
    return c.json({}, 200, NOT_KEPT);
  });
  // Where the command line sends its user: the page for devices, which asks and shows the rest.
  app.get("/.well-known/service/gen-simple-access-key", (c) => {
    requireSite(c);
    const token = c.req.query("__token__") ?? "";
    return c.redirect(`/device?connect=${encodeURIComponent(token)}`, 302);
  });
}

const NOT_KEPT = { "cache-control": "no-store" };
const sessionId = (c: AppContext): string => c.req.query("sid") ?? "";
const gone = () => refuse("not_found", "There is no such session; it may have ended.");

/** The platform's host has no users who could allow anything. */
function requireSite(c: AppContext): void {
  if (c.var.onPlatformHost) refuse("not_found", "There is nothing here.");
}

async function notTooMany(start: Promise<void>): Promise<void> {
  try {
    await start;
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    const { message, retryAfterMs } = error;
    refuse("rate_limit_login", message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}
