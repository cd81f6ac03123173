import {
  collectDefaultMetrics,
  type Metric,
  Registry,
  type RegistryContentType,
} from "prom-client";
import type { Labels, MetricSpec, Sample } from "../domain/metric.ts";
import type { HistogramTotal, MetricTotals, Totals } from "../domain/store.ts";

/** What `/metrics` is a view of; read anew at each scrape, from memory. */
export interface ExpositionParts {
  readonly metrics: readonly MetricSpec[];
  readonly totals: Totals;
  gauges(): Iterable<Sample>;
}

/** Gauges of the library's that are named like counters; the same figures stand by type beside them. */
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/**
 * How often the lag of the event loop is sampled; the library's ten milliseconds wake an idle daemon
 * a hundred times a second. The published percentiles include it.
 */
const LAG_PRECISION_MS = 100;

export interface Exposition {
  readonly contentType: string;
  render(): Promise<string>;
}

/** The classic text format, or OpenMetrics with exemplars. */
export function createExposition(
  parts: ExpositionParts,
  format: "classic" | "openmetrics",
): Exposition {
  const registry = new Registry<RegistryContentType>();
  if (format === "openmetrics") registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  let gauges: ReadonlyMap<string, readonly Sample[]> = new Map();
  for (const metric of parts.metrics) {
    const total = (): MetricTotals | undefined => parts.totals.series.get(metric.name);
    const view = {
      name: metric.name,
      type: metric.type,
      get: () => ({
        // OpenMetrics names a counter without its suffix; the registry appends it to each sample.
        name: format === "openmetrics" ? metric.name.replace(/_total$/, "") : metric.name,
        help: metric.help,
        type: metric.type,
        values: [...valuesOf(metric, total(), gauges.get(metric.name) ?? [])],
      }),
    };
    // The registry asks a metric for no more than this; its declared type is that of its own classes.
    registry.registerMetric(view as unknown as Metric);
  }
  return {
    contentType: registry.contentType,
    render() {
      gauges = Map.groupBy(parts.gauges(), ({ metric }) => metric.name);
      return registry.metrics();
    },
  };
}

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Printed behind `labels`; the registry remembers by the object how it is written. */
  readonly sharedLabels: Labels;
  readonly value: number;
  readonly exemplar?: { labelSet: Record<string, string>; value: number; timestamp: number };
}

/** Always the same object: the registry remembers each that it is given. */
const NONE = {};

/** Labels that outlive the scrape are shared: writing 10,000 of them anew takes tens of milliseconds. */
function* valuesOf(
  metric: MetricSpec,
  total: MetricTotals | undefined,
  gauges: readonly Sample[],
): Generator<Value> {
  for (const { labels, value } of gauges) yield { labels, sharedLabels: NONE, value };
  for (const series of total?.values.values() ?? []) {
    const { labels: sharedLabels } = series;
    if (series.kind === "counter") yield { labels: NONE, sharedLabels, value: series.value };
    else yield* histogramValues(metric, series);
  }
}

function* histogramValues(metric: MetricSpec, total: HistogramTotal): Generator<Value> {
  const { labels: sharedLabels } = total;
  let count = 0;
  for (const [slot, bound] of [...(metric.buckets ?? []), "+Inf"].entries()) {
    count += total.counts[slot] ?? 0;
    const newest = total.exemplars[slot];
    yield {
      metricName: `${metric.name}_bucket`,
      labels: { le: bound },
      sharedLabels,
      value: count,
      ...(newest && {
        exemplar: {
          labelSet: { ...newest.labels },
          value: newest.value,
          timestamp: newest.at / 1000,
        },
      }),
    };
  }
  yield { metricName: `${metric.name}_sum`, labels: NONE, sharedLabels, value: total.sum };
  yield { metricName: `${metric.name}_count`, labels: NONE, sharedLabels, value: count };
}
