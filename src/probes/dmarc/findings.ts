import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";
import type { Fault } from "../domain-probe.ts";

export const FINDINGS = {
  "dmarc-missing": {
    severity: "fail",
    title: "No DMARC record applies to the domain in From",
    advice:
      "Publish the record in the detail: large receivers ask for one. p=none changes nothing for your mail and brings reports.",
    explainedBy: ["resolver-invents"],
  },
  "dmarc-several-records": {
    severity: "fail",
    title: "The domain has several DMARC records",
    advice:
      "Receivers then act as if there were none. Publish the record in the detail, and remove the others.",
  },
  "dmarc-syntax": {
    severity: "fail",
    title: "The DMARC record has no policy that receivers can read",
    advice:
      "Some take it for no record or for a broken one, and your mail does not pass DMARC there. Publish the record in the detail: with p=none it changes nothing else, and the policy comes when canaries and reports show that it can.",
  },
  "dmarc-tag-broken": {
    severity: "warn",
    title: "A part of the DMARC record cannot be read",
    advice: "Receivers pass over it. Publish the record in the detail, or mend what it names.",
  },
  "dmarc-unaligned": {
    severity: "fail",
    title: "Nothing that authenticates our mail belongs to the domain in From",
    advice:
      "DMARC fails however good SPF and DKIM are. Sign with d= the domain in From, or as the detail says.",
  },
  "dmarc-dkim-unaligned": {
    severity: "warn",
    title: "DMARC rests on SPF alone",
    advice:
      "No signature belongs to the domain in From, so forwarded mail fails DMARC. Sign with d= the domain in From, or as the detail says.",
  },
  "dmarc-no-reports": {
    severity: "warn",
    title: "The DMARC record asks for no reports",
    advice: "Publish the record in the detail, with a mailbox that you read.",
  },
  "dmarc-report-unauthorised": {
    severity: "warn",
    title: "A foreign mailbox has not agreed to take the DMARC reports",
    advice: "Receivers will not send them. The record in the detail must be published there.",
  },
  "dmarc-ready": {
    severity: "warn",
    title: "The DMARC policy can be enforced",
    advice:
      "All newest canaries pass DMARC and the policy still does nothing. Read the reports for senders that you have forgotten, then publish the record in the detail.",
  },
  "dmarc-subdomains-open": {
    severity: "warn",
    title: "Subdomains are protected less than the domain",
    advice:
      "Forgers take a subdomain, mostly one that does not exist. Publish the record in the detail.",
  },
  "dmarc-pct": {
    severity: "warn",
    title: "The DMARC record still says pct=",
    advice:
      "RFC 9989 removed it: receivers apply the policy to all mail. Publish the record in the detail.",
  },
  "dmarc-public-suffix": {
    severity: "warn",
    title: "The DMARC record says that the domain is a public suffix",
    advice:
      "psd=y is for registries: each name below is then an organisation of its own, and not aligned with yours. Publish the record in the detail.",
  },
  "dmarc-undecided": {
    severity: "unknown",
    title: "DMARC could not be judged",
    advice: "The DNS did not answer a question; the detail says which.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

type DmarcFinding = keyof typeof FINDINGS;

export type DmarcFault = Fault<DmarcFinding>;
