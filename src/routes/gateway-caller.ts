/** Who calls the gateway: the person behind the API key, and the site. */
import { admits } from "../contract/ip.ts";
import { FailureError, refuse } from "../core/failure.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { addressOf, NOT_FROM_THERE } from "../http/address.ts";
import { type AppContext, deferOf } from "../http/app.ts";
import { type Caller, callerOfKey, readKey } from "../services/identity/callers.ts";

/** The caller, and the site: of the host, or on the platform's host of the key. */
export async function requireKey(c: AppContext): Promise<{ caller: Caller; site: SiteSnapshot }> {
  const { services, onPlatformHost } = c.var;
  const hostSite = onPlatformHost ? null : c.var.site;
  const from = addressOf(c);
  const order = { hostSiteId: hostSite?.id ?? null, from };
  const found = await callerOfKey(services, readKey(c.req.raw.headers), order);
  if (!found.ok) throw new FailureError(found.error);
  const caller = found.value;
  const site = hostSite ?? (await services.sites.snapshot(caller.siteId, deferOf(c)));
  if (!site || site.suspended) refuse("invalid_api_key", "This API key is not valid.");
  // The rules of the host's own site were asked when the request came.
  if (!hostSite && !admits(site.addresses, from)) throw new FailureError(NOT_FROM_THERE);
  return { caller, site };
}
