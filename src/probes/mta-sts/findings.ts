import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "mta-sts-mx-not-covered": {
    severity: "fail",
    title: "The MTA-STS policy forbids mail to one of the domain's mail servers",
    advice:
      "With mode: enforce senders refuse to deliver there. Serve the policy in the detail, and then publish the record in it: only a new id makes senders look again.",
  },
  "mta-sts-mx-not-listed": {
    severity: "warn",
    title: "The MTA-STS policy leaves out one of the domain's mail servers",
    advice:
      "Senders only report it while mode is testing; with enforce they would refuse. Serve the policy in the detail, and then publish the record in it: only a new id makes senders look again.",
  },
  "mta-sts-certificate": {
    severity: "fail",
    title: "A mail server does not fulfil the MTA-STS policy",
    advice:
      "With mode: enforce senders refuse to deliver to a server without TLS or with a certificate that is not trusted or has another name. Mend the certificate; until then set mode: testing and change the id in the record.",
  },
  "mta-sts-record-broken": {
    severity: "warn",
    title: "The MTA-STS record is not understood",
    advice: "Senders act as if there were no policy. Publish the record in the detail.",
  },
  "mta-sts-policy-broken": {
    severity: "warn",
    title: "The MTA-STS policy cannot be used",
    advice:
      "Senders act as if there were no policy, once what they remember has run out. It has to be served with status 200, without redirect, under a certificate made out to mta-sts.DOMAIN.",
  },
  "mta-sts-content-type": {
    severity: "warn",
    title: "The MTA-STS policy is not served as text/plain",
    advice:
      "Senders may refuse a policy of another type, since it could be somebody's upload. Let the web server send Content-Type: text/plain for it.",
  },
  "mta-sts-max-age-short": {
    severity: "warn",
    title: "The MTA-STS policy is forgotten within a day",
    advice:
      "It protects as long as senders remember it. Set max_age to 604800 (a week) or more, and change the id in the record.",
  },
  "mta-sts-id-unchanged": {
    severity: "warn",
    title: "The MTA-STS policy has changed and the id in the record has not",
    advice:
      "Senders go by the old policy until it runs out, since only a new id makes them look again. Publish the record in the detail.",
  },
  "mta-sts-undecided": {
    severity: "unknown",
    title: "MTA-STS could not be looked at",
    advice: "The DNS or the web server did not answer; the detail says what came back.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type MtaStsFinding = keyof typeof FINDINGS;
