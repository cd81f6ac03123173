import { createDkimKey } from "./domains.ts";
import {
  certificate,
  entries,
  EVERY_SUITE,
  type Fault,
  inZone,
  lost,
  policy,
  postfix,
  records,
  refused,
  rewriting,
  rotatedTo,
  signaturesExpired,
  together,
  weakDiffieHellman,
} from "./posture-faults.ts";
import { OWN, OWN_NAME_SERVER, RESOLVER, TOP, WATCH } from "./posture-names.ts";
import { policyText } from "./posture-servers.ts";
import { characterStrings, reverseName, SPF } from "./posture-zones.ts";

/** A fault, and all that the daemon may say about it. */
export interface Row {
  readonly fault: string;
  readonly begin: Fault;
  /** `kind: subject`. */
  readonly findings: readonly string[];
  /** False: no canary can end while the fault lasts. */
  readonly canaryEnds?: boolean;
  /** Parts of series, `record="spf"`, each with its value; undefined: there is no such series. */
  readonly recordOk?: Readonly<Record<string, number | undefined>>;
  /** A list and the reason why it is not believed. */
  readonly unusable?: { readonly list: string; readonly reason: string };
}

const { domain, hostname, address } = OWN;
const ELEVEN = Array.from({ length: 11 }, (_, index) => `host${index + 1}`);
const SUBMISSION = `${hostname}:587`;

const IN_THE_DNS: readonly Row[] = [
  {
    fault: "SPF record removed",
    begin: records('@ TXT "v=spf1'),
    findings: [`spf-missing: ${domain}`],
    recordOk: { spf: 0, dkim: 1, dmarc: 1 },
  },
  {
    fault: "SPF record with an eleventh lookup",
    begin: together(
      records('@ TXT "v=spf1', `@ TXT ${characterStrings(elevenLookups())}`),
      entries(domain, ...ELEVEN.map((name) => `${name} A ${address}`)),
    ),
    findings: [`spf-too-many-lookups: ${domain}`],
    recordOk: { spf: 0 },
  },
  {
    fault: "SPF record without the IPv6 exit",
    begin: records('@ TXT "v=spf1', `@ TXT "v=spf1 ip4:${address} -all"`),
    findings: [`spf-exit-not-covered: ${domain}`],
    recordOk: { spf: 0 },
  },
  {
    fault: "two SPF records",
    begin: records('@ TXT "v=spf1', `@ TXT "${SPF}"`, '@ TXT "v=spf1 -all"'),
    findings: [`spf-several-records: ${domain}`],
    recordOk: { spf: 0 },
  },
  {
    fault: "SPF record that lets everybody send",
    begin: records('@ TXT "v=spf1', '@ TXT "v=spf1 +all"'),
    findings: [`spf-allows-all: ${domain}`],
    recordOk: { spf: 0 },
  },
  {
    fault: "DKIM key revoked",
    begin: records("lab._domainkey", 'lab._domainkey TXT "v=DKIM1; p="'),
    findings: [`dkim-key-revoked: ${domain}`],
    recordOk: { dkim: 0, spf: 1 },
  },
  {
    fault: "DKIM key removed",
    begin: records("lab._domainkey"),
    findings: [`dkim-key-missing: ${domain}`],
    recordOk: { dkim: 0, spf: 1 },
  },
  {
    fault: "another DKIM key published than the one that signs",
    begin: records(
      "lab._domainkey",
      `lab._domainkey TXT ${characterStrings(createDkimKey().record)}`,
    ),
    findings: [`dkim-key-mismatch: ${domain}`],
    recordOk: { dkim: 0 },
  },
  {
    fault: "DKIM key rotated, the old one still published",
    begin: rotatedTo("next", { isOldWithdrawn: false }),
    findings: [`dkim-rotation: ${domain}`],
    recordOk: { dkim: 1 },
  },
  {
    fault: "DKIM key rotated, the old one withdrawn",
    begin: rotatedTo("next", { isOldWithdrawn: true }),
    findings: [`dkim-rotated: ${domain}`],
    recordOk: { dkim: 1 },
  },
  {
    fault: "DMARC record removed",
    begin: records("_dmarc"),
    findings: [`dmarc-missing: ${domain}`],
    recordOk: { dmarc: 0, spf: 1, dkim: 1 },
  },
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
    recordOk: { mx: 0 },
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
];

