/** @file The database schema, as the steps that led to it. A released step is never changed; a new one is appended. */

/** Step n takes a database from `user_version` n to n + 1. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE shots (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    character TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at TEXT NOT NULL,
    metadata TEXT NOT NULL,
    inspection TEXT
  ) STRICT;
  CREATE INDEX shots_by_character ON shots (character, ordinal);
  CREATE INDEX shots_by_sha256 ON shots (sha256);
  CREATE INDEX shots_by_state ON shots (state, ordinal);
  CREATE TABLE jobs (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    request TEXT NOT NULL,
    out TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '{}',
    worker TEXT
  ) STRICT;
  CREATE INDEX jobs_by_state ON jobs (state, queued_at);
  CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, message TEXT NOT NULL) STRICT;
  `,
  'ALTER TABLE shots ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0;',
  'CREATE TABLE garbage (path TEXT PRIMARY KEY) STRICT;',
];
