import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { readStsRecord } from "../../mail/mta-sts.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { defineDomainProbe, type DomainTarget } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { FIRST_POLICY_ASPECT, firstOf, POLICY_ASPECT, policyLine } from "./first-policy.ts";
import { judge, readAnswer } from "./judge.ts";
import { type Facts, observe } from "./observe.ts";

/** Where MTA-STS is set up: do record, policy, MX and certificates go together (RFC 8461)? */
export const mtaSts = defineDomainProbe({
  name: "mta-sts",
  timeoutMs: 6 * MINUTE,
  leastRecheckMs: 30 * MINUTE,
  targets: ({ routes }): readonly DomainTarget[] =>
    repliedDomains(routes).map((domain) => ({ domain })),
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "mta_sts", isThere: isTold },
  identities,
});

/** Without one certificate seen, nobody knows whether an enforced policy is fulfilled (RFC 8461 §4.2). */
function isTold(facts: Facts): boolean {
  const isBlind = facts.looks.length > 0 && facts.looks.every(({ look }) => look.kind === "failed");
  return recordIn(facts) !== undefined && !isBlind;
}

/** Nothing while nobody answers: that is no change. */
function identities(facts: Facts, { domain }: DomainTarget): readonly Observation[] {
  if (facts.record.kind === "failed") return [];
  const record = recordIn(facts);
  const id = record?.kind === "record" ? record.id : (record?.kind ?? "none");
  const observed = [{ subject: domain, aspect: "mta-sts id", value: id }];
  const fetched = facts.policy && readAnswer(facts.policy, domain);
  if (fetched?.kind !== "policy") return observed;
  const { policy } = fetched;
  return [
    ...observed,
    { subject: domain, aspect: POLICY_ASPECT, value: policyLine(policy) },
    { subject: domain, aspect: FIRST_POLICY_ASPECT, value: firstOf(id, policy, facts.recalled) },
  ];
}

function recordIn({ record }: Facts) {
  return record.kind === "found" ? readStsRecord(record.records) : undefined;
}
