/** Beginning as a guest. */
import { guestAuthEndpoints } from "../contract/people-guests.ts";
import { addressOf } from "../http/address.ts";
import { type App, serve } from "../http/endpoint.ts";
import { guestCookieOf, keepGuest } from "../http/guests.ts";
import { beginGuest, verifyGuest } from "../services/identity/guests.ts";

export function authGuestRoutes(app: App): void {
  serve(app, guestAuthEndpoints, {
    "POST /api/auth/guest": async (c) => {
      const { services, site } = c.var;
      const token = guestCookieOf(c);
      // Whoever is a guest stays the one he is.
      const known = token !== null && (await verifyGuest(services, site, token)) !== null;
      if (!known) keepGuest(c, await beginGuest(services, site, addressOf(c)));
      return { guest: true as const };
    },
  });
}
