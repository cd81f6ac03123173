import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { Canary } from "../domain/canary.ts";
import type { Labels, MetricSpec } from "../domain/metric.ts";
import type { Result } from "../domain/result.ts";
import { type OpenFinding, type Store, StoreError } from "../domain/store.ts";
import { migrate } from "./schema.ts";
import { createTotals, labelsFromKey, type Step, type Total, type TotalsMirror } from "./totals.ts";

export interface StoreOptions {
  readonly dataDir: string;
  /** The counters and histograms to read back. */
  readonly metrics: readonly MetricSpec[];
  /** Whether a persisted series still has its target; others stay on disk, unpublished. */
  readonly isCurrent: (labels: Labels) => boolean;
  readonly now: () => number;
  /** The file never grows beyond this. */
  readonly maxBytes?: number;
}

/** SQLite's own default. */
const PAGE_BYTES = 4096;

/** Years of canaries at any sensible rate; an attacker who floods us fills no disk. */
const MAX_BYTES = 1024 ** 3;

type Row = Record<string, SQLOutputValue>;

/** Opens the one file that holds everything, `mailcanary.sqlite`. Throws StoreError. */
export function openStore(options: StoreOptions): Store {
  const { dataDir, metrics, isCurrent, now, maxBytes = MAX_BYTES } = options;
  const db = attempt(`cannot use data directory ${dataDir}`, () => openFile(dataDir, maxBytes));
  const totals = createTotals();
  loadTotals(db, totals, metrics, isCurrent);
  const results = new Map<string, Result>();

  const saveCanary = db.prepare(`INSERT OR REPLACE INTO canary VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const saveCounter = db.prepare(`INSERT OR REPLACE INTO counter VALUES (?, ?, ?)`);
  const saveHistogram = db.prepare(`INSERT OR REPLACE INTO histogram VALUES (?, ?, ?, ?)`);
  const saveState = db.prepare(`INSERT OR REPLACE INTO state VALUES (?, ?)`);
  const saveFinding = db.prepare(
    `INSERT INTO finding VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET detail = excluded.detail`,
  );
  const findingsOf = db.prepare(`SELECT kind, subject FROM finding WHERE check_id = ?`);
  const closeFinding = db.prepare(
    `DELETE FROM finding WHERE check_id = ? AND kind = ? AND subject = ?`,
  );

  function transaction(work: () => void): void {
    attempt("cannot write to the data directory", () => {
      db.exec("BEGIN IMMEDIATE");
      try {
        work();
        db.exec("COMMIT");
      } catch (error) {
        // A full disk may have rolled back already; then there is nothing left to undo.
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  function saveStep({ metric, key, total }: Step): void {
    if (total.kind === "counter") saveCounter.run(metric.name, key, total.value);
    else saveHistogram.run(metric.name, key, JSON.stringify(bucketsOf(metric, total)), total.sum);
  }

  function canaries(sql: string, ...parameters: (string | number)[]): Canary[] {
    const rows = attempt("cannot read from the data directory", () =>
      db.prepare(`SELECT body FROM canary ${sql}`).all(...parameters),
    );
    return rows.map((row) => JSON.parse(String(row["body"])) as Canary);
  }

  function scalar(sql: string, ...parameters: (string | number)[]): SQLOutputValue | undefined {
    const row = attempt("cannot read from the data directory", () =>
      db.prepare(sql).get(...parameters),
    );
    return row?.["value"];
  }

  return {
    totals,
    results,
    commit({ canaries: changed = [], increments = [], states = new Map() }) {
      const steps = totals.after(increments, now());
      transaction(() => {
        for (const canary of changed) saveCanary.run(...columns(canary));
        for (const step of steps) saveStep(step);
        for (const [key, value] of states) saveState.run(key, value);
      });
      totals.apply(steps);
    },
    state(key) {
      const value = scalar(`SELECT value FROM state WHERE key = ?`, key);
      return typeof value === "string" ? value : undefined;
    },
    openCanaries: () => canaries(`WHERE phase <> 'ended' ORDER BY planned_at`),
    lostCanaries: (since) =>
      canaries(
        `WHERE arrived = 0 AND outcome IN ('missing', 'unknown') AND ended_at > ? ORDER BY ended_at`,
        since,
      ),
    arrivedCanaries: (seed, from, to) =>
      canaries(`WHERE seed = ? AND arrived = 1 AND planned_at BETWEEN ? AND ?`, seed, from, to),
    newestCanaries: (limit) => canaries(`ORDER BY planned_at DESC LIMIT ?`, limit),
    newestOutcomes: () =>
      canaries(
        `AS c WHERE phase = 'ended' AND planned_at = (SELECT max(planned_at) FROM canary
           WHERE route = c.route AND seed = c.seed AND phase = 'ended')`,
      ),
    plannedSince: (seed, since) =>
      Number(
        scalar(
          `SELECT count(*) AS value FROM canary WHERE seed = ? AND planned_at >= ?`,
          seed,
          since,
        ),
      ),
    lastPlannedAt(route, seed) {
      const value = scalar(
        `SELECT max(planned_at) AS value FROM canary WHERE route = ? AND seed = ?`,
        route,
        seed,
      );
      return typeof value === "number" ? value : undefined;
    },
    forget(before) {
      transaction(() => {
        db.prepare(`DELETE FROM canary WHERE phase = 'ended' AND planned_at < ?`).run(before);
      });
    },
    record(result, increments) {
      const steps = totals.after(increments, now());
      const open = new Set(result.findings.map(({ kind, subject }) => `${kind} ${subject}`));
      transaction(() => {
        for (const { kind, subject, detail } of result.findings) {
          saveFinding.run(result.check, kind, subject, detail, result.observedAt);
        }
        for (const { kind, subject } of findingsOf.all(result.check)) {
          const gone = !open.has(`${String(kind)} ${String(subject)}`);
          if (gone) closeFinding.run(result.check, String(kind), String(subject));
        }
        for (const step of steps) saveStep(step);
      });
      totals.apply(steps);
      results.set(result.check, result);
    },
    keepFindingsOf(checks) {
      transaction(() => {
        for (const { check_id: check } of db
          .prepare(`SELECT DISTINCT check_id FROM finding`)
          .all()) {
          if (checks.has(String(check))) continue;
          db.prepare(`DELETE FROM finding WHERE check_id = ?`).run(String(check));
        }
      });
    },
    openFindings: () =>
      attempt("cannot read from the data directory", () =>
        db.prepare(`SELECT * FROM finding ORDER BY since`).all().map(findingFrom),
      ),
    [Symbol.dispose]: () => db.close(),
  };
}

function openFile(dataDir: string, maxBytes: number): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(dataDir, "mailcanary.sqlite"), { timeout: 2000 });
  // Exclusive: two daemons on one directory would count every canary twice.
  // FULL: what our server accepted is on the disk before we go on, power cuts included.
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 200;
  `);
  migrate(db);
  db.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`);
  return db;
}

function loadTotals(
  db: DatabaseSync,
  totals: TotalsMirror,
  metrics: readonly MetricSpec[],
  isCurrent: (labels: Labels) => boolean,
): void {
  const steps: Step[] = [];
  for (const metric of metrics) {
    const table = metric.type === "counter" ? "counter" : "histogram";
    for (const row of db.prepare(`SELECT * FROM ${table} WHERE metric = ?`).all(metric.name)) {
      const key = String(row["labels"]);
      const labels = labelsFromKey(metric, key);
      if (isCurrent(labels)) steps.push({ metric, key, total: totalFrom(metric, labels, row) });
    }
  }
  totals.apply(steps);
}

/** Counts by upper bound, so that a later release may add or drop buckets. */
function bucketsOf(metric: MetricSpec, total: Total & { kind: "histogram" }): object {
  const bounds = [...(metric.buckets ?? []), "+Inf"];
  return Object.fromEntries(bounds.map((bound, slot) => [bound, total.counts[slot] ?? 0]));
}

function totalFrom(metric: MetricSpec, labels: Labels, row: Row): Total {
  if (metric.type === "counter") return { kind: "counter", labels, value: Number(row["value"]) };
  const counts = JSON.parse(String(row["buckets"])) as Record<string, number>;
  const bounds = [...(metric.buckets ?? []), "+Inf"];
  return {
    kind: "histogram",
    labels,
    counts: bounds.map((bound) => counts[bound] ?? 0),
    sum: Number(row["sum"]),
    exemplars: bounds.map(() => undefined),
  };
}

function columns(
  canary: Canary,
): [string, string, string, string, string | null, number, number, number | null, string] {
  return [
    canary.id,
    canary.route,
    canary.seed,
    canary.phase,
    canary.outcome ?? null,
    canary.arrival === undefined ? 0 : 1,
    canary.plannedAt,
    canary.endedAt ?? null,
    JSON.stringify(canary),
  ];
}

function findingFrom(row: Row): OpenFinding {
  return {
    check: String(row["check_id"]),
    kind: String(row["kind"]),
    subject: String(row["subject"]),
    detail: String(row["detail"]),
    since: Number(row["since"]),
  };
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(`${what}: ${explain(reason)}`, { cause: error });
  }
}

function explain(reason: string): string {
  if (reason.includes("disk is full")) return `${reason}; free some space, it goes on by itself`;
  if (reason.includes("locked")) return `${reason}; another mailcanary is running on it`;
  return reason;
}
