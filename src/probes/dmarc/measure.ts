import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { policyOfWalk } from "../../mail/dmarc-walk.ts";
import { policyOf, policyTag } from "./policy.ts";
import type { Facts, Target } from "./observe.ts";

const POLICY_INFO: MetricSpec = {
  name: "deliverability_dmarc_policy_info",
  help: "1 for the policy that applies to the domain, its subdomains and names that do not exist.",
  type: "gauge",
  labels: ["domain", "p", "sp", "np"],
};

export const METRICS: readonly MetricSpec[] = [POLICY_INFO];

export function measure({ walk, isNonexistent }: Facts, { domain }: Target): readonly Sample[] {
  const found = policyOfWalk(walk);
  if (found.kind !== "found") return [];
  const { record } = found;
  const labels = {
    domain,
    p: policyOf(record, policyTag(found, domain, isNonexistent)),
    sp: record.subdomains,
    np: record.nonexistent,
  };
  return [{ metric: POLICY_INFO, labels, value: 1 }];
}
