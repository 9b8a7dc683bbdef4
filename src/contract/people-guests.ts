/** Guests: what a site allows them, and how one begins. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";
import { guestSettingsSchema } from "./sign-in.ts";

export const guestEndpoints = {
  "GET /api/admin/guests": {
    auth: "console",
    permission: "site.read",
    summary: "What people may do who have not logged in.",
    response: guestSettingsSchema,
  },
  "PUT /api/admin/guests": {
    auth: "console",
    permission: "site.write",
    summary: "Change what people may do who have not logged in.",
    body: guestSettingsSchema,
    response: guestSettingsSchema,
  },
} as const satisfies EndpointTable;

export const guestAuthEndpoints = {
  "POST /api/auth/guest": {
    auth: "public",
    summary: "Begin as a guest, where the site takes them; sets the guest's cookie.",
    response: z.object({ guest: z.literal(true) }),
  },
} as const satisfies EndpointTable;
