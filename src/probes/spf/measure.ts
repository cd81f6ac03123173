import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { lookupsOf, voidsOf } from "../../mail/spf-cost.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import type { Facts, Target } from "./observe.ts";

const LOOKUPS: MetricSpec = {
  name: "deliverability_spf_lookups",
  help: "Terms of the SPF record and those it includes that ask the DNS; receivers allow 10.",
  type: "gauge",
  labels: ["domain"],
};

const VOID_LOOKUPS: MetricSpec = {
  name: "deliverability_spf_void_lookups",
  help: "Of these the ones that find nothing; receivers allow 2.",
  type: "gauge",
  labels: ["domain"],
};

export const METRICS: readonly MetricSpec[] = [DNS_RECORD_OK, LOOKUPS, VOID_LOOKUPS];

export function measure(facts: Facts, target: Target): readonly Sample[] {
  const { tree, exits } = facts;
  const labels = { domain: target.domain };
  const costs =
    tree.kind === "record"
      ? [
          { metric: LOOKUPS, count: lookupsOf(tree), of: exits.map(({ check }) => check.lookups) },
          { metric: VOID_LOOKUPS, count: voidsOf(tree), of: exits.map(({ check }) => check.voids) },
        ]
      : [];
  return [
    ...verdict(facts, target),
    ...costs.map(({ metric, count, of }) => ({ metric, labels, value: Math.max(count, ...of) })),
  ];
}

/** No series where nobody knows, nor where there is no record and none is needed. */
function verdict(facts: Facts, target: Target): readonly Sample[] {
  const kinds = judge(facts, target).map(({ kind }) => kind);
  if (kinds.some((kind) => FINDINGS[kind].severity === "fail")) {
    return [dnsRecordOk(target.domain, "spf", false)];
  }
  if (kinds.includes("spf-undecided") || facts.tree.kind === "none") return [];
  return [dnsRecordOk(target.domain, "spf", true)];
}
