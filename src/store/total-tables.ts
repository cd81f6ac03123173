import type { Labels, MetricSpec } from "../domain/metric.ts";
import type { HistogramTotal } from "../domain/store.ts";
import type { Database, Row } from "./database.ts";
import { labelsFromKey, type Step, type Total } from "./totals.ts";

/** Counters and histograms on disk, a row a series. */
export interface TotalTables {
  /** Within a transaction. */
  save(step: Step): void;
  /** Those of the metrics whose labels are still current. */
  load(metrics: readonly MetricSpec[], isCurrent: (labels: Labels) => boolean): readonly Step[];
}

export function totalTables(db: Database): TotalTables {
  const saveCounter = db.prepare(`INSERT OR REPLACE INTO counter VALUES (?, ?, ?)`);
  const saveHistogram = db.prepare(`INSERT OR REPLACE INTO histogram VALUES (?, ?, ?, ?)`);
  return {
    save({ metric, key, total }) {
      if (total.kind === "counter") saveCounter.run(metric.name, key, total.value);
      else saveHistogram.run(metric.name, key, JSON.stringify(buckets(metric, total)), total.sum);
    },
    load: (metrics, isCurrent) =>
      metrics.flatMap((metric) => {
        const table = metric.type === "counter" ? "counter" : "histogram";
        const rows = db.all(`SELECT * FROM ${table} WHERE metric = ?`, metric.name);
        return rows.flatMap((row) => {
          const key = String(row["labels"]);
          const labels = labelsFromKey(metric, key);
          return isCurrent(labels) ? [{ metric, key, total: totalFrom(metric, labels, row) }] : [];
        });
      }),
  };
}

/** Counts by upper bound, so that a later release may add or drop buckets. */
function buckets(metric: MetricSpec, total: HistogramTotal): object {
  return Object.fromEntries(bounds(metric).map((bound, slot) => [bound, total.counts[slot] ?? 0]));
}

function totalFrom(metric: MetricSpec, labels: Labels, row: Row): Total {
  if (metric.type === "counter") return { kind: "counter", labels, value: Number(row["value"]) };
  const counts = JSON.parse(String(row["buckets"])) as Record<string, number>;
  return {
    kind: "histogram",
    labels,
    counts: bounds(metric).map((bound) => counts[bound] ?? 0),
    sum: Number(row["sum"]),
    exemplars: bounds(metric).map(() => undefined),
  };
}

function bounds(metric: MetricSpec): readonly (number | "+Inf")[] {
  return [...(metric.buckets ?? []), "+Inf"];
}
