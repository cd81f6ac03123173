import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { readStsRecord } from "../../mail/mta-sts.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge, readAnswer } from "./judge.ts";
import { type Facts, observe } from "./observe.ts";

/** Where MTA-STS is set up: do record, policy, MX and certificates go together (RFC 8461)? */
export const mtaSts = defineProbe({
  name: "mta-sts",
  everyMs: HOUR,
  timeoutMs: 6 * MINUTE,
  targets: ({ routes }) => repliedDomains(routes),
  identify: (domain) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: [DNS_RECORD_OK],
  measure,
  identities,
});

/** No series where it is not set up, and none while nobody knows. */
function measure(facts: Facts, domain: string): readonly Sample[] {
  if (recordIn(facts) === undefined) return [];
  const kinds = judge(facts, domain).map(({ kind }) => kind);
  const isHarmful = kinds.some((kind) => FINDINGS[kind].severity === "fail");
  if (isHarmful) return [dnsRecordOk(domain, "mta_sts", false)];
  return kinds.includes("mta-sts-undecided") ? [] : [dnsRecordOk(domain, "mta_sts", true)];
}

function identities(facts: Facts, domain: string): readonly Observation[] {
  if (facts.record.kind === "failed") return [];
  const record = recordIn(facts);
  const id = record?.kind === "record" ? record.id : (record?.kind ?? "none");
  const observed = [{ subject: domain, aspect: "mta-sts id", value: id }];
  const fetched = facts.policy && readAnswer(facts.policy, domain);
  if (fetched?.kind !== "policy") return observed;
  const { mode, mx, maxAgeSeconds } = fetched.policy;
  const value = `mode ${mode}, mx ${mx.toSorted().join(" ")}, max_age ${maxAgeSeconds}`;
  return [...observed, { subject: domain, aspect: "mta-sts policy", value: value.slice(0, 500) }];
}

function recordIn({ record }: Facts) {
  return record.kind === "found" ? readStsRecord(record.records) : undefined;
}
