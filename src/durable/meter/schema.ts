/**
 * The tables of a Meter. Times are milliseconds since 1970; `user`, `email`, `key_id` and other
 * columns of repeated texts hold numbers of `words`, where 0 is the empty text.
 *
 * Steps only ever grow: storage that was made by an older one goes through those after it.
 */

/** Ids in SQL: the 80 bits behind the prefix, as two numbers of eight letters each. */
const LETTERS = "'0123456789abcdefghjkmnpqrstvwxyz'";
const bitsFrom = (start: number) =>
  [0, 1, 2, 3, 4, 5, 6, 7]
    .map(
      (at) => `((instr(${LETTERS}, substr(request_id, ${start + at}, 1)) - 1) << ${35 - 5 * at})`,
    )
    .join(" | ");
const PACKED_REQUEST_ID = `
  CASE WHEN length(request_id) = 20 AND substr(request_id, 1, 4) = 'req_'
    AND ltrim(substr(request_id, 5), ${LETTERS}) = ''
  THEN unhex(printf('%010X%010X', ${bitsFrom(5)}, ${bitsFrom(13)})) ELSE request_id END`;

const word = (text: string) => `(SELECT id FROM words WHERE words.text = ${text})`;
const said = (path: string) => `json_extract(record, '$.${path}')`;

