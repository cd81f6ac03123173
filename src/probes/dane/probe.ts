import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe } from "./observe.ts";

/** Where DANE is set up: do the signed TLSA records fit what the mail servers show (RFC 7672)? */
export const dane = defineProbe({
  name: "dane",
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

/** 1 only where records were seen to fit: not set up is neither good nor bad. */
function measure(facts: Facts, domain: string): readonly Sample[] {
  const kinds = judge(facts, domain).map(({ kind }) => kind);
  if (kinds.includes("dane-mismatch")) return [dnsRecordOk(domain, "dane", false)];
  const isSeen = facts.hosts.some(({ looks }) => looks.some(({ look }) => look.kind === "seen"));
  return isSeen && kinds.length === 0 ? [dnsRecordOk(domain, "dane", true)] : [];
}

function identities({ hosts }: Facts): readonly Observation[] {
  return hosts.flatMap(({ host, tlsa }) => {
    if (tlsa.kind === "failed") return [];
    const lines = (tlsa.kind === "found" ? tlsa.records : []).map(
      ({ usage, selector, matchingType, data }) =>
        `${usage} ${selector} ${matchingType} ${data.slice(0, 64)}`,
    );
    const value = lines.length === 0 ? "none" : lines.toSorted().join(", ");
    return [{ subject: host, aspect: "tlsa 25", value: value.slice(0, 500) }];
  });
}
