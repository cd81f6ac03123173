import type { MetricSpec } from "../domain/metric.ts";

const STREAM = ["route", "provider"] as const;

function gauge(name: string, help: string, labels: readonly string[] = STREAM): MetricSpec {
  return { name, help, type: "gauge", labels };
}

export const INBOX_RATIO = gauge(
  "deliverability_inbox_ratio",
  "Inbox rate of late, posterior mean; provider _all is the whole route.",
);
export const INBOX_RATIO_LOW = gauge(
  "deliverability_inbox_ratio_low",
  "Lower end of its 95 % credible interval.",
);
export const INBOX_RATIO_HIGH = gauge(
  "deliverability_inbox_ratio_high",
  "Upper end of its 95 % credible interval.",
);
export const BASELINE_RATIO = gauge(
  "deliverability_inbox_baseline_ratio",
  "The stream's normal inbox rate, on the cautious side: what evidence is measured against.",
);
export const BELOW_SLO = gauge(
  "deliverability_inbox_below_slo_probability",
  "Probability that the inbox rate of late is below the objective.",
);
export const EVIDENCE = gauge(
  "deliverability_attrition_evidence",
  "How strongly the outcomes speak for a fall: log10 of the e-value.",
);
export const THRESHOLD = gauge(
  "deliverability_attrition_evidence_threshold",
  "log10 of the evidence at which the alarm is raised.",
  ["route"],
);
export const ALARM = gauge(
  "deliverability_attrition_alarm",
  "1 from the alarm until the rate has recovered, else 0.",
);
export const SCOPE = gauge(
  "deliverability_attrition_scope",
  "1 for each provider that the alarm is about; _all: the route as a whole; provider: another route has trouble with it too.",
  ["route", "scope"],
);
export const SINCE = gauge(
  "deliverability_attrition_since_timestamp_seconds",
  "Estimated beginning of the fall, while the alarm is on.",
);

export const CADENCE = gauge(
  "deliverability_canary_cadence_seconds",
  "The longest planned time between two canaries to one seed of the provider.",
);
export const DRIFT_EVIDENCE = gauge(
  "deliverability_transit_drift_evidence",
  "How strongly the times speak for mail having become slower: log10 of the e-value.",
);
export const DRIFT_ALARM = gauge(
  "deliverability_transit_drift_alarm",
  "1 from the alarm until mail is as fast as before, else 0.",
);

export const STREAM_METRICS: readonly MetricSpec[] = [
  INBOX_RATIO,
  INBOX_RATIO_LOW,
  INBOX_RATIO_HIGH,
  BASELINE_RATIO,
  BELOW_SLO,
  EVIDENCE,
  THRESHOLD,
  ALARM,
  SCOPE,
  SINCE,
  CADENCE,
  DRIFT_EVIDENCE,
  DRIFT_ALARM,
];
