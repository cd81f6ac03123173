import {
  entries,
  inZone,
  lost,
  policy,
  records,
  rewriting,
  signaturesExpired,
  together,
} from "./posture-faults.ts";
import { OWN, OWN_NAME_SERVER, RESOLVER, TOP, WATCH } from "./posture-names.ts";
import type { Row } from "./posture-row.ts";
import { policyText } from "./posture-servers.ts";
import { reverseName } from "./posture-zones.ts";

const { domain, address } = OWN;

/** What else the DNS says of the domain and its mail server, and who answers for it. */
export const DNS_ROWS: readonly Row[] = [
  {
    fault: "MX record removed",
    begin: records("@ MX"),
    findings: [`mx-missing: ${domain}`],
    recordOk: { mx: 0 },
  },
  {
    fault: "address records of the mail server removed",
    begin: records("mail A"),
    findings: [`mx-no-target: ${domain}`],
    recordOk: { mx: 0, ptr: 0 },
    canaryEnds: false,
  },
  {
    fault: "signatures of the zone expired",
    begin: signaturesExpired(),
    findings: [`dnssec-expired: ${domain}`],
    recordOk: { dnssec: 0, spf: undefined, dkim: undefined },
    canaryEnds: false,
  },
  {
    fault: "PTR record removed",
    begin: inZone("18.198.in-addr.arpa", reverseName(address), []),
    findings: [`ptr-missing: ${domain}`],
    recordOk: { ptr: 0 },
  },
  {
    fault: "PTR record of the IPv6 exit removed",
    begin: inZone("2.0.0.0.1.0.0.2.ip6.arpa", reverseName(OWN.ipv6), []),
    findings: [`ptr-missing: ${domain}`],
    recordOk: { ptr: 0 },
  },
  {
    fault: "PTR record as the provider gives it to everybody",
    begin: together(
      entries(TOP, `198-18-10-25.pool.provider A ${address}`),
      inZone("18.198.in-addr.arpa", reverseName(address), [
        `${reverseName(address)}. PTR 198-18-10-25.pool.provider.${TOP}.`,
      ]),
    ),
    findings: [`ptr-generic: ${domain}`],
    recordOk: { ptr: 1 },
  },
  {
    fault: "TLSA record that does not fit",
    begin: records("_25._tcp", `_25._tcp.mail TLSA 3 1 1 ${"ab".repeat(32)}`),
    findings: [`dane-mismatch: ${domain}`],
    recordOk: { dane: 0, mx: 1 },
  },
  {
    fault: "MX record that the MTA-STS policy does not cover",
    begin: policy(policyText(`mx.${domain}`)),
    findings: [`mta-sts-mx-not-covered: ${domain}`],
    recordOk: { mta_sts: 0, mx: 1 },
  },
  {
    fault: "resolver that rewrites what does not exist",
    begin: rewriting("198.18.7.7"),
    findings: [`resolver-invents: ${RESOLVER}`],
    unusable: { list: "psbl", reason: "rewritten" },
  },
  {
    fault: "name servers of the domain silent",
    begin: lost("names", `ip saddr ${OWN_NAME_SERVER}`),
    findings: [`name-servers-undecided: ${domain}`],
    recordOk: { spf: undefined, dkim: undefined, dmarc: undefined, mx: undefined },
    canaryEnds: false,
  },
  {
    fault: "resolver silent",
    begin: lost("resolver", `ip daddr ${WATCH[0]} udp sport 53`),
    findings: ["dns-unreachable: dns"],
    recordOk: { spf: undefined, dkim: undefined, dmarc: undefined, mx: undefined },
    canaryEnds: false,
  },
];
