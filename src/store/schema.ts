/**
 * The configuration of a deployment. Every tenant table carries `site_id`, and its keys and
 * indexes begin with it. Times are milliseconds since 1970. Balances are not here: the Wallet
 * objects hold them.
 */
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import type {
  Access,
  AgentPrice,
  Branding,
  KeptPrice,
  Limits,
  ModelCache,
  ModelPrice,
  Role,
  Settings,
} from "../contract/config.ts";
import type { EditionLimits } from "../contract/editions.ts";
import type { InputForm } from "../contract/input-form.ts";
import { type Addresses, ALL_ADDRESSES } from "../contract/scopes.ts";
import type { GuestSettings, SignInSettings } from "../contract/sign-in.ts";
import type { Locale } from "../contract/values.ts";
import { flag, json } from "./schema-columns.ts";

export * from "./schema-identity.ts";
export * from "./schema-oauth.ts";
export * from "./schema-outbox.ts";
export * from "./schema-sites.ts";

export const sites = sqliteTable("sites", {
  id: text("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  kind: text("kind").$type<"external" | "internal" | "both">().notNull(),
  locale: text("locale").$type<Locale>().notNull(),
  /** Slug of a row of `editions`. */
  edition: text("edition").$type<"free" | "standard" | "enterprise">().notNull(),
  /** What the operator allows this very site, beside its edition. */
  editionLimits: json<Partial<EditionLimits>>("edition_limits").notNull().default({}),
  signupMicro: integer("signup_micro").notNull().default(0),
  /** Below each of these a user is told that credits run low; highest first. */
  lowBalanceMicro: json<number[]>("low_balance_micro").notNull().default([10_000_000, 1_000_000]),
  /** Whom users may ask for credits. */
  contact: text("contact").notNull().default(""),
  registration: flag("registration").notNull().default(true),
  branding: json<Branding>("branding").notNull(),
  /** From where gateway, portal and console may be used. */
  addresses: json<Addresses>("addresses").notNull().default(ALL_ADDRESSES),
  suspended: flag("suspended").notNull().default(false),
  /** What the operator says to whoever runs the site. */
  suspendedWhy: text("suspended_why").notNull().default(""),
  /** Which ways to log in there are, beside the providers. */
  signIn: json<SignInSettings>("sign_in").notNull().default({}),
  /** The secret of Turnstile, sealed; null: nobody is asked to prove to be human. */
  turnstileSealed: text("turnstile_sealed"),
  /** What people may do who have not logged in. */
  guests: json<GuestSettings>("guests").notNull().default({}),
  /** Grows with every change of the site's configuration. */
  configVersion: integer("config_version").notNull().default(1),
  createdAt: integer("created_at").notNull(),
});

export const levels = sqliteTable(
  "levels",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    icon: text("icon").notNull().default(""),
    isDefault: flag("is_default").notNull().default(false),
    price: json<{ month?: number; year?: number; currency: string } | null>("price"),
    monthlyMicro: integer("monthly_micro").notNull().default(0),
    limits: json<Limits>("limits").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("levels_slug").on(table.siteId, table.slug),
  ],
);

export const groups = sqliteTable(
  "groups",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("groups_slug").on(table.siteId, table.slug),
  ],
);

export const departments = sqliteTable(
  "departments",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    parentId: text("parent_id"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("departments_slug").on(table.siteId, table.slug),
  ],
);

export const users = sqliteTable(
  "users",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    email: text("email").notNull(),
    name: text("name").notNull().default(""),
    /** `scrypt$…`; null: this person has no password. */
    passwordHash: text("password_hash"),
    role: text("role").$type<Role | "operator">().notNull(),
    levelId: text("level_id"),
    departmentId: text("department_id"),
    enabled: flag("enabled").notNull().default(true),
    /** An employee (`internal`) or a customer of the site. */
    kind: text("kind").$type<"external" | "internal">().notNull().default("external"),
    /** When the level ends and the default one takes its place; null: it does not. */
    levelExpiresAt: integer("level_expires_at"),
    /** Null until the person has shown to read mail of this address. */
    emailVerifiedAt: integer("email_verified_at"),
    /** A note of the site's admins. */
    note: text("note").notNull().default(""),
    locale: text("locale").$type<Locale>(),
    /** Sessions signed under an older epoch are void. */
    sessionEpoch: integer("session_epoch").notNull().default(1),
    /** Orders the projections that the wallet gets. */
    profileVersion: integer("profile_version").notNull().default(1),
    /** The user's own, beside the level's: the tighter counts. */
    limits: json<Limits>("limits").notNull().default({}),
    /** What configuration files have granted last, so that a dry run tells a new grant. */
    fileMicro: integer("file_micro").notNull().default(0),
    createdAt: integer("created_at").notNull(),
    lastLoginAt: integer("last_login_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("users_email").on(table.siteId, table.email),
    index("users_level").on(table.siteId, table.levelId),
    index("users_created").on(table.siteId, table.createdAt, table.id),
    index("users_email_anywhere").on(table.email),
    index("users_kind").on(table.siteId, table.kind),
  ],
);

