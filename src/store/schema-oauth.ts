/** Apps that act as a user: OAuth 2.1 clients, what users have allowed them, and their tokens. */
import { sql } from "drizzle-orm";
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { Limits } from "../contract/config.ts";
import { flag, json } from "./schema-columns.ts";

export const oauthClients = sqliteTable(
  "oauth_clients",
  {
    siteId: text("site_id").notNull(),
    /** The `client_id`. */
    id: text("id").notNull(),
    name: text("name").notNull(),
    website: text("website").notNull().default(""),
    redirectUris: json<string[]>("redirect_uris").notNull(),
    grantTypes: json<string[]>("grant_types").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    /** SHA-256 (hex); null: a public client. */
    secretHash: text("secret_hash"),
    /** `registered` by itself (RFC 7591), `made` by an admin. */
    origin: text("origin").$type<"registered" | "made">().notNull(),
    enabled: flag("enabled").notNull().default(true),
    /** The tightest limits that any user's tokens of this app have. */
    limits: json<Limits>("limits").notNull(),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("oauth_clients_origin").on(table.siteId, table.origin, table.lastUsedAt),
  ],
);

/**
 * What one user has allowed one app. To the wallet it is an API key whose text is never shown:
 * tokens name it, and its scopes, limits and end are the key's (`apiKeys`, same id).
 */
export const oauthGrants = sqliteTable(
  "oauth_grants",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    clientId: text("client_id").notNull(),
    userId: text("user_id").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    /** What the user allows it to spend; the app's own limits come on top. */
    limits: json<Limits>("limits").notNull().default({}),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
    revokedAt: integer("revoked_at"),
    revokedWhy: text("revoked_why"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("oauth_grants_user").on(table.siteId, table.userId),
    index("oauth_grants_client").on(table.siteId, table.clientId),
    // One that stands for each app and user: caps count per app, and the profile stays small.
    uniqueIndex("oauth_grants_standing")
      .on(table.siteId, table.clientId, table.userId)
      .where(sql`revoked_at IS NULL`),
  ],
);

/** Codes of the authorization code grant. Kept after use, so that a second use is seen. */
export const oauthCodes = sqliteTable(
  "oauth_codes",
  {
    siteId: text("site_id").notNull(),
    /** SHA-256 (hex) of the code. */
    hash: text("hash").notNull(),
    clientId: text("client_id").notNull(),
    userId: text("user_id").notNull(),
    redirectUri: text("redirect_uri").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    challenge: text("challenge").notNull(),
    grantId: text("grant_id"),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.hash] }),
    index("oauth_codes_expiry").on(table.expiresAt),
  ],
);

/** Refresh tokens: each is used once; a second use ends the grant. Access tokens are signed, not kept. */
export const oauthRefreshTokens = sqliteTable(
  "oauth_refresh_tokens",
  {
    siteId: text("site_id").notNull(),
    hash: text("hash").notNull(),
    grantId: text("grant_id").notNull(),
    clientId: text("client_id").notNull(),
    userId: text("user_id").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.hash] }),
    index("oauth_refresh_tokens_grant").on(table.siteId, table.grantId),
    index("oauth_refresh_tokens_expiry").on(table.expiresAt),
  ],
);

/** Devices that wait for a user to say yes (RFC 8628, and AIGNE's connect sessions). */
export const oauthDevices = sqliteTable(
  "oauth_devices",
  {
    siteId: text("site_id").notNull(),
    /** SHA-256 (hex) of the device code. */
    hash: text("hash").notNull(),
    /** What the user types in; unique while it lives. */
    userCode: text("user_code").notNull(),
    clientId: text("client_id").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    status: text("status").$type<"pending" | "allowed" | "denied" | "used">().notNull(),
    userId: text("user_id"),
    grantId: text("grant_id"),
    /** AIGNE: what the session carries, encrypted for the asking client; never a plain token. */
    payload: text("payload"),
    /** The address that asks, and what it says it is; may be empty. */
    askedFrom: text("asked_from").notNull().default(""),
    askedBy: text("asked_by").notNull().default(""),
    lastPolledAt: integer("last_polled_at"),
    intervalMs: integer("interval_ms").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.hash] }),
    uniqueIndex("oauth_devices_user_code").on(table.siteId, table.userCode),
    index("oauth_devices_expiry").on(table.expiresAt),
  ],
);
