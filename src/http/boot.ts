/** The boot data of a page: which site this is, and who is signed in. */
import type { Boot } from "../contract/auth.ts";
import { setupNeeded } from "../services/identity/accounts.ts";
import { describeUser } from "../services/identity/people.ts";
import { turnstileKey } from "../services/identity/turnstile.ts";
import { currentUser } from "./access.ts";
import type { AppContext } from "./app.ts";
import { VERSION } from "./environment.ts";

export async function bootOf(c: AppContext): Promise<Boot> {
  const { site, services, onPlatformHost } = c.var;
  const profile = await currentUser(c);
  return {
    host: onPlatformHost ? "platform" : "site",
    site: {
      slug: site.slug,
      name: site.name,
      kind: site.kind,
      locale: site.locale,
      branding: site.branding,
      registration: site.registration,
      contact: site.contact,
      providers: [...site.providers],
      turnstileSiteKey: turnstileKey(site),
    },
    impersonatedUntil: profile ? impersonatedUntil(c) : null,
    me: profile ? await describeUser(services, site, profile.userId) : null,
    setupNeeded: profile ? false : await setupNeeded(services),
    version: VERSION,
  };
}

/** Told by the session that `currentUser` has found. */
function impersonatedUntil(c: AppContext): string | null {
  const { impersonatedBy, expiresAt } = c.var.session;
  return impersonatedBy === undefined ? null : new Date(expiresAt).toISOString();
}
