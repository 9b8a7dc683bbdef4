/** The addresses of sites, the editions they can have, and slugs that were given up. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { EditionLimits } from "../contract/editions.ts";
import type { HostProblem, HostStatus } from "../contract/hosts.ts";
import { json } from "./schema-columns.ts";

/** Own domains. `<slug>.<base domain>` is not a row: it follows from the slug. */
export const hosts = sqliteTable(
  "hosts",
  {
    host: text("host").notNull(),
    siteId: text("site_id").notNull(),
    /**
     * What the TXT record must say; it is the claim's own, and never the next owner's. Empty: the
     * operator's file names the host, and his word is the proof.
     */
    token: text("token").notNull().default(""),
    /** Null until ownership is proven, and again when the proof is lost. */
    verifiedAt: integer("verified_at"),
    /** Cloudflare's custom hostname; null: there is none. */
    customHostnameId: text("custom_hostname_id"),
    /** Only a `live` host leads to its site. */
    status: text("status").$type<HostStatus>().notNull().default("pending"),
    /** What keeps it from being live, or will; null: nothing is known to be wrong. */
    problem: json<HostProblem>("problem"),
    checkedAt: integer("checked_at"),
    /** When to look again; null: not before somebody asks. */
    nextCheckAt: integer("next_check_at"),
    /** Checks in a row that led no further: the pauses between them grow. */
    attempts: integer("attempts").notNull().default(0),
    /** Since when the proof of a host that had one is gone; null: it is there. */
    missingSince: integer("missing_since"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.host, table.siteId] }),
    index("hosts_site").on(table.siteId),
    index("hosts_due").on(table.nextCheckAt),
    // Many may claim a host, one can have proven it.
    uniqueIndex("hosts_verified").on(table.host).where(sql`verified_at IS NOT NULL`),
  ],
);

/** Custom hostnames that nobody has any more, and that Cloudflare must still forget. */
export const hostnameRemovals = sqliteTable(
  "hostname_removals",
  {
    id: text("id").primaryKey(),
    host: text("host").notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextTryAt: integer("next_try_at").notNull(),
  },
  (table) => [index("hostname_removals_due").on(table.nextTryAt)],
);

/** A subdomain that a site has left stays closed to others for a while: links to it are still out. */
export const retiredSlugs = sqliteTable(
  "retired_slugs",
  {
    slug: text("slug").primaryKey(),
    siteId: text("site_id").notNull(),
    until: integer("until").notNull(),
  },
  (table) => [index("retired_slugs_site").on(table.siteId)],
);

/** What sites may do, and what it costs them; the operator's to change. The migrations make the rows. */
export const editions = sqliteTable("editions", {
  slug: text("slug").primaryKey(),
  name: text("name").notNull(),
  limits: json<EditionLimits>("limits").notNull(),
  /** Minor units of the currency, a year. */
  price: json<{ year: number; currency: string }>("price").notNull(),
  position: integer("position").notNull().default(0),
  updatedAt: integer("updated_at").notNull(),
});
