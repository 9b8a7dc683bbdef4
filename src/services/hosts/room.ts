/** How many own domains a site may have. */
import { EDITION_LIMITS } from "../../core/editions.ts";
import type { SiteSnapshot } from "../../core/site.ts";

/** Null: any number. */
export function roomOf(site: SiteSnapshot): number | null {
  return EDITION_LIMITS[site.edition].ownDomains;
}
