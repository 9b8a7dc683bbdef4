/**
 * The tables of a wallet and the shapes of their rows; statements.ts has every statement.
 *
 * `holds` is also the log of the rate window and, once resolved, the tombstone that makes a
 * repeated settle harmless; `entries` may only grow. Amounts are micro-credits, times are
 * milliseconds since 1970.
 */
import type { UsageRecord } from "../../contract/usage.ts";
import type { UsageSource } from "../../contract/wallet.ts";
import type { Earmark } from "./ledger.ts";

export const STEPS = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    amount_micro INTEGER NOT NULL CHECK (amount_micro > 0),
    remaining_micro INTEGER NOT NULL CHECK (remaining_micro BETWEEN 0 AND amount_micro),
    expires_at INTEGER,
    priority INTEGER NOT NULL,
    reason TEXT NOT NULL
  );
  CREATE TABLE holds (
    request_id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'released', 'expired')),
    key_id TEXT,
    surface TEXT NOT NULL,
    model TEXT NOT NULL,
    price_version INTEGER,
    held_micro INTEGER NOT NULL CHECK (held_micro >= 0),
    progress_micro INTEGER NOT NULL DEFAULT 0,
    earmarks TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    admitted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    resolved_at INTEGER,
    charged_micro INTEGER,
    uncollected_micro INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX holds_open ON holds (expires_at) WHERE state = 'open';
  CREATE INDEX holds_by_age ON holds (admitted_at);
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    operation_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL CHECK (type IN ('grant', 'charge', 'expiry', 'correction')),
    amount_micro INTEGER NOT NULL,
    balance_micro INTEGER NOT NULL CHECK (balance_micro >= 0),
    request_id TEXT,
    held_micro INTEGER,
    uncollected_micro INTEGER,
    usage_source TEXT,
    model TEXT,
    price_version INTEGER,
    reason TEXT,
    at INTEGER NOT NULL
  );
  CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
  CREATE TRIGGER entries_remain BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
  CREATE TABLE spending (
    day INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    micro INTEGER NOT NULL,
    PRIMARY KEY (day, key_id)
  ) WITHOUT ROWID;
  CREATE TABLE revoked_sessions (
    session_id TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY, record TEXT NOT NULL);
  `,
];

export interface OpenHold {
  requestId: string;
  keyId: string | null;
  surface: UsageRecord["surface"];
  model: string;
  priceVersion: number | null;
  heldMicro: number;
  progressMicro: number;
  earmarks: Earmark[];
  tokens: number;
  admittedAt: number;
  expiresAt: number;
}

export interface Resolution {
  state: "settled" | "released" | "expired";
  chargedMicro: number;
  uncollectedMicro: number;
}

/** A line of the ledger, before it has its number and running balance. */
export interface NewEntry {
  operationId: string;
  type: "grant" | "charge" | "expiry";
  amountMicro: number;
  at: number;
  requestId?: string;
  heldMicro?: number;
  uncollectedMicro?: number;
  usageSource?: UsageSource;
  model?: string;
  priceVersion?: number | null;
  reason?: string;
}

export type EntryRow = {
  seq: number;
  type: string;
  amount_micro: number;
  balance_micro: number;
  request_id: string | null;
  held_micro: number | null;
  uncollected_micro: number | null;
  usage_source: string | null;
  model: string | null;
  price_version: number | null;
  reason: string | null;
  at: number;
};

export type HoldRow = {
  request_id: string;
  key_id: string | null;
  surface: string;
  model: string;
  price_version: number | null;
  held_micro: number;
  progress_micro: number;
  earmarks: string;
  tokens: number;
  admitted_at: number;
  expires_at: number;
};

/** The operation id under which a request is charged: one charge a request, for ever. */
export function chargeOperation(requestId: string): string {
  return `charge:${requestId}`;
}
