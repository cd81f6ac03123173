import type { FindingCatalogue } from "../../domain/finding.ts";

export const FINDINGS = {
  "dnssec-broken": {
    severity: "fail",
    title: "The domain's DNSSEC is broken",
    advice:
      "For every validating resolver the domain does not exist: no mail arrives, and SPF, DKIM and DMARC of yours cannot be looked up. Sign the zone with a key that the DS record at the registrar names, or have the DS record removed.",
  },
  "dnssec-expired": {
    severity: "fail",
    title: "The domain's DNSSEC signatures have expired",
    advice:
      "For every validating resolver the domain does not exist. Sign the zone anew (BIND: rndc sign ZONE, Knot: knotc zone-sign ZONE) and see why that does not happen by itself: a stopped signer, a secondary that fetches no zone, a clock that is wrong.",
  },
  "dnssec-expiring": {
    severity: "warn",
    title: "The domain's DNSSEC signatures are about to expire",
    advice:
      "A signer renews them long before: see whether it still runs, and whether the secondaries fetch the zone.",
  },
  "dnssec-not-delegated": {
    severity: "warn",
    title: "The domain is signed, but nobody can know",
    advice:
      "Its parent has no DS record, so that resolvers do not validate. Give your registrar the DS record (with BIND: dnssec-dsfromkey).",
  },
  "dnssec-undecided": {
    severity: "unknown",
    title: "DNSSEC could not be looked at",
    advice: "The DNS did not answer; the detail says what was asked and what came back.",
    explainedBy: ["dns-unreachable", "resolver-invents", "name-servers-undecided"],
  },
} as const satisfies FindingCatalogue;

export type DnssecFinding = keyof typeof FINDINGS;
