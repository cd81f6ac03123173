import type { Labels, MetricSpec } from "../domain/metric.ts";
import type { Result } from "../domain/result.ts";
import type { Store } from "../domain/store.ts";
import { canaryTable } from "./canary-table.ts";
import { openDatabase } from "./database.ts";
import { findingTable } from "./finding-table.ts";
import { journalTable } from "./journal-table.ts";
import { totalTables } from "./total-tables.ts";
import { createTotals } from "./totals.ts";

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

/** Years of canaries at any sensible rate; an attacker who floods us fills no disk. */
const MAX_BYTES = 1024 ** 3;

/** Opens the one file that holds everything, `mailcanary.sqlite`. Throws StoreError. */
export function openStore(options: StoreOptions): Store {
  const { dataDir, metrics, isCurrent, now, maxBytes = MAX_BYTES } = options;
  const db = openDatabase(dataDir, maxBytes);
  const canaryRows = canaryTable(db);
  const tables = totalTables(db);
  const findings = findingTable(db);
  const journal = journalTable(db);
  const saveState = db.prepare(`INSERT OR REPLACE INTO state VALUES (?, ?)`);
  const totals = createTotals();
  totals.apply(tables.load(metrics, isCurrent));
  const results = new Map<string, Result>();
  const states = new Map(
    db.all(`SELECT key, value FROM state`).map(({ key, value }) => [String(key), String(value)]),
  );

  return {
    openCanaries: () => canaryRows.openCanaries(),
    lostCanaries: (since) => canaryRows.lostCanaries(since),
    arrivedCanaries: (seed, from, to) => canaryRows.arrivedCanaries(seed, from, to),
    endedSince: (route, since) => canaryRows.endedSince(route, since),
    newestCanaries: (limit) => canaryRows.newestCanaries(limit),
    canary: (id) => canaryRows.canary(id),
    inboxBefore: (canary) => canaryRows.inboxBefore(canary),
    plannedSince: (seed, since) => canaryRows.plannedSince(seed, since),
    lastPlannedAt: (route, seed) => canaryRows.lastPlannedAt(route, seed),
    totals,
    results,
    commit({ canaries = [], increments = [], states: moved = new Map() }) {
      const steps = totals.after(increments, now());
      db.transaction(() => {
        for (const canary of canaries) canaryRows.save(canary);
        for (const step of steps) tables.save(step);
        for (const [key, value] of moved) saveState.run(key, value);
      });
      totals.apply(steps);
      for (const [key, value] of moved) states.set(key, value);
    },
    state: (key) => states.get(key),
    forget: (before) => db.transaction(() => canaryRows.forget(before)),
    record(result, increments) {
      const steps = totals.after(increments, now());
      db.transaction(() => {
        findings.replace(result);
        for (const one of result.observed ?? []) journal.note(one, result.observedAt);
        for (const step of steps) tables.save(step);
      });
      totals.apply(steps);
      results.set(result.check, result);
    },
    keepFindingsOf(checks) {
      db.transaction(() => findings.keepOnly(checks));
    },
    openFindings: () => findings.open(),
    observed: () => journal.observed(),
    changes: (limit, from, to) => journal.changes(limit, from, to),
    [Symbol.dispose]: () => db[Symbol.dispose](),
  };
}