export const STEPS = [
  // The first form: a record as JSON, texts in full.
  `
  CREATE TABLE records (
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_email TEXT NOT NULL,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    connection TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (at, request_id)
  ) WITHOUT ROWID;
  CREATE TABLE rollups (
    hour INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    model TEXT NOT NULL,
    connection TEXT NOT NULL,
    key_id TEXT NOT NULL,
    surface TEXT NOT NULL,
    status TEXT NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    charged_micro INTEGER NOT NULL,
    uncollected_micro INTEGER NOT NULL,
    first_byte_ms_sum REAL NOT NULL,
    first_byte_count INTEGER NOT NULL,
    PRIMARY KEY (hour, user_id, model, connection, key_id, surface, status)
  ) WITHOUT ROWID;
  CREATE TABLE users (user_id TEXT PRIMARY KEY, email TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  CREATE TABLE months (
    month TEXT PRIMARY KEY,
    granted INTEGER NOT NULL,
    call_limit INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE leases (
    month TEXT NOT NULL,
    wallet_id TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (month, wallet_id)
  ) WITHOUT ROWID;
  CREATE TABLE lease_operations (
    wallet_id TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    month TEXT NOT NULL,
    granted INTEGER NOT NULL,
    used_up INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (wallet_id, operation_id)
  ) WITHOUT ROWID;
  CREATE INDEX lease_operations_by_time ON lease_operations (at);
  CREATE TABLE notices (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    notice TEXT NOT NULL
  );
  CREATE INDEX notices_by_time ON notices (at);
  CREATE TABLE retention (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    hourly_from INTEGER NOT NULL,
    records_from INTEGER NOT NULL
  );
  INSERT INTO retention VALUES (1, 0, 0);
  `,
  // A record in columns, each repeated text once.
  `
  ALTER TABLE records RENAME TO old_records;
  ALTER TABLE rollups RENAME TO old_rollups;
  ALTER TABLE users RENAME TO old_users;
  CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    request_id BLOB NOT NULL UNIQUE,
    user INTEGER NOT NULL,
    email INTEGER NOT NULL,
    key_id INTEGER,
    model INTEGER NOT NULL,
    connection INTEGER,
    upstream_model INTEGER,
    surface INTEGER NOT NULL,
    status INTEGER NOT NULL,
    error INTEGER,
    usage_source INTEGER NOT NULL,
    finish INTEGER,
    stream INTEGER NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_input_tokens INTEGER,
    cache_write_tokens INTEGER,
    reasoning_tokens INTEGER,
    held_micro INTEGER,
    charged_micro INTEGER,
    uncollected_micro INTEGER,
    cost_micro INTEGER,
    price_version INTEGER,
    gateway_ms INTEGER,
    admit_ms INTEGER,
    first_byte_ms INTEGER,
    total_ms INTEGER,
    attempt_ms INTEGER,
    attempts TEXT,
    at_text TEXT
  );
  CREATE TABLE rollups (
    hour INTEGER NOT NULL,
    user INTEGER NOT NULL,
    model INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    surface INTEGER NOT NULL,
    status INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    charged_micro INTEGER NOT NULL,
    uncollected_micro INTEGER NOT NULL,
    cost_micro INTEGER NOT NULL,
    first_byte_ms_sum INTEGER NOT NULL,
    first_byte_count INTEGER NOT NULL,
    PRIMARY KEY (hour, user, model, connection, key_id, surface, status)
  ) WITHOUT ROWID;
  CREATE TABLE users (user INTEGER PRIMARY KEY, email INTEGER NOT NULL);
  INSERT INTO words VALUES (0, '');
  INSERT OR IGNORE INTO words (text)
    SELECT ${said("surface")} FROM old_records UNION SELECT ${said("usage_source")} FROM old_records
    UNION SELECT status FROM old_records UNION SELECT status FROM old_rollups;
  INSERT OR IGNORE INTO words (text)
    SELECT user_id FROM old_records UNION SELECT user_email FROM old_records
    UNION SELECT key_id FROM old_records UNION SELECT model FROM old_records
    UNION SELECT connection FROM old_records;
  INSERT OR IGNORE INTO words (text)
    SELECT ${said("upstream_model")} FROM old_records UNION SELECT ${said("error")} FROM old_records
    UNION SELECT ${said("finish")} FROM old_records;
  INSERT OR IGNORE INTO words (text)
    SELECT user_id FROM old_rollups UNION SELECT model FROM old_rollups
    UNION SELECT connection FROM old_rollups UNION SELECT key_id FROM old_rollups
    UNION SELECT surface FROM old_rollups;
  INSERT OR IGNORE INTO words (text)
    SELECT user_id FROM old_users UNION SELECT email FROM old_users;
  INSERT INTO records
    SELECT NULL, at, ${PACKED_REQUEST_ID}, ${word("user_id")}, ${word("user_email")},
      ${word(said("key_id"))}, ${word("model")}, ${word(said("connection"))},
      ${word(said("upstream_model"))}, ${word(said("surface"))}, ${word("status")},
      ${word(said("error"))}, ${word(said("usage_source"))}, ${word(said("finish"))},
      ${said("stream")}, ${said("tokens.input")}, ${said("tokens.output")},
      ${said("tokens.cachedInput")}, ${said("tokens.cacheWrite")}, ${said("tokens.reasoning")},
      ${said("held_micro")}, ${said("charged_micro")}, ${said("uncollected_micro")}, NULL,
      ${said("price_version")}, ${said("timings.gateway")}, ${said("timings.admit")},
      ${said("timings.first_byte")}, ${said("timings.total")}, NULL, ${said("attempts")},
      ${said("at")}
    FROM old_records ORDER BY at, request_id;
  UPDATE records SET at_text = NULL
    WHERE at_text = strftime('%Y-%m-%dT%H:%M:%S', at / 1000, 'unixepoch')
      || printf('.%03dZ', at % 1000);
  INSERT INTO users SELECT ${word("user_id")}, ${word("email")} FROM old_users;
  INSERT INTO rollups
    SELECT hour / 3600000, ${word("user_id")}, ${word("model")}, ${word("connection")},
      ${word("key_id")}, ${word("surface")}, ${word("status")}, calls, input_tokens, output_tokens,
      charged_micro, uncollected_micro, 0, first_byte_ms_sum, first_byte_count
    FROM old_rollups;
  CREATE INDEX records_by_time ON records (at);
  DROP TABLE old_records;
  DROP TABLE old_rollups;
  DROP TABLE old_users;
  `,
  // Null where no sound was counted.
  `
  ALTER TABLE records ADD COLUMN audio_input_tokens INTEGER;
  ALTER TABLE records ADD COLUMN audio_output_tokens INTEGER;
  `,
  `
  CREATE TABLE audit_entries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    target_id TEXT NOT NULL,
    target_name TEXT NOT NULL,
    address TEXT,
    entry TEXT NOT NULL
  );
  CREATE INDEX audit_entries_by_time ON audit_entries (at);
  CREATE TABLE audit_outcomes (
    id TEXT PRIMARY KEY,
    outcome TEXT NOT NULL,
    target_id TEXT,
    target_name TEXT,
    ended TEXT NOT NULL
  ) WITHOUT ROWID;
  ALTER TABLE retention ADD COLUMN audit_from INTEGER NOT NULL DEFAULT 0;
  CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_outcomes_stay BEFORE UPDATE ON audit_outcomes
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries
    WHEN OLD.at >= (SELECT audit_from FROM retention)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_outcomes_remain BEFORE DELETE ON audit_outcomes
    WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  `,
];
