import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { policyOfWalk } from "../../mail/dmarc-walk.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { policyOf, policyTag } from "./policy.ts";
import type { Facts, Target } from "./observe.ts";

const POLICY_INFO: MetricSpec = {
  name: "deliverability_dmarc_policy_info",
  help: "1 for the policy that applies to the domain, its subdomains and names that do not exist.",
  type: "gauge",
  labels: ["domain", "p", "sp", "np"],
};

export const METRICS: readonly MetricSpec[] = [DNS_RECORD_OK, POLICY_INFO];

export function measure(facts: Facts, target: Target): readonly Sample[] {
  return [...verdict(facts, target), ...policy(facts, target)];
}

function verdict(facts: Facts, target: Target): readonly Sample[] {
  const kinds = judge(facts, target).map(({ kind }) => kind);
  if (kinds.some((kind) => FINDINGS[kind].severity === "fail")) {
    return [dnsRecordOk(target.domain, "dmarc", false)];
  }
  if (kinds.includes("dmarc-undecided")) return [];
  return [dnsRecordOk(target.domain, "dmarc", true)];
}

function policy({ walk, isNonexistent }: Facts, { domain }: Target): readonly Sample[] {
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
