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
import { json } from "./schema-columns.ts";

/**
 * `pending` waits for the proof · `proven` waits for a certificate · `live` leads to the site ·
 * `failed` needs somebody · `lost` was live, and its proof has gone.
 */
export type HostStatus = "pending" | "proven" | "live" | "failed" | "lost";

/** Own domains. `<slug>.<base domain>` is not a row: it follows from the slug. */
export const hosts = sqliteTable(
  "hosts",
  {
    host: text("host").notNull(),
    siteId: text("site_id").notNull(),
    /** What the TXT record must say; it is the claim's own, and never the next owner's. */
    token: text("token").notNull().default(""),
    /** Null until ownership is proven; only then does the host lead anywhere. */
    verifiedAt: integer("verified_at"),
    /** Cloudflare's custom hostname; null: there is none. */
    customHostnameId: text("custom_hostname_id"),
    status: text("status").$type<HostStatus>().notNull().default("pending"),
    /** Why it is not live, in the words of whoever said so; null: nothing is wrong. */
    problem: text("problem"),
    checkedAt: integer("checked_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.host, table.siteId] }),
    index("hosts_site").on(table.siteId),
    // Many may claim a host, one can have proven it.
    uniqueIndex("hosts_verified").on(table.host).where(sql`verified_at IS NOT NULL`),
  ],
);

/** A subdomain that a site has left stays closed to others for a while: links to it are still out. */
export const retiredSlugs = sqliteTable("retired_slugs", {
  slug: text("slug").primaryKey(),
  siteId: text("site_id").notNull(),
  until: integer("until").notNull(),
});

/** What sites may do, and what it costs them; the operator's to change. No row: as built in. */
export const editions = sqliteTable("editions", {
  slug: text("slug").primaryKey(),
  name: text("name").notNull(),
  limits: json<EditionLimits>("limits").notNull(),
  /** Minor units of the currency, a year. */
  price: json<{ year: number; currency: string }>("price").notNull(),
  position: integer("position").notNull().default(0),
  updatedAt: integer("updated_at").notNull(),
});
