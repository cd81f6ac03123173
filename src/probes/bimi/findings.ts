import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "bimi-record-broken": {
    severity: "warn",
    title: "The BIMI record is not understood",
    advice:
      "No mailbox shows your logo. Publish the record in the detail, LOGO being the https address of the picture, and in a= that of the certificate.",
  },
  "bimi-logo-broken": {
    severity: "warn",
    title: "The logo cannot be shown",
    advice:
      "It has to be an SVG Tiny PS of at most 32 KiB, served over https; mend what the detail names.",
  },
  "bimi-certificate-broken": {
    severity: "warn",
    title: "The logo's certificate cannot be used",
    advice:
      "Serve the mark certificate as PEM under the address in a=; mailboxes that want one do not show the logo.",
  },
  "bimi-certificate-expired": {
    severity: "warn",
    title: "The logo's certificate has expired",
    advice: "Renew the mark certificate and put it under the address in a=.",
  },
  "bimi-certificate-near-end": {
    severity: "warn",
    title: "The logo's certificate ends soon",
    advice: "Mark certificates are checked by hand and take weeks: order the next one now.",
  },
  "bimi-undecided": {
    severity: "unknown",
    title: "BIMI could not be looked at",
    advice: "The DNS or the web server did not answer; the detail says what came back.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type BimiFinding = keyof typeof FINDINGS;
