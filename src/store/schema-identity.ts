/** How people of a site prove who they are: codes by mail, second factors, providers, invitations. */
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type { Role } from "../contract/config.ts";
import { flag, json } from "./schema-columns.ts";

/** What a link or a code in a mail is for. */
export type CodePurpose = "login" | "register" | "reset" | "change_email";

/** One-time codes that were sent by mail. A code is used once, and tried a few times at most. */
export const codes = sqliteTable(
  "codes",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    purpose: text("purpose").$type<CodePurpose>().notNull(),
    email: text("email").notNull(),
    /** Whose: null where the e-mail has no account. */
    userId: text("user_id"),
    /** HMAC-SHA-256 (hex) of the code, keyed by the deployment. */
    hash: text("hash").notNull(),
    attempts: integer("attempts").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("codes_email").on(table.siteId, table.email, table.purpose),
    index("codes_expiry").on(table.expiresAt),
  ],
);

/** A second proof beside the password: an authenticator app, a passkey, a set of recovery codes. */
export const secondFactors = sqliteTable(
  "second_factors",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    kind: text("kind").$type<"totp" | "passkey" | "recovery">().notNull(),
    name: text("name").notNull().default(""),
    /** `totp`: the secret, sealed; `recovery`: the hashes that are left, as JSON. */
    sealed: text("sealed"),
    /** `passkey`: the credential's id (base64url). */
    credentialId: text("credential_id"),
    /** `passkey`: the public key (base64url of COSE). */
    publicKey: text("public_key"),
    /** `passkey`: the authenticator's counter; `totp`: the last time step that was used. */
    counter: integer("counter").notNull().default(0),
    /** Null until the first right answer. */
    confirmedAt: integer("confirmed_at"),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("second_factors_user").on(table.siteId, table.userId),
    uniqueIndex("second_factors_credential").on(table.siteId, table.credentialId),
  ],
);

/** Where people of the site may log in besides: an OIDC provider, WeCom, DingTalk, … */
export const identityProviders = sqliteTable(
  "identity_providers",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    /** A preset's or a platform's name: `oidc`, `google`, `wecom`, …, `link` for signed links. */
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    enabled: flag("enabled").notNull().default(true),
    position: integer("position").notNull().default(0),
    settings: json<Record<string, string>>("settings").notNull(),
    /** The client secret or the signing key, sealed; null: there is none. */
    sealed: text("sealed"),
    hint: text("hint").notNull().default(""),
    /** Whether a person who has no account gets one. */
    registers: flag("registers").notNull().default(true),
    levelId: text("level_id"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("identity_providers_slug").on(table.siteId, table.slug),
  ],
);

/** Who a person is at a provider. */
export const identities = sqliteTable(
  "identities",
  {
    siteId: text("site_id").notNull(),
    providerId: text("provider_id").notNull(),
    subject: text("subject").notNull(),
    userId: text("user_id").notNull(),
    email: text("email").notNull().default(""),
    name: text("name").notNull().default(""),
    createdAt: integer("created_at").notNull(),
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.providerId, table.subject] }),
    index("identities_user").on(table.siteId, table.userId),
    // The sites of an account of the platform.
    index("identities_subject").on(table.providerId, table.subject),
  ],
);

/** Somebody asked by mail or link to join, with a role. */
export const invitations = sqliteTable(
  "invitations",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    email: text("email").notNull(),
    role: text("role").$type<Role>().notNull(),
    levelId: text("level_id"),
    /** SHA-256 (hex) of the token in the link. */
    hash: text("hash").notNull(),
    /** Id of the user who invited. */
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    acceptedAt: integer("accepted_at"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("invitations_hash").on(table.hash),
    index("invitations_email").on(table.siteId, table.email),
  ],
);

/** How a site sends mail; no row: as the deployment does. */
export const mailSettings = sqliteTable("mail_settings", {
  siteId: text("site_id").primaryKey(),
  transport: text("transport").$type<"smtp" | "http" | "binding">().notNull(),
  sender: text("sender").notNull(),
  settings: json<Record<string, string>>("settings").notNull(),
  sealed: text("sealed"),
  hint: text("hint").notNull().default(""),
  updatedAt: integer("updated_at").notNull(),
});

/** Mail on its way, and what became of it. Texts are forgotten soon after it was sent. */
export const mails = sqliteTable(
  "mails",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    recipient: text("recipient").notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    html: text("html").notNull().default(""),
    attempts: integer("attempts").notNull().default(0),
    /** When it is tried next; null: it is done with. */
    nextAt: integer("next_at"),
    sentAt: integer("sent_at"),
    problem: text("problem"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("mails_next").on(table.nextAt),
    index("mails_time").on(table.siteId, table.createdAt),
  ],
);
