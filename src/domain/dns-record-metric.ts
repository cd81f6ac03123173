import type { MetricSpec, Sample } from "./metric.ts";

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
