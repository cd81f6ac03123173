import type { Canary } from "../domain/canary.ts";
import type { Store } from "../domain/store.ts";
import type { Database } from "./database.ts";

type Reads = Pick<
  Store,
  | "openCanaries"
  | "lostCanaries"
  | "arrivedCanaries"
  | "endedSince"
  | "newestCanaries"
  | "canary"
  | "inboxBefore"
  | "plannedSince"
  | "lastPlannedAt"
>;

/** Canaries as JSON, with the columns that are searched by beside it. */
export interface CanaryTable extends Reads {
  /** Within a transaction. */
  save(canary: Canary): void;
  /** Within a transaction. */
  forget(before: number): void;
}

/** Rows read at once: a history may be larger than what one wants in memory. */
const PAGE_ROWS = 500;

/** A canary keeps the place among its route's canaries at which it was decided. */
const PLACE = `CASE WHEN ? = 'ended' THEN coalesce(
  (SELECT decided FROM canary WHERE id = ?),
  (SELECT coalesce(max(decided), 0) + 1 FROM canary WHERE route = ? AND decided IS NOT NULL)
) END`;

export function canaryTable(db: Database): CanaryTable {
  const insert = db.prepare(
    `INSERT OR REPLACE INTO canary VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${PLACE})`,
  );
  const remove = db.prepare(`DELETE FROM canary WHERE phase = 'ended' AND planned_at < ?`);

  function select(sql: string, ...parameters: (string | number)[]): Canary[] {
    const rows = db.all(`SELECT body FROM canary ${sql}`, ...parameters);
    return rows.map((row) => JSON.parse(String(row["body"])) as Canary);
  }

  return {
    save(canary) {
      insert.run(
        canary.id,
        canary.route,
        canary.seed,
        canary.phase,
        canary.outcome ?? null,
        canary.arrival === undefined ? 0 : 1,
        canary.plannedAt,
        canary.endedAt ?? null,
        JSON.stringify(canary),
        canary.phase,
        canary.id,
        canary.route,
      );
    },
    forget: (before) => void remove.run(before),
    openCanaries: () => select(`WHERE phase <> 'ended' ORDER BY planned_at`),
    lostCanaries: (since) =>
      select(
        `WHERE arrived = 0 AND outcome IN ('missing', 'unknown') AND ended_at > ? ORDER BY ended_at`,
        since,
      ),
    arrivedCanaries: (seed, from, to) =>
      select(`WHERE seed = ? AND arrived = 1 AND planned_at BETWEEN ? AND ?`, seed, from, to),
    *endedSince(route, since) {
      let place = 0;
      for (;;) {
        const rows = db.all(
          `SELECT body, decided FROM canary
          WHERE route = ? AND decided > ? AND ended_at >= ? ORDER BY decided LIMIT ${PAGE_ROWS}`,
          route,
          place,
          since,
        );
        for (const row of rows) yield JSON.parse(String(row["body"])) as Canary;
        if (rows.length < PAGE_ROWS) return;
        place = Number(rows.at(-1)?.["decided"]);
      }
    },
    newestCanaries: (limit) => select(`ORDER BY planned_at DESC LIMIT ?`, limit),
    canary: (id) => select(`WHERE id = ?`, id)[0],
    inboxBefore: ({ route, seed, plannedAt }) =>
      select(
        `WHERE route = ? AND seed = ? AND planned_at < ? AND outcome IN ('inbox', 'tab')
        ORDER BY planned_at DESC LIMIT 1`,
        route,
        seed,
        plannedAt,
      )[0],
    plannedSince: (seed, since) =>
      Number(
        db.scalar(
          `SELECT count(*) AS value FROM canary WHERE seed = ? AND planned_at >= ?`,
          seed,
          since,
        ),
      ),
    lastPlannedAt(route, seed) {
      const value = db.scalar(
        `SELECT max(planned_at) AS value FROM canary WHERE route = ? AND seed = ?`,
        route,
        seed,
      );
      return typeof value === "number" ? value : undefined;
    },
  };
}
