/** What a person and an app are told of a wallet. `GET /v1/wallet…` is fixed for clients. */
import { z } from "zod";

export const USAGE_SOURCES = ["reported", "partial", "estimated", "none"] as const;
export type UsageSource = (typeof USAGE_SOURCES)[number];
export const ENTRY_TYPES = ["grant", "charge", "expiry", "correction"] as const;

export const walletSchema = z.object({
  object: z.literal("wallet"),
  /** Credits as decimal strings. */
  available: z.string(),
  held: z.string(),
  balance: z.string(),
  available_micro: z.number().int(),
  held_micro: z.number().int(),
  balance_micro: z.number().int(),
});
export type WalletView = z.infer<typeof walletSchema>;

export const walletEntrySchema = z.object({
  id: z.string(),
  type: z.enum(ENTRY_TYPES),
  /** Signed: charges and expiries are negative. */
  amount_micro: z.number().int(),
  /** The running balance after this entry. */
  balance_micro: z.number().int(),
  request_id: z.string().nullable(),
  held_micro: z.number().int().nullable(),
  usage_source: z.enum(USAGE_SOURCES).nullable(),
  /** Public name of the model, or `agent/<slug>`. */
  model: z.string().nullable(),
  price_version: z.number().int().nullable(),
  /** Why: `signup`, `file`, or what the admin wrote. */
  reason: z.string().nullable(),
  /** ISO 8601. */
  at: z.string(),
});
export type WalletEntry = z.infer<typeof walletEntrySchema>;

export const walletEntryPageSchema = z.object({
  object: z.literal("list"),
  data: z.array(walletEntrySchema),
  has_more: z.boolean(),
  next: z.string().nullable(),
});
