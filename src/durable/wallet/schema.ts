/**
 * The tables of a wallet and the shapes of their rows; statements.ts has every statement.
 *
 * An entry is stored once and is both the line of the statement and the proof that a request was
 * charged: `operation_id` of a charge is its request id. A request that was not charged leaves a
 * row in `releases` for a day. `holds` has open holds only, and only those that stand longer than
 * a moment (see escrow.ts). What there is one of is a row of `facts`: an object that wakes reads
 * the whole schema first, so each table costs every cold request. Amounts are micro-credits, times are milliseconds since 1970.
 */
import type { UsageRecord } from "../../contract/usage.ts";
import type { EntryType, UsageSource } from "../../contract/wallet.ts";
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
  `
  CREATE TABLE releases (
    request_id TEXT PRIMARY KEY,
    key_id TEXT,
    tokens INTEGER NOT NULL,
    admitted_at INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO releases SELECT request_id, key_id, tokens, admitted_at, resolved_at FROM holds
    WHERE state = 'released';
  DROP TRIGGER entries_stay;
  DROP TRIGGER entries_remain;
  ALTER TABLE entries RENAME TO entries_1;
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    operation_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL CHECK (type IN ('grant', 'charge', 'expiry', 'correction')),
    amount_micro INTEGER NOT NULL,
    balance_micro INTEGER NOT NULL CHECK (balance_micro >= 0),
    held_micro INTEGER,
    uncollected_micro INTEGER,
    usage_source TEXT,
    model TEXT,
    key_id TEXT,
    price_version INTEGER,
    tokens INTEGER,
    admitted_at INTEGER,
    reason TEXT,
    actor TEXT,
    at INTEGER NOT NULL
  );
  INSERT INTO entries SELECT old.seq,
      CASE old.type WHEN 'charge' THEN old.request_id ELSE old.operation_id END,
      old.type, old.amount_micro, old.balance_micro, old.held_micro, old.uncollected_micro,
      old.usage_source, old.model, holds.key_id, old.price_version, holds.tokens,
      holds.admitted_at, old.reason, NULL, old.at
    FROM entries_1 AS old LEFT JOIN holds ON holds.request_id = old.request_id;
  DROP TABLE entries_1;
  CREATE TABLE periods (
    month TEXT NOT NULL,
    type TEXT NOT NULL,
    model TEXT NOT NULL,
    key_id TEXT NOT NULL,
    entries INTEGER NOT NULL,
    amount_micro INTEGER NOT NULL,
    uncollected_micro INTEGER NOT NULL,
    PRIMARY KEY (month, type, model, key_id)
  ) WITHOUT ROWID;
  CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
  CREATE TRIGGER entries_remain BEFORE DELETE ON entries
    WHEN OLD.seq > coalesce((SELECT value FROM facts WHERE name = 'compacted'), 0)
    BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END;
  ALTER TABLE holds RENAME TO holds_1;
  CREATE TABLE holds (
    request_id TEXT PRIMARY KEY,
    key_id TEXT,
    surface TEXT NOT NULL,
    model TEXT NOT NULL,
    price_version INTEGER,
    held_micro INTEGER NOT NULL CHECK (held_micro >= 0),
    progress_micro INTEGER NOT NULL,
    earmarks TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    admitted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO holds SELECT request_id, key_id, surface, model, price_version, held_micro,
    progress_micro, earmarks, tokens, admitted_at, expires_at FROM holds_1 WHERE state = 'open';
  DROP TABLE holds_1;
  INSERT INTO facts SELECT 'revoked', json_group_object(session_id, expires_at)
    FROM revoked_sessions HAVING count(*) > 0;
  DROP TABLE revoked_sessions;
  DROP TABLE spending;
  ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'usage';
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
  /** Whether it has a row; where not, the escrow's bound stands for it. */
  written: boolean;
}

/** What was held in memory when the object went down; nobody knows by which requests. */
export interface LostHold {
  id: string;
  micro: number;
  earmarks: Earmark[];
  at: number;
  expiresAt: number;
}

/** A line of the ledger, before it has its number and running balance. */
export interface NewEntry {
  operationId: string;
  type: EntryType;
  amountMicro: number;
  at: number;
  heldMicro?: number;
  uncollectedMicro?: number;
  usageSource?: UsageSource;
  model?: string;
  keyId?: string | null;
  priceVersion?: number | null;
  tokens?: number;
  admittedAt?: number;
  reason?: string;
  actor?: string;
}

export type EntryRow = {
  seq: number;
  operation_id: string;
  type: string;
  amount_micro: number;
  balance_micro: number;
  held_micro: number | null;
  uncollected_micro: number | null;
  usage_source: string | null;
  model: string | null;
  key_id: string | null;
  price_version: number | null;
  reason: string | null;
  actor: string | null;
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

/** Entries of a month that were folded together. */
export type PeriodRow = {
  month: string;
  type: string;
  model: string;
  key_id: string;
  entries: number;
  amount_micro: number;
  uncollected_micro: number;
};