const ON_LISTS: readonly Row[] = [
  {
    fault: "exit address listed",
    begin: entries(
      "zen.spamhaus.org",
      `${namedIn(address)} A 127.0.0.2`,
      `${namedIn(address)} TXT "https://check.spamhaus.org/sbl/query/SBL1"`,
    ),
    findings: [`blocklist-listed: ${address}`],
  },
  {
    fault: "IPv6 exit listed",
    begin: entries("zen.spamhaus.org", `${namedIn(OWN.ipv6)} A 127.0.0.3`),
    findings: [`blocklist-listed: ${OWN.ipv6}`],
  },
  {
    fault: "domain listed",
    begin: entries("dbl.spamhaus.org", `${domain} A 127.0.1.2`, `*.${domain} A 127.0.1.2`),
    findings: [`blocklist-listed: ${domain}`],
  },
  {
    fault: "list without any entry",
    begin: inZone("psbl.surriel.com", "2.0.0.127", []),
    findings: ["blocklist-unusable: psbl"],
    unusable: { list: "psbl", reason: "lists-nothing" },
  },
  {
    fault: "list with everything in it",
    begin: entries("psbl.surriel.com", "* A 127.0.0.2"),
    findings: ["blocklist-unusable: psbl"],
    unusable: { list: "psbl", reason: "lists-everything" },
  },
  {
    fault: "list that refuses our resolver by a code",
    begin: inZone("zen.spamhaus.org", "2.0.0.127", ["* A 127.255.255.254"]),
    findings: ["blocklist-unusable: spamhaus-zen"],
    unusable: { list: "spamhaus-zen", reason: "refuses-us" },
  },
  {
    fault: "list whose name server refuses",
    begin: refused("psbl.surriel.com"),
    findings: ["blocklist-unusable: psbl"],
    unusable: { list: "psbl", reason: "servfail" },
  },
];

const IN_TLS: readonly Row[] = [
  {
    fault: "certificate of the MX expired",
    begin: certificate("mx", { isExpired: true }),
    findings: [`tls-certificate-expired: ${domain}`],
  },
  {
    fault: "certificate of the submission server expired",
    begin: certificate("submission", { isExpired: true }),
    findings: [`tls-certificate-expired: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "certificate of the submission server with another name",
    begin: certificate("submission", { name: `www.${domain}` }),
    findings: [`tls-certificate-name: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "certificate of the MX with another name, under an MTA-STS policy",
    begin: certificate("mx", { name: `www.${domain}` }),
    findings: [`mta-sts-certificate: ${domain}`],
  },
  {
    fault: "certificate of the MX with another name, and nobody has promised a good one",
    begin: together(
      records("_mta-sts"),
      records("_25._tcp"),
      certificate("mx", { name: `www.${domain}` }),
    ),
    findings: [`tls-mx-certificate-unverified: ${domain}`],
    recordOk: { mta_sts: undefined, dane: undefined },
  },
  {
    fault: "certificate of the web server with the MTA-STS policy expired",
    begin: certificate("policy", { isExpired: true }),
    findings: [`mta-sts-policy-broken: ${domain}`],
  },
  {
    fault: "certificate of the MX with another key than the TLSA record's",
    begin: certificate("mx", { isRekeyed: true }),
    findings: [`dane-mismatch: ${domain}`],
  },
  {
    fault: "certificate of the submission server by an authority that nobody knows",
    begin: certificate("submission", { isUntrusted: true }),
    findings: [`tls-certificate-untrusted: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "certificate that must be stapled",
    begin: certificate("mx", { mustStaple: true }),
    findings: [`tls-staple-missing: ${domain}`],
  },
  {
    fault: "TLS 1.0 only",
    begin: postfix("smtpd_tls_protocols=TLSv1", EVERY_SUITE),
    findings: [`tls-outdated: ${domain}`],
  },
  {
    fault: "Diffie-Hellman with too small a group",
    begin: weakDiffieHellman(),
    findings: [`tls-weak-dh: ${domain}`],
  },
  {
    fault: "STARTTLS stripped on the way to the MX",
    begin: postfix("smtp/inet/smtpd_discard_ehlo_keywords=starttls"),
    findings: [`tls-starttls-missing: ${domain}`],
  },
  {
    fault: "STARTTLS stripped on the way to the submission server",
    begin: postfix("submission/inet/smtpd_discard_ehlo_keywords=starttls"),
    findings: [`tls-starttls-missing: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "AUTH offered in the clear",
    begin: postfix("smtp/inet/smtpd_sasl_auth_enable=yes"),
    findings: [`tls-auth-in-clear: ${domain}`],
  },
  {
    fault: "open relay",
    begin: postfix(
      "smtp/inet/mynetworks=0.0.0.0/0",
      "smtp/inet/smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination",
    ),
    findings: [`smtp-open-relay: ${domain}`],
  },
];

const OF_THE_RESOLVER: readonly Row[] = [
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

export const ROWS: readonly Row[] = [...IN_THE_DNS, ...ON_LISTS, ...IN_TLS, ...OF_THE_RESOLVER];

/** The name of an address in a blocklist (RFC 5782 §2.1 and §2.4). */
function namedIn(ip: string): string {
  return reverseName(ip).replace(/\.(?:in-addr|ip6)\.arpa$/, "");
}

/** Ten may be. */
function elevenLookups(): string {
  return `v=spf1 ${ELEVEN.map((name) => `a:${name}.${domain}`).join(" ")} ip6:${OWN.ipv6} -all`;
}
