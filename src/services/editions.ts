/**
 * What a site may do by its edition, and how much of it is used.
 *
 * 1. No site gets more agents and users than its limits say: the store refuses what would be too
 *    many in the statement that adds it, whoever adds it and however many at once.
 * 2. A limit that falls below what is there takes nothing away; it refuses more.
 * 3. A change of an edition, or of one site's limits, is in force as any change of configuration.
 */
import type { z } from "zod";
import type { Edition, EditionUsage, editionEndpoints } from "../contract/editions.ts";
import type { SiteSnapshot } from "../core/site.ts";
import { meterOf } from "../durable/meter/client.ts";
import * as store from "../store/editions.ts";
import type { Services } from "./services.ts";

export async function listEditions(services: Services): Promise<Edition[]> {
  const rows = await store.listEditions(services.db);
  return rows.map(({ slug, name, limits, price }) => ({
    slug: slug as Edition["slug"],
    name,
    limits,
    price,
  }));
}

/** Since the calendar month (UTC) began. */
export async function callsOfMonth(services: Services, siteId: string): Promise<number> {
  const to = Date.now();
  const now = new Date(to);
  const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const days = await meterOf(services.env, siteId).usage({ from, to, step: "day" });
  return days.reduce((sum, day) => sum + day.calls, 0);
}

export async function editionUsage(services: Services, siteId: string): Promise<EditionUsage> {
  const [room, callsPerMonth] = await Promise.all([
    store.roomUsed(services.db, siteId),
    callsOfMonth(services, siteId),
  ]);
  return { ...room, callsPerMonth };
}

type EditionOfSite = z.infer<(typeof editionEndpoints)["GET /api/admin/edition"]["response"]>;

export async function editionOf(services: Services, site: SiteSnapshot): Promise<EditionOfSite> {
  const [editions, usage] = await Promise.all([
    listEditions(services),
    editionUsage(services, site.id),
  ]);
  const edition = editions.find((one) => one.slug === site.edition);
  if (!edition) throw new Error(`there is no edition ${site.edition}`);
  return { edition, limits: site.limits, usage, editions };
}
