import type { Finding } from "../../domain/finding.ts";
import { readCertificate } from "../../mail/certificate.ts";
import { isUsable, matches, type Tlsa, tlsaLine } from "../../mail/tlsa.ts";
import type { DaneFinding } from "./findings.ts";
import { type Facts, type HostFacts, SMTP_PORT } from "./observe.ts";

/** RFC 7672. Hosts without TLSA records have not set it up: nothing is found. */
export function judge(facts: Facts, domain: string): readonly Finding<DaneFinding>[] {
  const found = (kind: DaneFinding, detail: string) => ({ kind, subject: domain, detail });
  return [
    ...facts.troubles.map((detail) => found("dane-undecided", detail)),
    ...facts.hosts.flatMap((host) =>
      judgeHost(host, facts).map(({ kind, detail }) => found(kind, `${host.host}: ${detail}`)),
    ),
  ];
}

interface Complaint {
  readonly kind: DaneFinding;
  readonly detail: string;
}

function judgeHost({ host, tlsa, looks }: HostFacts, facts: Facts): readonly Complaint[] {
  if (tlsa.kind === "failed") return [{ kind: "dane-undecided", detail: `TLSA: ${tlsa.detail}` }];
  if (tlsa.kind === "absent") return [];
  if (!tlsa.authenticated) return [judgeInsecure(facts.validates)];
  if (!tlsa.records.some(isUsable)) {
    const detail = tlsa.records.map(described).join(", ");
    return [{ kind: "dane-unusable", detail: `found ${detail}; usage 3 1 1 fits every server` }];
  }
  return looks.flatMap(({ address, look }): Complaint[] => {
    if (look.kind === "failed") {
      return [{ kind: "dane-undecided", detail: `${address}: ${look.detail} (${look.why})` }];
    }
    // That there is no TLS at all, the TLS probe says.
    if (look.kind !== "seen") return [];
    const chain = look.session.chain.flatMap((der) => readCertificate(der) ?? []);
    // One fits: the others are for the certificate before or after (RFC 7671 §8.1).
    if (tlsa.records.some((record) => matches(record, chain, host, facts.now))) return [];
    const line = chain[0] && tlsaLine(host, SMTP_PORT, chain[0]);
    const found = tlsa.records.map(described).join(", ");
    const publish = line === undefined ? "" : `; publish ${line}`;
    return [{ kind: "dane-mismatch", detail: `${address}: found ${found}${publish}` }];
  });
}

function judgeInsecure(validates: boolean | undefined): Complaint {
  return validates === true
    ? { kind: "dane-insecure", detail: "the resolver validates, and says nothing about them" }
    : {
        kind: "dane-undecided",
        detail: "there are TLSA records, and the resolver does not validate DNSSEC",
      };
}

function described({ usage, selector, matchingType, data }: Tlsa): string {
  return `${usage} ${selector} ${matchingType} ${data.slice(0, 16)}...`;
}
