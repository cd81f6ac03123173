import { createDkimKey } from "./domains.ts";
import { entries, records, rotatedTo, together } from "./posture-faults.ts";
import { OWN } from "./posture-names.ts";
import type { Row } from "./posture-row.ts";
import { characterStrings, SPF } from "./posture-zones.ts";

const { domain, address } = OWN;
const ELEVEN = Array.from({ length: 11 }, (_, index) => `host${index + 1}`);

/** What the domain publishes about who may send. */
export const SENDER_ROWS: readonly Row[] = [
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
    fault: "SPF record over the limit behind the exits",
    begin: together(
      records(
        '@ TXT "v=spf1',
        `@ TXT ${characterStrings(elevenLookups(SPF.replace(" -all", "")))}`,
      ),
      entries(domain, ...ELEVEN.map((name) => `${name} A ${address}`)),
    ),
    findings: [`spf-over-limit-behind: ${domain}`],
    recordOk: { spf: 1 },
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
    fault: "DMARC record with a policy that nobody knows",
    begin: records("_dmarc", `_dmarc TXT "v=DMARC1; p=block; rua=mailto:dmarc@${domain}"`),
    findings: [`dmarc-syntax: ${domain}`],
    recordOk: { dmarc: 0 },
  },
  {
    fault: "DMARC record with a mailbox that is none",
    begin: records("_dmarc", `_dmarc TXT "v=DMARC1; p=reject; adkim=strict; rua=dmarc@${domain}"`),
    findings: [`dmarc-tag-broken: ${domain}`],
    recordOk: { dmarc: 1 },
  },
  {
    fault: "two DMARC records",
    begin: records("_dmarc", ...["none", "reject"].map((p) => `_dmarc TXT "v=DMARC1; p=${p}"`)),
    findings: [`dmarc-several-records: ${domain}`],
    recordOk: { dmarc: 0 },
  },
];

/** Ten may be. */
function elevenLookups(start = "v=spf1"): string {
  return `${start} ${ELEVEN.map((name) => `a:${name}.${domain}`).join(" ")} ip6:${OWN.ipv6} -all`;
}
