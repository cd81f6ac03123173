import type { Observation } from "../domain/result.ts";
import type { Observed, ObservedChange } from "../domain/store.ts";
import type { Database, Row } from "./database.ts";

/** Longer values are cut before they are compared and kept: strangers' records are no archive of ours. */
const MAX_VALUE_CHARACTERS = 4000;

/** Changes kept; the oldest go first. */
const MAX_CHANGES = 10_000;

/** What everything was at the last look, and what changed since the first. */
export interface JournalTable {
  /** Within a transaction. */
  note(observation: Observation, at: number): void;
  observed(): readonly Observed[];
  changes(limit: number, from?: number, to?: number): readonly ObservedChange[];
}

export function journalTable(db: Database): JournalTable {
  const present = db.prepare(`SELECT value FROM observation WHERE subject = ? AND aspect = ?`);
  const insert = db.prepare(`INSERT INTO observation VALUES (?, ?, ?, ?, NULL)`);
  const update = db.prepare(
    `UPDATE observation SET value = ?, first_at = ?, changed_at = ? WHERE subject = ? AND aspect = ?`,
  );
  const insertChange = db.prepare(`INSERT INTO change VALUES (?, ?, ?, ?, ?)`);
  const trim = db.prepare(
    `DELETE FROM change WHERE rowid <= (SELECT max(rowid) FROM change) - ${MAX_CHANGES}`,
  );
  // Scrapes ask far more often than anything changes.
  let known: readonly Observed[] | undefined;
  return {
    note({ subject, aspect, value: whole }, at) {
      const value = whole.slice(0, MAX_VALUE_CHARACTERS);
      const before = present.get(subject, aspect)?.["value"];
      if (before === value) return;
      known = undefined;
      if (before === undefined) {
        insert.run(subject, aspect, value, at);
        return;
      }
      update.run(value, at, at, subject, aspect);
      insertChange.run(at, subject, aspect, String(before), value);
      trim.run();
    },
    observed: () => (known ??= db.all(`SELECT * FROM observation`).map(observedFrom)),
    changes: (limit, from = 0, to = Number.MAX_SAFE_INTEGER) =>
      db
        .all(
          `SELECT * FROM change WHERE at BETWEEN ? AND ? ORDER BY at DESC, rowid DESC LIMIT ?`,
          from,
          to,
          limit,
        )
        .map(changeFrom),
  };
}

function observedFrom(row: Row): Observed {
  const changedAt = row["changed_at"];
  return {
    subject: String(row["subject"]),
    aspect: String(row["aspect"]),
    value: String(row["value"]),
    firstAt: Number(row["first_at"]),
    changedAt: typeof changedAt === "number" ? changedAt : undefined,
  };
}

function changeFrom(row: Row): ObservedChange {
  return {
    at: Number(row["at"]),
    subject: String(row["subject"]),
    aspect: String(row["aspect"]),
    before: String(row["before"]),
    after: String(row["after"]),
  };
}
