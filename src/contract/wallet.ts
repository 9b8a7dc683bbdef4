/** What a person and an app are told of a wallet. `GET /v1/wallet…` is fixed for clients. */
import * as z from "zod";
import { localeSchema, pageQuerySchema } from "./values.ts";

export const USAGE_SOURCES = ["reported", "partial", "estimated", "none"] as const;
export type UsageSource = (typeof USAGE_SOURCES)[number];
export const ENTRY_TYPES = ["grant", "charge", "expiry", "correction"] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** Credits put in, of which something is left. */
export const walletGrantSchema = z.object({
  remaining_micro: z.number().int(),
  amount_micro: z.number().int(),
  /** ISO 8601; null: they stay. */
  expires_at: z.string().nullable(),
  /** As in an entry. */
  reason: z.string(),
});
export type WalletGrant = z.infer<typeof walletGrantSchema>;

export const walletSchema = z.object({
  object: z.literal("wallet"),
  /** Credits as decimal strings. */
  available: z.string(),
  held: z.string(),
  balance: z.string(),
  available_micro: z.number().int(),
  held_micro: z.number().int(),
  balance_micro: z.number().int(),
  /** In order of use. */
  grants: z.array(walletGrantSchema),
  /** The lowest of the site's thresholds that the balance has fallen below; null: none. */
  low: z.object({ threshold_micro: z.number().int() }).nullable(),
});
export type WalletView = z.infer<typeof walletSchema>;

export const walletEntrySchema = z.object({
  id: z.string(),
  /** What made it; nothing is entered twice under one. Of a charge: the request id. */
  operation_id: z.string(),
  type: z.enum(ENTRY_TYPES),
  /** Signed: charges and expiries are negative. */
  amount_micro: z.number().int(),
  /** The running balance after this entry. */
  balance_micro: z.number().int(),
  request_id: z.string().nullable(),
  held_micro: z.number().int().nullable(),
  /** What the request cost beyond what the balance paid. */
  uncollected_micro: z.number().int().nullable(),
  usage_source: z.enum(USAGE_SOURCES).nullable(),
  /** Public name of the model, or `agent/<slug>`. */
  model: z.string().nullable(),
  /** The API key that the request came with. */
  key_id: z.string().nullable(),
  price_version: z.number().int().nullable(),
  /** Why: `signup`, `file`, `monthly`, `expired`, or what the admin wrote. */
  reason: z.string().nullable(),
  /** Who corrected. */
  actor: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
});
export type WalletEntry = z.infer<typeof walletEntrySchema>;

/** What entries of a month came to that are older than the statement goes back. */
export const walletPeriodSchema = z.object({
  /** `2026-11`, UTC. */
  month: z.string(),
  type: z.enum(ENTRY_TYPES),
  /** Null: of no model. */
  model: z.string().nullable(),
  key_id: z.string().nullable(),
  /** How many there were. */
  entries: z.number().int(),
  /** Signed, as in an entry. */
  amount_micro: z.number().int(),
  uncollected_micro: z.number().int(),
});
export type WalletPeriod = z.infer<typeof walletPeriodSchema>;

/** Which lines of a statement; all conditions together. */
export const entryFilterSchema = z.object({
  /** From this moment on. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Before this moment. */
  to: z.iso.datetime({ offset: true }).optional(),
  type: z.enum(ENTRY_TYPES).optional(),
  model: z.string().max(300).optional(),
  request_id: z.string().max(100).optional(),
  key_id: z.string().max(64).optional(),
});
export const entryQuerySchema = pageQuerySchema.extend(entryFilterSchema.shape);
export type EntryQuery = z.output<typeof entryQuerySchema>;

/** `locale` decides the language of the header; absent, what the browser prefers. */
export const statementQuerySchema = entryFilterSchema.extend({ locale: localeSchema.optional() });
export type StatementQuery = z.output<typeof statementQuerySchema>;

export const walletEntryPageSchema = z.object({
  object: z.literal("list"),
  data: z.array(walletEntrySchema),
  has_more: z.boolean(),
  next: z.string().nullable(),
});
