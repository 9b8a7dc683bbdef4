/** What waits to be brought from the store to an object. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { json } from "./schema-columns.ts";

/** Parts of audit entries that the site's meter has not taken in, because it could not be reached. */
export const auditOutbox = sqliteTable("audit_outbox", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  siteId: text("site_id").notNull(),
  notes: json<unknown>("notes").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Changed profiles that a wallet has not acknowledged yet. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    siteId: text("site_id").notNull(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("outbox_site").on(table.siteId)],
);
