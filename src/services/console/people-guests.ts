/** What a site allows its guests. */
import type { GuestSettings } from "../../contract/sign-in.ts";
import { change, updateSite } from "../../store/sites.ts";
import type { Services } from "../services.ts";

export async function changeGuests(
  services: Services,
  siteId: string,
  guests: GuestSettings,
): Promise<GuestSettings> {
  await change(services.db, siteId, [updateSite(services.db, siteId, { guests })]);
  services.sites.forget(siteId);
  return guests;
}
