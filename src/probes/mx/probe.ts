import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { soonestMs } from "../../mail/dns-answers.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Can answers and bounces be delivered to the domain (RFC 5321 §5.1)? */
export const mx = defineProbe({
  name: "mx",
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
  recheckInMs: ({ mx: asked, hosts }) =>
    soonestMs([asked, ...hosts.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])]),
});

function measure(facts: Facts, target: Target): readonly Sample[] {
  const severities = judge(facts, target).map(({ kind }) => FINDINGS[kind].severity);
  if (severities.includes("fail")) return [dnsRecordOk(target.domain, "mx", false)];
  return severities.includes("unknown") ? [] : [dnsRecordOk(target.domain, "mx", true)];
}

/** Nothing while the DNS does not answer: that is no change. */
function identities({ mx: { answer } }: Facts, { domain }: Target): readonly Observation[] {
  if (answer.kind === "failed") return [];
  const records = answer.kind === "absent" ? [] : answer.records;
  const lines = records.map(({ preference, exchange }) => `${preference} ${exchange}`);
  const value = lines.length === 0 ? "none" : lines.toSorted().join(", ");
  return [{ subject: domain, aspect: "mx", value }];
}
