/** The addresses of a site: its subdomain, and its own domains on their way to being live. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";
import { slugSchema } from "./values.ts";

/**
 * `pending` waits for the proof · `proven` waits for a certificate · `live` leads to the site ·
 * `failed` needs somebody · `lost` was live, and its proof has gone.
 */
export const HOST_STATUSES = ["pending", "proven", "live", "failed", "lost"] as const;
export type HostStatus = (typeof HOST_STATUSES)[number];

/** What can keep a host from being live; the console has words and advice for each. */
export const HOST_PROBLEMS = [
  // the proof
  "proof_missing",
  "proof_wrong",
  "proof_differs",
  "dns_unreachable",
  "held",
  "claim_ended",
  "proof_gone",
  "taken_over",
  // Cloudflare
  "address_missing",
  "certificate_pending",
  "certificate_failed",
  "hostname_moved",
  "hostname_blocked",
  "hostname_refused",
  "provider_quota",
  "provider_credentials",
  "provider_busy",
] as const;
export type HostProblemCode = (typeof HOST_PROBLEMS)[number];

export const hostProblemSchema = z.object({
  code: z.enum(HOST_PROBLEMS),
  /** What was found, or what somebody else's service said; may be empty. */
  detail: z.string(),
});
export type HostProblem = z.infer<typeof hostProblemSchema>;

export const dnsRecordSchema = z.object({
  purpose: z.enum(["proof", "address"]),
  type: z.enum(["TXT", "CNAME"]),
  name: z.string(),
  value: z.string(),
});

export const ownHostSchema = z.object({
  host: z.string(),
  status: z.enum(HOST_STATUSES),
  problem: hostProblemSchema.nullable(),
  /** Named by the operator's configuration file: nothing is to be proven. */
  fromFile: z.boolean(),
  /** What must stand in the domain's DNS. */
  records: z.array(dnsRecordSchema),
  checkedAt: z.string().nullable(),
  /** When it is looked at again by itself; null: not before somebody asks. */
  nextCheckAt: z.string().nullable(),
  /** When a host that was live stops leading here, unless its proof is back. */
  lostAt: z.string().nullable(),
  createdAt: z.string(),
});
export type OwnHost = z.infer<typeof ownHostSchema>;

/** `kept`: some site has left it not long ago. */
export const SLUG_STATES = ["free", "own", "reserved", "taken", "kept"] as const;

export const addressesOfSiteSchema = z.object({
  slug: z.string(),
  baseDomain: z.string(),
  /** Subdomains that the site has left and that still lead people here. */
  retired: z.array(z.object({ slug: z.string(), until: z.string() })),
  /** Who makes certificates: Cloudflare, or whatever the operator has put in front. */
  certificates: z.enum(["cloudflare", "own"]),
  /** How many own domains the edition has; null: any number. */
  limit: z.number().int().nullable(),
  data: z.array(ownHostSchema),
});
export type SiteHosts = z.infer<typeof addressesOfSiteSchema>;

export const hostEndpoints = {
  "GET /api/admin/hosts": {
    auth: "console",
    permission: "site.read",
    summary: "The site's subdomain and its own domains.",
    response: addressesOfSiteSchema,
  },
  "POST /api/admin/hosts": {
    auth: "console",
    permission: "site.write",
    summary: "Claim an own domain; it leads to the site once its DNS holds the proof.",
    body: z.strictObject({ host: z.string().min(1).max(1000) }),
    response: ownHostSchema,
  },
  "POST /api/admin/hosts/{host}/check": {
    auth: "console",
    permission: "site.write",
    // It changes nothing that was not to be found anyway.
    audited: false,
    summary: "Look at an own domain's DNS and certificate now.",
    response: ownHostSchema,
  },
  "DELETE /api/admin/hosts/{host}": {
    auth: "console",
    permission: "site.write",
    summary: "Give up an own domain: it leads nowhere at once.",
  },
  "GET /api/admin/subdomain": {
    auth: "console",
    permission: "site.read",
    summary: "Whether the site could have this subdomain.",
    query: z.object({ slug: z.string().min(1).max(200) }),
    response: z.object({ slug: z.string(), state: z.enum(SLUG_STATES) }),
  },
  "PUT /api/admin/subdomain": {
    auth: "console",
    permission: "site.write",
    shownBy: "GET /api/admin/site",
    summary: "Give the site another subdomain; the one it leaves leads there for 90 days.",
    body: z.strictObject({ slug: slugSchema }),
    response: z.object({ slug: z.string(), host: z.string() }),
  },
} as const satisfies EndpointTable;
