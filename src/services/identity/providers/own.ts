/**
 * One's own accounts at other places. Nobody loses his last way in, and nothing is linked but by
 * whoever has shown to be both people.
 */
import type { Identity } from "../../../contract/providers.ts";
import { refuse } from "../../../core/failure.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SiteSnapshot } from "../../../core/site.ts";
import * as store from "../../../store/providers.ts";
import { findById } from "../../../store/users.ts";
import type { Services } from "../../services.ts";
import { takesPasswords } from "../accounts.ts";
import type { Waiting } from "./arrive.ts";

const WAITING_TTL_MS = 600_000;
const PURPOSE = "sign-in-link";

/** Every place that there is a button for, and those that are linked whatever became of them. */
export async function ownIdentities(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<{ data: Identity[]; unlinkable: boolean }> {
  const [rows, linked, byPassword] = await Promise.all([
    store.listProviders(services.db, site.id),
    store.identitiesOfUser(services.db, site.id, userId),
    hasPassword(services, site, userId),
  ]);
  const at = Map.groupBy(linked, (identity) => identity.providerId);
  const buttons = new Set(site.providers.map((one) => one.slug));
  const data = rows
    .filter((row) => buttons.has(row.slug) || at.has(row.id))
    .map(({ id, slug, kind, name }) => {
      const identity = at.get(id)?.at(-1);
      return {
        slug,
        kind: kind as Identity["kind"],
        name,
        linked: identity
          ? {
              email: identity.email,
              name: identity.name,
              at: new Date(identity.createdAt).toISOString(),
            }
          : null,
      };
    });
  const enabled = rows.filter((row) => row.enabled && at.has(row.id)).length;
  return { data, unlinkable: byPassword || enabled > 1 };
}

/** Whether the person gets in by a password, without any provider. */
async function hasPassword(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<boolean> {
  if (!takesPasswords(site)) return false;
  return (await findById(services.db, site.id, userId))?.passwordHash != null;
}

export async function unlinkOwn(
  services: Services,
  site: SiteSnapshot,
  { userId, slug }: { userId: string; slug: string },
): Promise<void> {
  const row =
    (await store.findProvider(services.db, site.id, slug)) ??
    refuse("not_found", `There is no provider "${slug}".`);
  const keepOne = !(await hasPassword(services, site, userId));
  const who = { userId, providerId: row.id, keepOne };
  if (await store.unlinkIdentity(services.db, site.id, who)) return;
  const linked = await store.identitiesOfUser(services.db, site.id, userId);
  if (linked.some((identity) => identity.providerId === row.id)) {
    refuse("conflict", "This is your only way to log in: set a password first.");
  }
}

/** Links what came back to whoever began it, if his session is still the one that began. */
export async function linkOwn(
  services: Services,
  siteId: string,
  identity: Waiting,
): Promise<Result<null, "linked_elsewhere">> {
  const owner = await store.linkIdentity(services.db, siteId, identity);
  return owner === identity.userId ? ok(null) : fail("linked_elsewhere");
}

/** What waits in the browser until the account's owner has logged in. */
export async function sealWaiting(
  { vault }: Services,
  siteId: string,
  host: string,
  waiting: Waiting,
): Promise<string> {
  const text = { ...waiting, host, expiresAt: Date.now() + WAITING_TTL_MS };
  return await vault.sealFor(siteId, PURPOSE, JSON.stringify(text));
}

/** Links what has waited, where it is this user who has logged in, at this host, in time. */
export async function linkWaiting(
  services: Services,
  siteId: string,
  { sealed, userId, host }: { sealed: string; userId: string; host: string },
): Promise<void> {
  const text = await services.vault.openFor(siteId, PURPOSE, sealed);
  if (text === null) return;
  const { expiresAt, ...waiting } = JSON.parse(text) as Waiting & {
    host: string;
    expiresAt: number;
  };
  if (waiting.userId !== userId || waiting.host !== host || Date.now() >= expiresAt) return;
  const { providerId, subject, email, name } = waiting;
  await linkOwn(services, siteId, { userId, providerId, subject, email, name });
}
