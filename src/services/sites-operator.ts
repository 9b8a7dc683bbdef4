/** What the operator does with sites: look through them, suspend, give editions and limits, act in them. */
import type { z } from "zod";
import type { AuditActor } from "../contract/audit.ts";
import type { Edition } from "../contract/editions.ts";
import type { PlatformSite, platformEndpoints, SiteSummary } from "../contract/platform.ts";
import { effectiveLimits } from "../core/editions.ts";
import { refuse } from "../core/failure.ts";
import { changeEdition } from "../store/editions.ts";
import { change, findSiteBySlug, type SiteRow, updateSite } from "../store/sites.ts";
import { type CountedSite, ownersOf, pageSites, withCounts } from "../store/sites-page.ts";
import { type AuditOrigin, recordAudit } from "./audit.ts";
import { callsOfMonth, editionUsage, listEditions } from "./editions.ts";
import type { Services } from "./services.ts";
import { PLATFORM_SITE_ID } from "./sites.ts";
import { issueTicket } from "./sites-entry.ts";

type Endpoints = typeof platformEndpoints;

/** Who does it, for the audit of the site that it is done to; the platform's has it already. */
export interface Operator extends AuditOrigin {
  actor: AuditActor;
}

function summary(site: CountedSite, calls: number): SiteSummary {
  const { id, slug, name, edition, suspended, hosts, users, agents } = site;
  const createdAt = new Date(site.createdAt).toISOString();
  return { id, slug, name, edition, suspended, hosts, users, agents, calls, createdAt };
}

export async function listSites(
  services: Services,
  query: z.output<Endpoints["GET /api/platform/sites"]["query"]>,
) {
  const { suspended, limit, ...rest } = query;
  const found = await pageSites(services.db, {
    ...rest,
    limit,
    ...(suspended === undefined ? {} : { suspended: suspended === "true" }),
  });
  const sites = await withCounts(services.db, found.slice(0, limit));
  const calls = await Promise.all(sites.map((site) => callsOfMonth(services, site.id)));
  const more = found.length > limit;
  return {
    data: sites.map((site, at) => summary(site, calls[at] ?? 0)),
    has_more: more,
    next: more ? (sites.at(-1)?.slug ?? null) : null,
  };
}

async function requireSite(services: Services, slug: string): Promise<SiteRow> {
  const site = await findSiteBySlug(services.db, slug);
  if (!site || site.id === PLATFORM_SITE_ID) refuse("site_not_found", "There is no such site.");
  return site;
}

export async function readSite(services: Services, slug: string): Promise<PlatformSite> {
  const site = await requireSite(services, slug);
  const [[counted], owners, usage, editions] = await Promise.all([
    withCounts(services.db, [site]),
    ownersOf(services.db, site.id),
    editionUsage(services, site.id),
    listEditions(services),
  ]);
  const edition = editions.find((one) => one.slug === site.edition);
  if (!counted || !edition) throw new Error(`site ${slug} has no edition ${site.edition}`);
  return {
    ...summary(counted, usage.callsPerMonth),
    kind: site.kind,
    suspendedWhy: site.suspendedWhy,
    ownLimits: site.editionLimits,
    limits: effectiveLimits(edition.limits, site.editionLimits),
    usage,
    owners: owners.map(({ id, email, name }) => ({ id, email, name })),
  };
}

type Patch = z.output<Endpoints["PATCH /api/platform/sites/{slug}"]["body"]>;

/** In force wherever the site is served within seconds. Told to the site's audit too. */
export async function changeSite(
  services: Services,
  slug: string,
  patch: Patch,
  operator: Operator,
): Promise<PlatformSite> {
  const { id, name } = await requireSite(services, slug);
  const { suspended, edition, ownLimits } = patch;
  const target = { kind: "sites", id, name };
  await recordAudit(services, id, { ...operator, action: "sites.change", target, asked: patch });
  const given = ownLimits && Object.entries(ownLimits).filter(([, value]) => value !== undefined);
  await change(services.db, id, [
    updateSite(services.db, id, {
      ...(suspended === undefined
        ? {}
        : { suspended: suspended !== null, suspendedWhy: suspended ?? "" }),
      ...(edition === undefined ? {} : { edition }),
      ...(given === undefined ? {} : { editionLimits: Object.fromEntries(given) }),
    }),
  ]);
  services.sites.forget(id);
  return await readSite(services, slug);
}

/** As the owner who has been there longest. */
export async function impersonate(
  services: Services,
  slug: string,
  reason: string,
  operator: Operator,
): Promise<{ ticket: string }> {
  const { id, suspended } = await requireSite(services, slug);
  if (suspended) refuse("conflict", "This site is suspended; take that back first.");
  const [owner] = await ownersOf(services.db, id);
  if (!owner) return refuse("conflict", "This site has no owner.");
  const target = { kind: "users", id: owner.id, name: owner.email };
  const action = "sites.impersonate";
  await recordAudit(services, id, { ...operator, action, target, asked: { reason } });
  return { ticket: await issueTicket(services, owner, operator.actor.id || "token") };
}

export async function saveEdition(
  services: Services,
  slug: string,
  values: Omit<Edition, "slug">,
): Promise<Edition> {
  const before = (await listEditions(services)).find((one) => one.slug === slug);
  if (!before) return refuse("not_found", "There is no such edition.");
  const edition = { ...values, slug: before.slug };
  await changeEdition(services.db, edition, Date.now());
  return edition;
}
