import type { DetectorConfig } from "../attrition/config.ts";
import type { LatencyReading } from "../attrition/latency.ts";
import type { Reading, RouteReading } from "../attrition/reading.ts";
import { ALL_PROVIDERS } from "../attrition/route.ts";
import type { Labels, MetricSpec, Sample } from "../domain/metric.ts";
import {
  ALARM,
  BASELINE_RATIO,
  BELOW_SLO,
  CADENCE,
  DRIFT_ALARM,
  DRIFT_EVIDENCE,
  EVIDENCE,
  INBOX_RATIO,
  INBOX_RATIO_HIGH,
  INBOX_RATIO_LOW,
  SCOPE,
  SINCE,
  THRESHOLD,
} from "./metrics.ts";
import type { Watch } from "./watch.ts";

/** The scope that stands beside a provider's name when other routes have trouble with it too. */
const SCOPE_PROVIDER = "provider";

/** The detector's readings of every route, from memory. */
export function* streamGauges({
  streams,
  drift,
  detectors,
  cadences,
}: Pick<Watch, "streams" | "drift" | "detectors" | "cadences">): Generator<Sample> {
  for (const { route, provider, ms } of cadences) {
    yield sample(CADENCE, { route, provider }, ms / 1000);
  }
  const suspectElsewhere = (provider: string, than: string): boolean =>
    [...detectors].some(([route, detector]) => {
      const reading = route === than ? undefined : streams.reading(route);
      return reading !== undefined && isSuspect(reading, provider, detector);
    });
  for (const [route, { alarmAt }] of detectors) {
    yield sample(THRESHOLD, { route }, Math.log10(alarmAt));
    const reading = streams.reading(route);
    if (reading === undefined) continue;
    yield* readings({ route, provider: ALL_PROVIDERS }, reading);
    for (const one of reading.providers) {
      const labels = { route, provider: one.provider };
      yield* readings(labels, one);
      yield* drifting(labels, drift.reading(route, one.provider));
    }
    const scopes = reading.scope.some((scope) => suspectElsewhere(scope, route))
      ? new Set([...reading.scope, SCOPE_PROVIDER])
      : reading.scope;
    for (const scope of scopes) yield sample(SCOPE, { route, scope }, 1);
  }
}

/** Its evidence is where a stream no longer learns. */
function isSuspect(
  { providers }: RouteReading,
  provider: string,
  { warnShare, alarmAt }: DetectorConfig,
): boolean {
  const warnAt = Math.log10((warnShare * alarmAt) / providers.length);
  return providers.some((one) => one.provider === provider && one.evidence >= warnAt);
}

function* readings(labels: Labels, reading: Reading): Generator<Sample> {
  yield sample(INBOX_RATIO, labels, reading.mean);
  yield sample(INBOX_RATIO_LOW, labels, reading.low);
  yield sample(INBOX_RATIO_HIGH, labels, reading.high);
  yield sample(BASELINE_RATIO, labels, reading.baseline);
  yield sample(BELOW_SLO, labels, reading.belowSloProbability);
  yield sample(EVIDENCE, labels, reading.evidence);
  yield sample(ALARM, labels, reading.alarm ? 1 : 0);
  if (reading.since !== null) yield sample(SINCE, labels, reading.since);
}

function* drifting(labels: Labels, reading: LatencyReading | undefined): Generator<Sample> {
  // Until the normal time is known there is nothing to measure against.
  if (reading === undefined || reading.median === null) return;
  yield sample(DRIFT_EVIDENCE, labels, reading.evidence);
  yield sample(DRIFT_ALARM, labels, reading.alarm ? 1 : 0);
}

function sample(metric: MetricSpec, labels: Labels, value: number): Sample {
  return { metric, labels, value };
}
