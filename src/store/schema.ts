import type { DatabaseSync } from "node:sqlite";

/** Each step runs once, in order; `user_version` counts those that have. Never edit an old one. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE canary (
    id TEXT PRIMARY KEY,
    route TEXT NOT NULL,
    seed TEXT NOT NULL,
    phase TEXT NOT NULL,
    outcome TEXT,
    arrived INTEGER NOT NULL,
    planned_at INTEGER NOT NULL,
    ended_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX canary_open ON canary (phase) WHERE phase <> 'ended';
  CREATE INDEX canary_planned ON canary (planned_at);
  CREATE INDEX canary_stream ON canary (route, seed, planned_at);
  CREATE INDEX canary_seed ON canary (seed, planned_at);
  CREATE INDEX canary_lost ON canary (ended_at) WHERE arrived = 0 AND outcome IN ('missing', 'unknown');
  CREATE TABLE counter (
    metric TEXT NOT NULL,
    labels TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (metric, labels)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE histogram (
    metric TEXT NOT NULL,
    labels TEXT NOT NULL,
    buckets TEXT NOT NULL,
    sum REAL NOT NULL,
    PRIMARY KEY (metric, labels)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE observation (
    subject TEXT NOT NULL,
    aspect TEXT NOT NULL,
    value TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    changed_at INTEGER,
    PRIMARY KEY (subject, aspect)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE change (
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    aspect TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
  ) STRICT;
  CREATE INDEX change_at ON change (at);
  CREATE TABLE finding (
    check_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (check_id, kind, subject)
  ) STRICT, WITHOUT ROWID;
  `,
  // The order in which a route's canaries were decided, which clocks cannot be trusted with.
  `
  ALTER TABLE canary ADD COLUMN decided INTEGER;
  UPDATE canary SET decided = place FROM (
    SELECT id AS decided_id, row_number() OVER (PARTITION BY route ORDER BY ended_at, rowid) AS place
    FROM canary WHERE phase = 'ended'
  ) WHERE id = decided_id;
  CREATE INDEX canary_decided ON canary (route, decided) WHERE decided IS NOT NULL;
  `,
  // What a finding concerns beside its subject: a JSON array.
  `
  ALTER TABLE finding ADD COLUMN about TEXT NOT NULL DEFAULT '[]';
  `,
];

/** Brings the file to the newest schema. Throws on a file that a newer Mailcanary wrote. */
export function migrate(db: DatabaseSync): void {
  const row = db.prepare("PRAGMA user_version").get();
  const version = Number(row?.["user_version"]);
  if (version > MIGRATIONS.length) {
    throw new Error(
      `it was written by a newer Mailcanary (schema ${version}, this one knows ${MIGRATIONS.length})`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
