import type { Result } from "../domain/result.ts";
import type { OpenFinding } from "../domain/store.ts";
import type { Database, Row } from "./database.ts";

/** Open findings, each since it was found first. */
export interface FindingTable {
  /** Within a transaction. */
  replace(result: Result): void;
  /** Within a transaction. */
  keepOnly(checks: ReadonlySet<string>): void;
  open(): readonly OpenFinding[];
}

export function findingTable(db: Database): FindingTable {
  const save = db.prepare(
    `INSERT INTO finding (check_id, kind, subject, detail, since, about) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET detail = excluded.detail, about = excluded.about`,
  );
  const ofCheck = db.prepare(`SELECT kind, subject FROM finding WHERE check_id = ?`);
  const close = db.prepare(`DELETE FROM finding WHERE check_id = ? AND kind = ? AND subject = ?`);
  // Scrapes ask far more often than anything changes.
  let open: readonly OpenFinding[] | undefined;
  const closeCheck = db.prepare(`DELETE FROM finding WHERE check_id = ?`);
  return {
    replace({ check, findings, observedAt }) {
      open = undefined;
      const stay = new Set(findings.map(({ kind, subject }) => JSON.stringify([kind, subject])));
      for (const { kind, subject, detail, about = [] } of findings) {
        save.run(check, kind, subject, detail, observedAt, JSON.stringify(about));
      }
      for (const { kind, subject } of ofCheck.all(check)) {
        if (stay.has(JSON.stringify([kind, subject]))) continue;
        close.run(check, String(kind), String(subject));
      }
    },
    keepOnly(checks) {
      open = undefined;
      for (const { check_id: check } of db.all(`SELECT DISTINCT check_id FROM finding`)) {
        if (!checks.has(String(check))) closeCheck.run(String(check));
      }
    },
    open: () => (open ??= db.all(`SELECT * FROM finding ORDER BY since`).map(findingFrom)),
  };
}

function findingFrom(row: Row): OpenFinding {
  return {
    check: String(row["check_id"]),
    kind: String(row["kind"]),
    subject: String(row["subject"]),
    detail: String(row["detail"]),
    since: Number(row["since"]),
    about: JSON.parse(String(row["about"])) as readonly string[],
  };
}