export const userGroups = sqliteTable(
  "user_groups",
  {
    siteId: text("site_id").notNull(),
    userId: text("user_id").notNull(),
    groupId: text("group_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.userId, table.groupId] })],
);

export const sessions = sqliteTable(
  "sessions",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    /** How the person proved who he is: `password`, `code`, a provider's slug, `invitation`, … */
    method: text("method").notNull().default("password"),
    /** The address it was begun from, and a short form of the browser's name. */
    address: text("address").notNull().default(""),
    agent: text("agent").notNull().default(""),
    /** When a page was opened with it, to some minutes; null: not since it was begun. */
    lastUsedAt: integer("last_used_at"),
    /** The operator who acts as this user; null: the user himself. */
    impersonatedBy: text("impersonated_by"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("sessions_user").on(table.siteId, table.userId),
  ],
);

export const apiKeys = sqliteTable(
  "api_keys",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    /** SHA-256 (hex) of the whole text; on the platform's host it alone says whose key this is. */
    hash: text("hash").notNull().unique(),
    /** What the list shows to recognise it by. */
    prefix: text("prefix").notNull(),
    scopes: json<string[]>("scopes").notNull(),
    limits: json<Limits>("limits").notNull(),
    /** Public names and beginnings of them; empty: all that the user may use. */
    models: json<string[]>("models").notNull().default([]),
    addresses: json<Addresses>("addresses").notNull().default(ALL_ADDRESSES),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    /** The app that acts by it: then it is a grant of the user (`oauth_grants`, same id). */
    clientId: text("client_id"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("api_keys_user").on(table.siteId, table.userId),
  ],
);

export const connections = sqliteTable(
  "connections",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    connector: text("connector").notNull(),
    enabled: flag("enabled").notNull().default(true),
    settings: json<Settings>("settings").notNull(),
    health: text("health")
      .$type<"unknown" | "connected" | "needs_attention">()
      .notNull()
      .default("unknown"),
    healthDetail: text("health_detail"),
    checkedAt: integer("checked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("connections_slug").on(table.siteId, table.slug),
  ],
);

export const connectionSecrets = sqliteTable(
  "connection_secrets",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    connectionId: text("connection_id").notNull(),
    name: text("name").notNull().default(""),
    weight: integer("weight").notNull().default(1),
    /** See seal.ts. */
    sealed: text("sealed").notNull(),
    /** The last characters, to recognise it by. */
    hint: text("hint").notNull(),
    disabledReason: text("disabled_reason"),
    position: integer("position").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    index("connection_secrets_connection").on(table.siteId, table.connectionId),
  ],
);

export const models = sqliteTable(
  "models",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    kind: text("kind")
      .$type<"chat" | "embedding" | "image" | "speech" | "transcription" | "video">()
      .notNull(),
    enabled: flag("enabled").notNull().default(true),
    vision: flag("vision").notNull().default(false),
    maxOutputTokens: integer("max_output_tokens"),
    contextTokens: integer("context_tokens"),
    /** Null: every signed-in user. Slugs and e-mails as a person wrote them. */
    access: json<Access | null>("access"),
    price: json<ModelPrice>("price").notNull(),
    /** What the provider charges the site; null: not known. */
    cost: json<ModelPrice | null>("cost"),
    /** Null: every request is answered anew. */
    cache: json<ModelCache | null>("cache"),
    priceVersion: integer("price_version").notNull().default(1),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("models_name").on(table.siteId, table.name),
  ],
);

export const modelRoutes = sqliteTable(
  "model_routes",
  {
    siteId: text("site_id").notNull(),
    modelId: text("model_id").notNull(),
    position: integer("position").notNull(),
    connectionId: text("connection_id").notNull(),
    upstreamModel: text("upstream_model").notNull(),
    weight: integer("weight").notNull().default(1),
    priority: integer("priority").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.modelId, table.position] }),
    index("model_routes_connection").on(table.siteId, table.connectionId),
  ],
);

export type AgentTargetRow =
  | { kind: "platform"; connectionId: string; agent: string | null }
  | {
      kind: "prompt";
      modelId: string;
      prompt: string;
      temperature: number | null;
      topP: number | null;
      maxOutputTokens: number | null;
    };

export const agents = sqliteTable(
  "agents",
  {
    siteId: text("site_id").notNull(),
    id: text("id").notNull(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    group: text("group_name").notNull().default(""),
    description: text("description").notNull().default(""),
    icon: text("icon").notNull().default(""),
    position: integer("position").notNull().default(0),
    enabled: flag("enabled").notNull().default(true),
    openingMessage: text("opening_message").notNull().default(""),
    suggestedQuestions: json<string[]>("suggested_questions").notNull(),
    vision: flag("vision").notNull().default(false),
    files: flag("files").notNull().default(false),
    target: json<AgentTargetRow>("target").notNull(),
    inputs: json<InputForm>("inputs"),
    access: json<Access>("access").notNull(),
    price: json<AgentPrice>("price").notNull(),
    priceVersion: integer("price_version").notNull().default(1),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.id] }),
    uniqueIndex("agents_slug").on(table.siteId, table.slug),
  ],
);

/**
 * Every price there ever was, so that an old statement stays explainable. Append-only: what was
 * withdrawn or renamed keeps its rows, under the name that statements know it by.
 */
export const prices = sqliteTable(
  "prices",
  {
    siteId: text("site_id").notNull(),
    /** Id of the model or agent. */
    targetId: text("target_id").notNull(),
    version: integer("version").notNull(),
    /** Public name then: the model's, or `agent/<slug>`. */
    name: text("name").notNull().default(""),
    /** Of an agent that is paid by tokens, its model's. */
    price: json<KeptPrice>("price").notNull(),
    cost: json<ModelPrice | null>("cost"),
    /** E-mail of whoever set it, or `file`. */
    createdBy: text("created_by").notNull().default(""),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.siteId, table.targetId, table.version] }),
    uniqueIndex("prices_name").on(table.siteId, table.name, table.version),
  ],
);

/** Facts of the deployment as a whole. */
export const deployment = sqliteTable("deployment", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
