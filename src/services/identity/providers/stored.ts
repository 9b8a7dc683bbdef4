/** Providers as they are stored, and opened for use. */

import type { SignInProblem } from "../../../contract/providers.ts";
import type { ProviderRules } from "../../../core/identity-linking.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import { findProvider, type ProviderRow } from "../../../store/providers.ts";
import type { Services } from "../../services.ts";
import { asker } from "./ask.ts";
import type { Ask, IdentityKind, OpenProvider } from "./kind.ts";
import { identityKind } from "./registry.ts";

/** A provider that is switched on, with everything that asking it takes. */
export interface LiveProvider<Kind extends IdentityKind = IdentityKind> {
  row: ProviderRow;
  kind: Kind;
  open: OpenProvider;
  ask: Ask;
}

/** Kept among the settings; a host name holds no comma. */
const DOMAINS = "trustedDomains";

export function splitSettings({ [DOMAINS]: domains = "", ...settings }: Record<string, string>) {
  return { settings, trustedDomains: domains === "" ? [] : domains.split(",") };
}

export const joinSettings = (settings: Record<string, string>, trustedDomains: string[]) =>
  trustedDomains.length === 0 ? settings : { ...settings, [DOMAINS]: trustedDomains.join(",") };

export const rulesOf = ({ registers, settings }: ProviderRow): ProviderRules => ({
  registers,
  trustedDomains: splitSettings(settings).trustedDomains,
});

const place = (id: string) => `identity-provider/${id}`;

export const sealSecret = (
  { vault }: Services,
  siteId: string,
  id: string,
  secret: Record<string, string>,
) => vault.sealFor(siteId, place(id), JSON.stringify(secret));

/** Throws where it was sealed under another master key. */
export async function openSecret(
  { vault }: Services,
  siteId: string,
  { id, sealed }: Pick<ProviderRow, "id" | "sealed">,
): Promise<Record<string, string>> {
  if (sealed === null) return {};
  const text = await vault.openFor(siteId, place(id), sealed);
  if (text === null) throw new Error("the secret of a provider cannot be opened");
  return JSON.parse(text) as Record<string, string>;
}

export const askFor = ({ environment }: Services, { secret }: OpenProvider): Ask =>
  asker({ allowPrivate: environment.allowPrivateUpstreams, secrets: Object.values(secret) });

export async function liveProvider<Path extends IdentityKind["path"]>(
  services: Services,
  siteId: string,
  slug: string,
  path: Path,
): Promise<Result<LiveProvider<Extract<IdentityKind, { path: Path }>>, SignInProblem>> {
  const row = await findProvider(services.db, siteId, slug);
  const kind = row?.enabled ? identityKind(row.kind) : null;
  if (!row || kind?.path !== path) return fail("unavailable");
  const secret = await openSecret(services, siteId, row);
  const open = { settings: splitSettings(row.settings).settings, secret };
  const found = kind as Extract<IdentityKind, { path: Path }>;
  return ok({ row, kind: found, open, ask: askFor(services, open) });
}
