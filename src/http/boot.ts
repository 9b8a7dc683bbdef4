/** The boot data of a page: which site this is, and who is signed in. */
import type { Boot } from "../contract/auth.ts";
import { opensConsole } from "../core/permissions.ts";
import { VERSION } from "../core/version.ts";
import { setupNeeded, takesPasswords } from "../services/identity/accounts.ts";
import { takesGuests } from "../services/identity/guests.ts";
import { noteSessionUse } from "../services/identity/own-sessions.ts";
import { describeUser } from "../services/identity/people.ts";
import { turnstileKey } from "../services/identity/turnstile.ts";
import { canMail } from "../services/mail/send.ts";
import { currentUser, lacksSecondFactor } from "./access.ts";
import { type AppContext, deferOf } from "./app.ts";

export async function bootOf(c: AppContext): Promise<Boot> {
  const { site, services, onPlatformHost } = c.var;
  const profile = await currentUser(c);
  if (profile) deferOf(c)(noteSessionUse(services, c.var.session, c.var.startedAt));
  return {
    host: onPlatformHost ? "platform" : "site",
    site: {
      slug: site.slug,
      name: site.name,
      kind: site.kind,
      locale: site.locale,
      branding: site.branding,
      registration: site.registration,
      guests: takesGuests(site),
      contact: site.contact,
      providers: [...site.providers],
      turnstileSiteKey: turnstileKey(site),
      passwords: takesPasswords(site),
      emailCode: site.signIn.emailCode !== false && (await canMail(services, site.id)),
      verifyEmail: site.signIn.verifyEmail === true,
    },
    secondFactorNeeded: profile !== null && opensConsole(profile.role) && lacksSecondFactor(c),
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
