import { DNS_RECORD_CHANGED, dnsRecordsChanged } from "../domain/dns-record-metric.ts";
import type { FindingCatalogue } from "../domain/finding.ts";
import type { Labels, MetricSpec, Sample } from "../domain/metric.ts";
import type { OpenFinding, Store } from "../domain/store.ts";

const BUILD_INFO = gauge("mailcanary_build_info", "1 for the running version.", [
  "version",
  "node_version",
]);

const CONFIG_OK = gauge(
  "mailcanary_config_last_reload_successful",
  "1 if the config file was fine when it was read last.",
  [],
);

const CONFIG_AT = gauge(
  "mailcanary_config_last_reload_success_timestamp_seconds",
  "When the config in force was read.",
  [],
);

const LAST_RUN = gauge("mailcanary_check_last_run_timestamp_seconds", "When each check ran last.", [
  "probe",
  "target",
]);

const DURATION = gauge("mailcanary_check_duration_seconds", "How long its last run took.", [
  "probe",
  "target",
]);

const FINDING = gauge(
  "deliverability_finding",
  "1 for every open finding that no other explains.",
  ["kind", "severity", "subject"],
);

const FINDING_SINCE = gauge(
  "deliverability_finding_since_timestamp_seconds",
  "When an open finding was found first.",
  ["kind", "subject"],
);

export const STATUS_METRICS: readonly MetricSpec[] = [
  BUILD_INFO,
  CONFIG_OK,
  CONFIG_AT,
  LAST_RUN,
  DURATION,
  FINDING,
  FINDING_SINCE,
  DNS_RECORD_CHANGED,
];

export interface Status {
  readonly version: string;
  /** Wall clock, milliseconds. */
  readonly configReadAt: number;
  /** False: the config file was read since then, and had mistakes. */
  readonly isConfigCurrent: boolean;
  readonly store: Pick<Store, "results" | "observed">;
  /** Open findings, without those that others explain. */
  readonly causes: readonly OpenFinding[];
  readonly findings: FindingCatalogue;
}

/** The samples of every check's last run, of what is found, and of the daemon itself. */
export function* statusGauges({
  version,
  configReadAt,
  isConfigCurrent,
  store,
  causes,
  findings,
}: Status): Generator<Sample> {
  yield sample(BUILD_INFO, { version, node_version: process.versions.node }, 1);
  yield sample(CONFIG_OK, {}, isConfigCurrent ? 1 : 0);
  yield sample(CONFIG_AT, {}, configReadAt / 1000);
  for (const { probe, labels, observedAt, durationMs, samples } of store.results.values()) {
    const target = Object.values(labels).join(" ");
    yield sample(LAST_RUN, { probe, target }, observedAt / 1000);
    yield sample(DURATION, { probe, target }, durationMs / 1000);
    yield* samples;
  }
  yield* findingGauges(causes, findings);
  yield* dnsRecordsChanged(store.observed());
}

/** Several checks may find the same thing; it is one series, since the first of them. */
function* findingGauges(
  causes: readonly OpenFinding[],
  findings: FindingCatalogue,
): Generator<Sample> {
  const seen = new Set<string>();
  for (const { kind, subject, since } of causes) {
    const key = JSON.stringify([kind, subject]);
    const severity = findings[kind]?.severity;
    if (severity === undefined || seen.has(key)) continue;
    seen.add(key);
    yield sample(FINDING, { kind, severity, subject }, 1);
    yield sample(FINDING_SINCE, { kind, subject }, since / 1000);
  }
}

function gauge(name: string, help: string, labels: readonly string[]): MetricSpec {
  return { name, help, type: "gauge", labels };
}

function sample(metric: MetricSpec, labels: Labels, value: number): Sample {
  return { metric, labels, value };
}
