import type { MetricSpec, Sample } from "./metric.ts";
import type { Observed } from "./store.ts";

/** Shared by every probe that judges DNS records; no series while DNS could not be asked. */
export const DNS_RECORD_OK: MetricSpec = {
  name: "deliverability_dns_record_ok",
  help: "1 if nothing is wrong with the domain's record that harms mail, 0 if something is.",
  type: "gauge",
  labels: ["domain", "record"],
};

/** `record` is a word of ours, e.g. `spf`, `mta_sts`: never a name from DNS. */
export function dnsRecordOk(domain: string, record: string, isOk: boolean): Sample {
  return { metric: DNS_RECORD_OK, labels: { domain, record }, value: isOk ? 1 : 0 };
}

export const DNS_RECORD_CHANGED: MetricSpec = {
  name: "deliverability_dns_record_changed_timestamp_seconds",
  help: "When the domain's record was last observed to change. No series: never since we look.",
  type: "gauge",
  labels: ["domain", "record"],
};

/** What of a domain is a DNS record, by the first word of an observation's aspect. */
const RECORD_OF: Readonly<Record<string, string>> = {
  spf: "spf",
  dkim: "dkim",
  dmarc: "dmarc",
  mx: "mx",
  name: "ns",
  ptr: "ptr",
  caa: "caa",
  ds: "dnssec",
  dane: "dane",
  bimi: "bimi",
  "mta-sts": "mta_sts",
  "tls-rpt": "tls_rpt",
};

/** The newest change of each domain's record, of several keys or addresses the newest. */
export function dnsRecordsChanged(observed: readonly Observed[]): readonly Sample[] {
  const newest = new Map<string, Sample>();
  for (const { subject, aspect, changedAt } of observed) {
    const record = RECORD_OF[aspect.split(" ")[0] ?? ""];
    if (record === undefined || changedAt === undefined) continue;
    const key = JSON.stringify([subject, record]);
    const value = Math.max(changedAt / 1000, newest.get(key)?.value ?? 0);
    const labels = { domain: subject, record };
    newest.set(key, { metric: DNS_RECORD_CHANGED, labels, value });
  }
  return [...newest.values()];
}
