import { MINUTE } from "../../domain/duration.ts";
import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";
import type { Observation } from "../../domain/result.ts";
import { ask, type Asked, failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { mendedAddresses, readTlsRptRecord } from "../../mail/tls-rpt.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { defineDomainProbe, type DomainTarget, fault, type Fault } from "../domain-probe.ts";

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

type Facts = Asked<string>;

/** Where reports about TLS are asked for: can the record be read (RFC 8460)? */
export const tlsRpt = defineDomainProbe<DomainTarget, Facts, TlsRptFinding>({
  name: "tls-rpt",
  timeoutMs: MINUTE,
  targets: ({ routes }) => repliedDomains(routes).map((domain) => ({ domain })),
  observe: ({ domain }, { dns }, signal) => ask(dns, `_smtp._tls.${domain}`, "TXT", signal),
  findings: FINDINGS,
  judge,
  // A record that nobody understands harms no mail.
  record: { name: "tls_rpt", isThere: (facts) => recordIn(facts) !== undefined },
  identities,
});

function judge(asked: Facts, { domain }: DomainTarget): readonly Fault<TlsRptFinding>[] {
  const unknown = failuresOf([asked]);
  if (unknown !== undefined) return [fault("tls-rpt-undecided", unknown)];
  const record = recordIn(asked);
  if (record?.kind !== "broken") return [];
  const found = recordsOf(asked).map(quoted).join(", ");
  const meant = mendedAddresses(recordsOf(asked));
  const rua = meant.length === 0 ? `mailto:tls-reports@${domain}` : meant.join(",");
  const better = txtLine(asked.name, `v=TLSRPTv1; rua=${rua}`);
  return [fault("tls-rpt-record-broken", `${record.why}: found ${found}; publish ${better}`)];
}

/** Nothing while the DNS does not answer: that is no change. */
function identities(asked: Facts, { domain }: DomainTarget): readonly Observation[] {
  if (asked.answer.kind === "failed") return [];
  const record = recordIn(asked);
  const value = record?.kind === "record" ? record.addresses.join(", ") : (record?.kind ?? "none");
  return [{ subject: domain, aspect: "tls-rpt", value: value.slice(0, 500) }];
}

function recordIn(asked: Facts) {
  return readTlsRptRecord(recordsOf(asked));
}
