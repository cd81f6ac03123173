import type { TlsLook } from "../../domain/tls.ts";
import { type Certificate, readCertificate } from "../../mail/certificate.ts";
import { SMTP_PORT } from "../../mail/exchanger-looks.ts";
import { isUsable, matches, type Tlsa, tlsaLine } from "../../mail/tlsa.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { DaneFinding } from "./findings.ts";
import type { Facts, HostFacts } from "./observe.ts";

/** RFC 7672. Hosts without TLSA records have not set it up: nothing is found. */
export function judge(facts: Facts): readonly Fault<DaneFinding>[] {
  return [
    ...facts.troubles.map((detail) => fault("dane-undecided", detail)),
    ...facts.hosts.flatMap((host) =>
      judgeHost(host, facts).map(({ kind, detail }) => fault(kind, `${host.host}: ${detail}`)),
    ),
  ];
}

function judgeHost({ host, tlsa, looks }: HostFacts, facts: Facts): readonly Fault<DaneFinding>[] {
  if (tlsa.kind === "failed") return [fault("dane-undecided", `TLSA: ${tlsa.detail}`)];
  if (tlsa.kind === "absent") return [];
  if (!tlsa.authenticated) return [judgeInsecure(facts.validates)];
  if (!tlsa.records.some(isUsable)) {
    const found = tlsa.records.map(described).join(", ");
    const lines = [...new Set(looks.flatMap(({ look }) => lineFor(host, chainOf(look))))];
    const publish =
      lines.length === 0 ? "usage 3 1 1 fits every server" : `publish ${lines.join(" and ")}`;
    return [fault("dane-unusable", `found ${found}; ${publish}`)];
  }
  const complaints = looks.flatMap(({ address, look }) => {
    const complaint = complaintAbout(look, host, tlsa.records, facts.now);
    return complaint === undefined ? [] : [{ ...complaint, address }];
  });
  const alike = Map.groupBy(complaints, ({ kind, detail }) => `${kind} ${detail}`);
  return [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const addresses = [first, ...more].map(({ address }) => address).join(", ");
    return [fault(first.kind, `${addresses}: ${first.detail}`)];
  });
}

function complaintAbout(
  look: TlsLook,
  host: string,
  records: readonly Tlsa[],
  now: number,
): Fault<DaneFinding> | undefined {
  if (look.kind === "failed") return fault("dane-undecided", `${look.detail} (${look.why})`);
  // That there is no TLS at all, the TLS probe says.
  if (look.kind !== "seen") return undefined;
  const chain = chainOf(look);
  // One fits: the others are for the certificate before or after (RFC 7671 §8.1).
  if (records.some((record) => matches(record, chain, host, now))) return undefined;
  const found = records.map(described).join(", ");
  const publish = lineFor(host, chain).map((line) => `; publish ${line}`);
  return fault("dane-mismatch", `found ${found}${publish.join("")}`);
}

function chainOf(look: TlsLook): readonly Certificate[] {
  const chain = look.kind === "seen" ? look.session.chain : [];
  return chain.flatMap((der) => readCertificate(der) ?? []);
}

/** The record that fits the server's own certificate, where it shows one. */
function lineFor(host: string, [leaf]: readonly Certificate[]): readonly string[] {
  const line = leaf && tlsaLine(host, SMTP_PORT, leaf);
  return line === undefined ? [] : [line];
}

function judgeInsecure(validates: boolean | undefined): Fault<DaneFinding> {
  return validates === true
    ? fault("dane-insecure", "the resolver validates, and says nothing about them")
    : fault("dane-undecided", "there are TLSA records, and the resolver does not validate DNSSEC");
}

function described({ usage, selector, matchingType, data }: Tlsa): string {
  return `${usage} ${selector} ${matchingType} ${data.slice(0, 16)}...`;
}
