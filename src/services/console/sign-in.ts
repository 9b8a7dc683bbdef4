/** The console's page of how people log in. */
import type { z } from "zod";
import type { providerEndpoints, SignInPage } from "../../contract/providers.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import * as sites from "../../store/sites.ts";
import { listOwnProviders } from "../identity/providers/manage.ts";
import { kindInfos } from "../identity/providers/registry.ts";
import { sealTurnstileSecret } from "../identity/turnstile.ts";
import type { Services } from "../services.ts";

export async function readSignIn(services: Services, site: SiteSnapshot): Promise<SignInPage> {
  const row =
    (await sites.findSite(services.db, site.id)) ?? refuse("site_not_found", "This site is gone.");
  return {
    settings: row.signIn,
    turnstileSecretHint: row.turnstileSealed === null ? "" : "…",
    registration: row.registration,
    providers: await listOwnProviders(services, site),
    kinds: kindInfos(),
  };
}

type Change = z.output<(typeof providerEndpoints)["PUT /api/admin/sign-in"]["body"]>;

/** The switches as they are sent; Turnstile goes with its site key, and needs both keys. */
export async function changeSignIn(
  services: Services,
  site: SiteSnapshot,
  { turnstileSecret, ...settings }: Change,
): Promise<SignInPage> {
  const row =
    (await sites.findSite(services.db, site.id)) ?? refuse("site_not_found", "This site is gone.");
  const asks = Boolean(settings.turnstileSiteKey);
  if (asks && !turnstileSecret && row.turnstileSealed === null) {
    refuse("invalid_value", "Turnstile needs its secret key too.", { param: "turnstileSecret" });
  }
  const signIn = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== ""),
  );
  const turnstileSealed = !asks
    ? null
    : turnstileSecret
      ? await sealTurnstileSecret(services, site.id, turnstileSecret)
      : row.turnstileSealed;
  const values = { signIn, turnstileSealed };
  await sites.change(services.db, site.id, [sites.updateSite(services.db, site.id, values)]);
  services.sites.forget(site.id);
  return await readSignIn(services, site);
}
