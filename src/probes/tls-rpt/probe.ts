import type { DnsAnswer } from "../../domain/dns.ts";
import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import { type Finding, type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { readTlsRptRecord } from "../../mail/tls-rpt.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { defineProbe } from "../probe.ts";

const FINDINGS = {
  "tls-rpt-record-broken": {
    severity: "warn",
    title: "The record for reports about TLS is not understood",
    advice: "Nobody sends you reports. Publish the record in the detail.",
  },
  "tls-rpt-undecided": {
    severity: "unknown",
    title: "The record for reports about TLS could not be looked up",
    advice: "The DNS did not answer; the detail says what came back.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

type TlsRptFinding = keyof typeof FINDINGS;

interface Facts {
  readonly name: string;
  readonly answer: DnsAnswer<string>;
}

/** Where reports about TLS are asked for: can the record be read (RFC 8460)? */
export const tlsRpt = defineProbe<string, Facts, TlsRptFinding>({
  name: "tls-rpt",
  everyMs: HOUR,
  timeoutMs: MINUTE,
  targets: ({ routes }) => repliedDomains(routes),
  identify: (domain) => ({ domain }),
  host: () => undefined,
  async observe(domain, { dns }, signal) {
    const name = `_smtp._tls.${domain}`;
    return { name, answer: await dns.query(name, "TXT", signal) };
  },
  findings: FINDINGS,
  judge,
  metrics: [DNS_RECORD_OK],
  measure,
  identities,
});

function judge({ name, answer }: Facts, domain: string): readonly Finding<TlsRptFinding>[] {
  if (answer.kind === "failed") {
    const detail = `TXT of ${name}: ${answer.detail}`;
    return [{ kind: "tls-rpt-undecided", subject: domain, detail }];
  }
  const record = recordIn(answer);
  if (answer.kind === "absent" || record?.kind !== "broken") return [];
  const better = txtLine(name, `v=TLSRPTv1; rua=mailto:tls-reports@${domain}`);
  const detail = `${record.why}: found ${answer.records.map(quoted).join(", ")}; publish ${better}`;
  return [{ kind: "tls-rpt-record-broken", subject: domain, detail }];
}

/** No series where no reports are asked for; a record that nobody understands harms no mail. */
function measure({ answer }: Facts, domain: string): readonly Sample[] {
  return recordIn(answer) === undefined ? [] : [dnsRecordOk(domain, "tls_rpt", true)];
}

function identities({ answer }: Facts, domain: string): readonly Observation[] {
  if (answer.kind === "failed") return [];
  const record = recordIn(answer);
  const value = record?.kind === "record" ? record.addresses.join(", ") : (record?.kind ?? "none");
  return [{ subject: domain, aspect: "tls-rpt", value: value.slice(0, 500) }];
}

function recordIn(answer: DnsAnswer<string>) {
  return answer.kind === "found" ? readTlsRptRecord(answer.records) : undefined;
}
