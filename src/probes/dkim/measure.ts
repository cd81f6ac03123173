import { SECOND } from "../../domain/duration.ts";
import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { parseDkimKey } from "../../mail/dkim-key.ts";
import { type Facts, isParent, type KeyFacts, type Target } from "./observe.ts";

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

export const METRICS: readonly MetricSpec[] = [KEY_BITS, KEY_FIRST_SEEN];

export function measure({ keys }: Facts, { domain, domains }: Target): readonly Sample[] {
  return keys.filter((key) => isOwn(key.domain) || isFirstBelow(key.domain)).flatMap(measureKey);

  function isOwn(name: string): boolean {
    return !isParent(name, domain);
  }

  // A key of the organisation may be several domains' at once, and is one series.
  function isFirstBelow(name: string): boolean {
    return domains.find((each) => isParent(name, each)) === domain;
  }
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
