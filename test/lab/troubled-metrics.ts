import { METRICS } from "../../src/catalogue.ts";
import { OUTCOMES, type Outcome } from "../../src/domain/canary.ts";
import type { Labels, MetricSpec } from "../../src/domain/metric.ts";

/**
 * What the metrics of a daemon look like when every fault there is an alert for is in force
 * somewhere: each at a provider of its own. `now` is in seconds since the epoch, `start` when the
 * faults began.
 */
export function troubledMetrics(now: number, start: number): readonly Family[] {
  return METRICS.map((metric) => ({
    metric,
    series: labelSets(metric).flatMap((labels) => {
      const value = (TROUBLES[metric.name] ?? usual(metric))(labels, { now, start });
      return value === undefined ? [] : [{ labels, value }];
    }),
  }));
}

export interface Family {
  readonly metric: MetricSpec;
  readonly series: readonly { readonly labels: Labels; readonly value: number }[];
}

/** A provider for each trouble, and how its newest canary ended. Each has one seed. */
const PROVIDERS: Readonly<Record<string, Outcome>> = {
  well: "inbox",
  spamming: "spam",
  slow: "inbox",
  unreadable: "inbox",
  foggy: "unknown",
  bouncing: "bounced",
  quiet: "inbox",
};

interface Times {
  readonly now: number;
  readonly start: number;
}

/** The value of a series; undefined: there is no such series. */
type ValueOf = (labels: Labels, times: Times) => number | undefined;

const HOUR = 3600;

const TROUBLES: Readonly<Record<string, ValueOf>> = {
  deliverability_attrition_alarm: ({ provider }) => (provider === "spamming" ? 1 : 0),
  deliverability_attrition_scope: () => 1,
  deliverability_attrition_since_timestamp_seconds: ({ provider }, { start }) =>
    provider === "spamming" ? start : undefined,
  deliverability_canary_last_outcome: ({ provider, outcome }) =>
    PROVIDERS[provider ?? ""] === outcome ? 1 : 0,
  deliverability_canary_last_outcome_timestamp_seconds: ({ provider }, { now, start }) =>
    provider === "quiet" ? start : now - 60,
  deliverability_canary_outcomes_total: (labels, times) =>
    PROVIDERS[labels["provider"] ?? ""] === labels["outcome"] ? growing(times) : 0,
  // Few among many: what is late now and then is no trouble.
  deliverability_canary_late_total: (_, times) => Math.floor(growing(times) / 4),
  deliverability_canary_in_flight: ({ provider }) => (provider === "slow" ? 5 : 0),
  deliverability_canary_transit_duration_seconds: ({ provider }, times) =>
    provider === "slow" ? 0 : growing(times),
  deliverability_canary_auth_result: ({ provider, method, result }) =>
    result === newestResult(provider, method) ? 1 : 0,
  deliverability_canary_auth_results_total: ({ provider, method, result }, times) =>
    result === newestResult(provider, method) ? growing(times) : undefined,
  deliverability_canary_cadence_seconds: () => HOUR / 2,
  deliverability_seed_up: ({ provider }) => (provider === "unreadable" ? 0 : 1),
  deliverability_dns_record_ok: () => 0,
  deliverability_tls_ok: () => 0,
  deliverability_tls_cert_lifetime_left_ratio: () => 0.1,
  // One list is there and says that an address is listed, and yet none has passed its self-test.
  deliverability_blocklist_usable: () => 0,
  deliverability_finding_since_timestamp_seconds: (_, { start }) => start,
  mailcanary_check_last_run_timestamp_seconds: (_, { start }) => start,
  mailcanary_config_last_reload_successful: () => 0,
};

function newestResult(provider = "", method = ""): string {
  return provider === "spamming" && method === "dkim" ? "fail" : "pass";
}

function usual({ type }: MetricSpec): ValueOf {
  return type === "gauge" ? () => 1 : (_, times) => growing(times);
}

/** Twelve an hour, over a history of any length. */
function growing({ now, start }: Times): number {
  return Math.max(0, Math.floor((now - start + 30 * HOUR) / 300));
}

/** Every combination of a metric's labels that the troubled world has. */
function labelSets({ name, labels }: MetricSpec): readonly Labels[] {
  let sets: readonly Labels[] = [{}];
  for (const label of labels) {
    sets = sets.flatMap((set) =>
      valuesOf(label, name, set).map((value) => ({ ...set, [label]: value })),
    );
  }
  return sets;
}

function valuesOf(label: string, metric: string, others: Labels): readonly string[] {
  if (label === "seed" && others["provider"] !== undefined) return [others["provider"]];
  if (label === "provider" && others["seed"] !== undefined) return [others["seed"]];
  if (label === "severity") return [others["kind"] === "exit-changed" ? "warn" : "unknown"];
  if (label === "provider" && /attrition|inbox/.test(metric)) {
    return [...Object.keys(PROVIDERS), "_all"];
  }
  if (label === "result" && metric.startsWith("mailcanary_")) return ["ok"];
  return LABELS[label] ?? [label];
}

const LABELS: Readonly<Record<string, readonly string[]>> = {
  route: ["main"],
  provider: Object.keys(PROVIDERS),
  seed: Object.keys(PROVIDERS),
  outcome: OUTCOMES,
  method: ["spf", "dkim", "dmarc"],
  result: ["pass", "fail"],
  kind: ["exit-changed", "inbox-not-found", "dns-unreachable"],
  subject: ["main"],
  scope: ["spamming"],
  probe: ["mailbox"],
  record: ["spf", "ptr"],
  meaning: ["listed"],
};
