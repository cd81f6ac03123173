import type { MetricSpec } from "../../domain/metric.ts";

const STREAM = ["route", "provider", "seed"] as const;

function counter<const L extends string>(
  name: string,
  help: string,
  labels: readonly L[],
): MetricSpec<L> {
  return { name, help, type: "counter", labels };
}

function gauge<const L extends string>(
  name: string,
  help: string,
  labels: readonly L[],
): MetricSpec<L> {
  return { name, help, type: "gauge", labels };
}

export const SENT = counter(
  "deliverability_canary_sent_total",
  "Canaries that the submission server accepted.",
  STREAM,
);

export const OUTCOMES_TOTAL = counter(
  "deliverability_canary_outcomes_total",
  "Canaries by how they ended; each is counted once.",
  [...STREAM, "outcome"],
);

export const LATE = counter(
  "deliverability_canary_late_total",
  "Canaries that arrived after the late deadline, those already counted missing included.",
  STREAM,
);

export const AUTH_RESULTS = counter(
  "deliverability_canary_auth_results_total",
  "Authentication results that receivers wrote into canaries.",
  ["route", "provider", "method", "result"],
);

export const SMTP_REPLIES = counter(
  "deliverability_smtp_reply_total",
  "Replies of the submission server to canaries.",
  ["route", "provider", "class", "enhanced", "cause"],
);

export const SUBMIT_DURATION: MetricSpec<"route"> = {
  name: "deliverability_canary_submit_duration_seconds",
  help: "Time to hand a canary over to the submission server.",
  type: "histogram",
  labels: ["route"],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
};

export const TRANSIT_DURATION: MetricSpec<"route" | "provider"> = {
  name: "deliverability_canary_transit_duration_seconds",
  help: "From acceptance by our server to the mailbox, by the receiver's time stamp.",
  type: "histogram",
  labels: ["route", "provider"],
  buckets: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600],
};

export const OBSERVE_LAG: MetricSpec<"provider"> = {
  name: "deliverability_canary_observe_lag_seconds",
  help: "From the mailbox's time stamp (whole seconds) to seen by us: our own detection lag.",
  type: "histogram",
  labels: ["provider"],
  buckets: [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 21_600],
};

export const IN_FLIGHT = gauge(
  "deliverability_canary_in_flight",
  "Canaries sent and not yet decided.",
  STREAM,
);

export const LAST_OUTCOME = gauge(
  "deliverability_canary_last_outcome",
  "1 for the outcome of the newest decided canary, 0 for the others.",
  [...STREAM, "outcome"],
);

export const LAST_OUTCOME_AT = gauge(
  "deliverability_canary_last_outcome_timestamp_seconds",
  "When the newest decided canary was decided.",
  STREAM,
);

export const AUTH_RESULT = gauge(
  "deliverability_canary_auth_result",
  "1 for what the receiver said of the newest canary that arrived. No series: it said nothing.",
  [...STREAM, "method", "result"],
);

export const SPAM_SCORE = gauge(
  "deliverability_canary_spam_score",
  "Score that the receiver's filter gave the newest canary, where it tells.",
  [...STREAM, "filter"],
);

export const SPAM_THRESHOLD = gauge(
  "deliverability_canary_spam_threshold",
  "Score at which that filter calls a message spam, where it tells.",
  [...STREAM, "filter"],
);

export const TLS_INFO = gauge(
  "deliverability_canary_tls_info",
  "1 for the TLS version and cipher of the newest canary's last hop into the receiver.",
  ["route", "provider", "version", "cipher"],
);

export const EXIT_INFO = gauge(
  "deliverability_exit_info",
  "1 for each identity that receivers saw canaries leave from in the last seven days.",
  ["route", "ip", "family", "helo", "ptr"],
);

export const BUDGET_LEFT = gauge(
  "mailcanary_canary_budget_left",
  "Canaries that may still be sent to the seed on this UTC day.",
  ["route", "seed"],
);

export const LABELS_FOLDED = counter(
  "mailcanary_label_values_folded_total",
  "Label values written as `other` because they were unusual or too many.",
  ["label"],
);

export const CANARY_METRICS: readonly MetricSpec[] = [
  SENT,
  OUTCOMES_TOTAL,
  LATE,
  AUTH_RESULTS,
  SMTP_REPLIES,
  SUBMIT_DURATION,
  TRANSIT_DURATION,
  OBSERVE_LAG,
  IN_FLIGHT,
  LAST_OUTCOME,
  LAST_OUTCOME_AT,
  AUTH_RESULT,
  SPAM_SCORE,
  SPAM_THRESHOLD,
  TLS_INFO,
  EXIT_INFO,
  BUDGET_LEFT,
  LABELS_FOLDED,
];
