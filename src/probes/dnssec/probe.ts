import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf, soonestMs } from "../../mail/dns-answers.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Is the domain's DNSSEC, where it has any, in order (RFC 4035)? Not to have it is fine. */
export const dnssec = defineProbe({
  name: "dnssec",
  everyMs: HOUR,
  timeoutMs: MINUTE,
  targets,
  identify: ({ domain }) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: [DNS_RECORD_OK],
  measure,
  identities,
  recheckInMs: (facts) =>
    facts.kind === "zone" ? soonestMs([facts.ds, facts.dnskey, facts.soa]) : undefined,
});

/** No series for a domain that promises no signatures. */
function measure(facts: Facts, target: Target): readonly Sample[] {
  if (facts.kind !== "zone" || facts.ds.answer.kind !== "found") return [];
  const severities = judge(facts, target).map(({ kind }) => FINDINGS[kind].severity);
  if (severities.includes("fail")) return [dnsRecordOk(target.domain, "dnssec", false)];
  return severities.includes("unknown") ? [] : [dnsRecordOk(target.domain, "dnssec", true)];
}

/** Nothing while the DNS does not answer: that is no change. */
function identities(facts: Facts, { domain }: Target): readonly Observation[] {
  if (facts.kind !== "zone" || facts.ds.answer.kind === "failed") return [];
  const lines = recordsOf(facts.ds).map(
    ({ keyTag, algorithm, digestType }) => `${keyTag} ${algorithm} ${digestType}`,
  );
  const value = lines.length === 0 ? "unsigned" : lines.toSorted().join(", ");
  return [{ subject: domain, aspect: "ds", value }];
}
