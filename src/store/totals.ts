import type { Increment, Labels, MetricSpec } from "../domain/metric.ts";
import type {
  CounterTotal,
  Exemplar,
  HistogramTotal,
  MetricTotals,
  Totals,
} from "../domain/store.ts";

export type Total = CounterTotal | HistogramTotal;

/** The in-memory side of the counter tables; `sqlite.ts` writes through it. */
export interface TotalsMirror extends Totals {
  /** The series after the increments, keyed so that one series stands once. Changes nothing. */
  after(increments: readonly Increment[], at: number): readonly Step[];
  apply(steps: readonly Step[]): void;
}

export interface Step {
  readonly metric: MetricSpec;
  readonly key: string;
  readonly total: Total;
}

export function createTotals(): TotalsMirror {
  const series = new Map<string, { metric: MetricSpec; values: Map<string, Total> }>();

  function valuesOf(metric: MetricSpec): Map<string, Total> {
    const known = series.get(metric.name);
    if (known !== undefined) return known.values;
    const values = new Map<string, Total>();
    series.set(metric.name, { metric, values });
    return values;
  }

  return {
    series: series satisfies ReadonlyMap<string, MetricTotals>,
    ensure(metric, labels) {
      const values = valuesOf(metric);
      const key = labelsKey(metric, labels);
      if (!values.has(key)) values.set(key, zero(metric, labels));
    },
    after(increments, at) {
      const steps = new Map<string, Step>();
      for (const increment of increments) {
        const { metric, labels } = increment;
        const key = labelsKey(metric, labels);
        const id = `${metric.name} ${key}`;
        const before =
          steps.get(id)?.total ?? series.get(metric.name)?.values.get(key) ?? zero(metric, labels);
        steps.set(id, { metric, key, total: add(before, increment, at) });
      }
      return [...steps.values()];
    },
    apply(steps) {
      for (const { metric, key, total } of steps) valuesOf(metric).set(key, total);
    },
  };
}

/** Label values in the order of the declaration: the identity of a series, also in the database. */
function labelsKey(metric: MetricSpec, labels: Labels): string {
  return JSON.stringify(metric.labels.map((name) => labels[name] ?? ""));
}

export function labelsFromKey(metric: MetricSpec, key: string): Labels {
  const values: unknown = JSON.parse(key);
  const list = Array.isArray(values) ? values : [];
  return Object.fromEntries(metric.labels.map((name, index) => [name, String(list[index] ?? "")]));
}

function zero(metric: MetricSpec, labels: Labels): Total {
  if (metric.type === "counter") return { kind: "counter", labels, value: 0 };
  const slots = (metric.buckets?.length ?? 0) + 1;
  return {
    kind: "histogram",
    labels,
    counts: Array.from({ length: slots }, () => 0),
    sum: 0,
    exemplars: Array.from({ length: slots }, () => undefined),
  };
}

function add(before: Total, { metric, value, exemplar }: Increment, at: number): Total {
  if (before.kind === "counter") return { ...before, value: before.value + value };
  const bounds = metric.buckets ?? [];
  const found = bounds.findIndex((bound) => value <= bound);
  const slot = found === -1 ? bounds.length : found;
  const newest: Exemplar | undefined = exemplar && { labels: exemplar, value, at };
  return {
    ...before,
    counts: before.counts.with(slot, (before.counts[slot] ?? 0) + 1),
    sum: before.sum + value,
    exemplars: newest === undefined ? before.exemplars : before.exemplars.with(slot, newest),
  };
}
