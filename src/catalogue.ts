import type { FindingCatalogue } from "./domain/finding.ts";
import type { MetricSpec } from "./domain/metric.ts";
import { STATUS_METRICS } from "./exporter/status-gauges.ts";
import { CANARY_METRICS } from "./probes/canary/metrics.ts";
import { FINDINGS as PROBE_FINDINGS, PROBES } from "./probes/index.ts";
import { CHECK_RUNS } from "./scheduler/metrics.ts";
import { RUNNER_FINDINGS } from "./scheduler/runner.ts";
import { STREAM_FINDINGS } from "./streams/findings.ts";
import { STREAM_METRICS } from "./streams/metrics.ts";

/** What every kind of finding means; `docs/findings.md` has a heading for each. */
export const FINDINGS: FindingCatalogue = {
  ...PROBE_FINDINGS,
  ...STREAM_FINDINGS,
  ...RUNNER_FINDINGS,
};

/**
 * Every metric that the daemon publishes; `docs/metrics.md` has a row for each. Some are shared by
 * several probes.
 */
export const METRICS: readonly MetricSpec[] = [
  ...new Set([
    ...CANARY_METRICS,
    ...PROBES.flatMap(({ metrics }) => metrics),
    ...STREAM_METRICS,
    CHECK_RUNS,
    ...STATUS_METRICS,
  ]),
];
