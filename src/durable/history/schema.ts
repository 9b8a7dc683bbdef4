/** The tables of a History, and how an older object comes up to date. */

/**
 * One entry a schema version, in order, never edited once released. `runs_live` makes "one
 * running run a conversation" a fact of the storage; texts are capped where they are written, and
 * images live in rows of their own, because a row may hold at most 2 MB.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    target TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  );
  CREATE INDEX conversations_order ON conversations (pinned, updated_at, id)
    WHERE deleted_at IS NULL;
  CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;

  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    parent_id TEXT REFERENCES messages (id),
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL DEFAULT '',
    citations TEXT NOT NULL DEFAULT '[]',
    suggestions TEXT NOT NULL DEFAULT '[]',
    status TEXT NOT NULL,
    error TEXT,
    target TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    run_id TEXT,
    request_id TEXT,
    charged_micro INTEGER,
    output_tokens INTEGER,
    first_token_ms INTEGER,
    total_ms INTEGER,
    feedback TEXT,
    upstream_conversation TEXT
  );
  CREATE INDEX messages_conversation ON messages (conversation_id, seq);
  CREATE INDEX messages_parent ON messages (parent_id) WHERE parent_id IS NOT NULL;
  CREATE UNIQUE INDEX messages_run ON messages (run_id) WHERE run_id IS NOT NULL;

  CREATE TABLE images (
    message_id TEXT NOT NULL REFERENCES messages (id),
    position INTEGER NOT NULL,
    part INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (message_id, position, part)
  );

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  );
  CREATE UNIQUE INDEX runs_live ON runs (conversation_id) WHERE ended_at IS NULL;
  CREATE INDEX runs_conversation ON runs (conversation_id);
  `,
  `
  CREATE TABLE responses (
    id TEXT PRIMARY KEY,
    previous_id TEXT,
    created_at INTEGER NOT NULL
  );
  CREATE INDEX responses_order ON responses (created_at);

  CREATE TABLE response_parts (
    response_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (response_id, part)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE threads (
    name TEXT PRIMARY KEY,
    upstream TEXT NOT NULL,
    used_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX threads_order ON threads (used_at);
  `,
];

/** Brings the tables to the newest version, all or nothing. */
export function migrate(storage: DurableObjectStorage): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec(
      "CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)",
    );
    sql.exec("INSERT OR IGNORE INTO schema_version (id, version) VALUES (1, 0)");
    const { version } = sql.exec<{ version: number }>("SELECT version FROM schema_version").one();
    if (version > MIGRATIONS.length) {
      throw new Error(`History is at schema ${version}, newer than this code knows`);
    }
    for (const statements of MIGRATIONS.slice(version)) sql.exec(statements);
    if (version < MIGRATIONS.length) {
      sql.exec("UPDATE schema_version SET version = ? WHERE id = 1", MIGRATIONS.length);
    }
  });
}
