/** How many own domains a site may have. */
import type { SiteSnapshot } from "../../core/site.ts";

/** Null: any number. */
export function roomOf(site: SiteSnapshot): number | null {
  return site.limits.ownDomains;
}
