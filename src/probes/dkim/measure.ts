import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { SECOND } from "../../domain/duration.ts";
import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { parseDkimKey } from "../../mail/dkim-key.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import type { Facts, KeyFacts, Target } from "./observe.ts";

const KEY = ["domain", "selector"] as const;

const KEY_BITS: MetricSpec = {
  name: "deliverability_dkim_key_bits",
  help: "Length of the published key; Ed25519 has 256.",
  type: "gauge",
  labels: KEY,
};

const KEY_FIRST_SEEN: MetricSpec = {
  name: "deliverability_dkim_key_first_seen_timestamp_seconds",
  help: "When the present key record was seen first.",
  type: "gauge",
  labels: KEY,
};

export const METRICS: readonly MetricSpec[] = [DNS_RECORD_OK, KEY_BITS, KEY_FIRST_SEEN];

export function measure(facts: Facts, target: Target): readonly Sample[] {
  return [...verdict(facts, target), ...facts.keys.flatMap(measureKey)];
}

/** No series where nobody knows, nor where no selector is known to look at. */
function verdict(facts: Facts, target: Target): readonly Sample[] {
  const kinds = judge(facts, target).map(({ kind }) => kind);
  if (kinds.some((kind) => FINDINGS[kind].severity === "fail")) {
    return [dnsRecordOk(target.domain, "dkim", false)];
  }
  if (kinds.includes("dkim-undecided") || facts.keys.length === 0) return [];
  return [dnsRecordOk(target.domain, "dkim", true)];
}

function measureKey({ domain, selector, answer, firstSeenAt }: KeyFacts): readonly Sample[] {
  const [text, ...others] = answer.kind === "found" ? answer.records : [];
  if (text === undefined || others.length > 0) return [];
  const key = parseDkimKey(text);
  if (key.kind !== "key") return [];
  const labels = { domain, selector };
  return [
    { metric: KEY_BITS, labels, value: key.bits },
    ...(firstSeenAt === undefined
      ? []
      : [{ metric: KEY_FIRST_SEEN, labels, value: firstSeenAt / SECOND }]),
  ];
}
