import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { lookupsOf, voidsOf } from "../../mail/spf-cost.ts";
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

export const METRICS: readonly MetricSpec[] = [LOOKUPS, VOID_LOOKUPS];

export function measure({ tree, exits }: Facts, { domain }: Target): readonly Sample[] {
  if (tree.kind !== "record") return [];
  const labels = { domain };
  // An exit may meet more of the record than can be seen from outside.
  const lookups = Math.max(lookupsOf(tree), ...exits.map(({ check }) => check.lookups));
  const voids = Math.max(voidsOf(tree), ...exits.map(({ check }) => check.voids));
  return [
    { metric: LOOKUPS, labels, value: lookups },
    { metric: VOID_LOOKUPS, labels, value: voids },
  ];
}
