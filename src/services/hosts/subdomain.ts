/** The subdomain of a site: which slugs it could have, and the change to another one. */
import type { SLUG_STATES } from "../../contract/hosts.ts";
import { slugSchema } from "../../contract/values.ts";
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { findSite, findSiteBySlug } from "../../store/sites.ts";
import { changeSlug, findRetired } from "../../store/subdomains.ts";
import type { Services } from "../services.ts";

export type SlugState = (typeof SLUG_STATES)[number];

/** How long links to an old address go on working, and nobody else can have it. */
export const KEPT_MS = 90 * 24 * 3600 * 1000;
const MAX_KEPT = 5;

/** What people would take for the platform itself, or what mail and browsers give a meaning. */
const RESERVED = new Set(
  [
    "platform portico www www1 www2 app apps api apis gateway portal console admin administrator",
    "root system operator owner staff team security abuse postmaster hostmaster webmaster noreply",
    "no-reply mail email smtp imap pop pop3 mx ns ns1 ns2 ns3 dns ftp sftp ssh vpn proxy cdn static",
    "assets media files img images login logout signin signup register account accounts auth oauth",
    "sso idp identity pay payment payments billing invoice support help docs doc blog news status",
    "about legal privacy terms autoconfig autodiscover wpad isatap localhost local internal",
    "customers fallback test staging dev preview mcp embed webhook callback metrics health",
  ]
    .join(" ")
    .split(" "),
);

/** Whether a site could have the slug; `siteId` is null for a site that is only being made. */
export async function slugState(
  services: Services,
  siteId: string | null,
  slug: string,
): Promise<SlugState> {
  const [holder, retired] = await Promise.all([
    findSiteBySlug(services.db, slug),
    findRetired(services.db, slug),
  ]);
  if (holder !== null) return holder.id === siteId ? "own" : "taken";
  // `xn--` would show as another name than it is.
  if (!slugSchema.safeParse(slug).success || RESERVED.has(slug) || slug.startsWith("xn--")) {
    return "reserved";
  }
  const isKept = retired !== null && retired.siteId !== siteId && retired.until > Date.now();
  return isKept ? "kept" : "free";
}

/** Refuses a slug that the site could not have, with the reason. */
export async function requireFreeSlug(
  services: Services,
  siteId: string | null,
  slug: string,
): Promise<void> {
  const state = await slugState(services, siteId, slug);
  if (state === "free") return;
  const message = {
    own: "is the site's already",
    reserved: "cannot be used",
    taken: "belongs to another site",
    kept: "was another site's not long ago and is still kept for it",
  }[state];
  refuse("conflict", `slug: ${slug} ${message}`, { param: "slug" });
}

export async function changeSubdomain(
  services: Services,
  { id: siteId }: SiteSnapshot,
  slug: string,
): Promise<{ slug: string; host: string }> {
  const { db, environment, sites } = services;
  const site = (await findSite(db, siteId)) ?? refuse("site_not_found", "This site is gone.");
  await requireFreeSlug(services, siteId, slug);
  const now = Date.now();
  const until = now + KEPT_MS;
  const change = { siteId, from: site.slug, to: slug, until, maxKept: MAX_KEPT };
  if (!(await changeSlug(db, change, now))) {
    // Somebody was faster: said as for whoever comes later.
    await requireFreeSlug(services, siteId, slug);
    const message = `slug: this site has left ${MAX_KEPT} subdomains in the last 90 days; it can go back to one of them`;
    refuse("conflict", message, { param: "slug" });
  }
  sites.forget(siteId);
  return { slug, host: `${slug}.${environment.baseDomain}` };
}

/** The host that took the place of this one; null where none did. */
export async function movedTo(services: Services, host: string): Promise<string | null> {
  const { db, environment } = services;
  const suffix = `.${environment.baseDomain}`;
  const slug = host.endsWith(suffix) ? host.slice(0, -suffix.length) : "";
  const retired = slug === "" ? null : await findRetired(db, slug);
  if (retired === null || retired.until <= Date.now()) return null;
  const site = await findSite(db, retired.siteId);
  return site && !site.suspended ? `${site.slug}${suffix}` : null;
}
