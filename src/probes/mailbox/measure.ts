import type { Labels, MetricSpec, Sample } from "../../domain/metric.ts";
import type { Seed } from "../../domain/seed.ts";
import type { Facts } from "./judge.ts";

const SEED = ["seed", "provider"] as const;

const UP: MetricSpec = {
  name: "deliverability_seed_up",
  help: "1 if the seed mailbox could be read at the last look, 0 if not.",
  type: "gauge",
  labels: SEED,
};

const LOGIN_DURATION: MetricSpec = {
  name: "deliverability_seed_login_duration_seconds",
  help: "TCP, TLS and login at the last look.",
  type: "gauge",
  labels: SEED,
};

const TOKEN_EXPIRES: MetricSpec = {
  name: "deliverability_seed_token_expires_timestamp_seconds",
  help: "When the present OAuth2 access token ends; it is renewed before.",
  type: "gauge",
  labels: ["seed"],
};

const QUOTA_USED: MetricSpec = {
  name: "deliverability_seed_quota_used_bytes",
  help: "Storage used, where the server tells (RFC 9208).",
  type: "gauge",
  labels: SEED,
};

const QUOTA_LIMIT: MetricSpec = {
  name: "deliverability_seed_quota_limit_bytes",
  help: "Storage allowed, where the server tells (RFC 9208).",
  type: "gauge",
  labels: SEED,
};

export const METRICS: readonly MetricSpec[] = [
  UP,
  LOGIN_DURATION,
  TOKEN_EXPIRES,
  QUOTA_USED,
  QUOTA_LIMIT,
];

export function measure(facts: Facts, { name, provider }: Seed): readonly Sample[] {
  const labels = { seed: name, provider };
  if (facts.kind === "unreadable") return [sample(UP, labels, 0)];
  const { quota, tokenExpiresAt } = facts;
  return [
    sample(UP, labels, 1),
    sample(LOGIN_DURATION, labels, facts.loginDurationMs / 1000),
    ...(tokenExpiresAt === undefined
      ? []
      : [sample(TOKEN_EXPIRES, { seed: name }, tokenExpiresAt / 1000)]),
    ...(quota === undefined
      ? []
      : [
          sample(QUOTA_USED, labels, quota.usedBytes),
          sample(QUOTA_LIMIT, labels, quota.limitBytes),
        ]),
  ];
}

function sample(metric: MetricSpec, labels: Labels, value: number): Sample {
  return { metric, labels, value };
}
