/** The console: what a site allows its guests. */
import type { guestEndpoints } from "../contract/people-guests.ts";
import type { Handlers } from "../http/endpoint.ts";
import { changeGuests } from "../services/console/people-guests.ts";

export const guestHandlers = {
  "GET /api/admin/guests": (c) => c.var.site.guests,
  "PUT /api/admin/guests": (c, { body }) => changeGuests(c.var.services, c.var.site.id, body),
} satisfies Handlers<typeof guestEndpoints>;
