import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "caa-forbids-all": {
    severity: "warn",
    title: "CAA records let no authority issue certificates for the domain",
    advice:
      "A mail server of it has a certificate of an authority, and the renewal will be refused. Name the authority as in the detail.",
  },
  "caa-forbids-renewal": {
    severity: "warn",
    title: "CAA records do not let your authority renew a certificate",
    advice:
      "A mail server's certificate comes from an authority that the records do not name: the next renewal will be refused. Add the record in the detail, or get the certificate from an authority that is named.",
  },
  "caa-unknown-critical": {
    severity: "warn",
    title: "A CAA record demands something that authorities do not know",
    advice:
      "They have to refuse to issue (RFC 8659 §4.1), and renewals will fail. Mend the tag in the detail or set its flags to 0.",
  },
  "caa-malformed": {
    severity: "warn",
    title: "A CAA record is not well-formed",
    advice: "Authorities may refuse to issue, or ignore the record. Publish it as in the detail.",
  },
  "caa-undecided": {
    severity: "unknown",
    title: "The CAA records could not be looked up",
    advice:
      "The DNS did not answer; authorities that get no answer either refuse to issue. The detail says what was asked and what came back.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type CaaFinding = keyof typeof FINDINGS;
