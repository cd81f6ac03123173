import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "dane-mismatch": {
    severity: "fail",
    title: "The TLSA records do not fit the mail server's certificate",
    advice:
      "Senders that know DANE refuse to deliver. Publish the record in the detail besides the present ones, and remove those once all caches have forgotten them.",
  },
  "dane-insecure": {
    severity: "warn",
    title: "TLSA records are published without DNSSEC",
    advice:
      "Nobody goes by them. Sign the zone that the mail server's name lies in, or remove them.",
  },
  "dane-unusable": {
    severity: "warn",
    title: "None of the TLSA records can be used for mail",
    advice:
      "Senders then demand TLS and verify nothing. For SMTP it has to be usage 3 or 2 (RFC 7672 §3.1.3); publish the record in the detail.",
  },
  "dane-undecided": {
    severity: "unknown",
    title: "DANE could not be looked at",
    advice:
      "The detail has the reason. Whether TLSA records are signed only a resolver that validates can tell: set one in dns.resolvers, on this machine or near it.",
    explainedBy: [...ZONE_FAULTS, "smtp-undecided"],
  },
} as const satisfies FindingCatalogue;

export type DaneFinding = keyof typeof FINDINGS;
