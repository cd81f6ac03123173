import type { FindingCatalogue } from "../../domain/finding.ts";

/** What a look at the published DKIM keys finds out. */
const KEY_FAULTS = [
  "dkim-key-mismatch",
  "dkim-key-missing",
  "dkim-key-revoked",
  "dkim-key-broken",
  "dkim-key-unusable",
  "dkim-several-keys",
];

/** What a look at the submission server finds out that keeps our own client away as well. */
const SUBMISSION_FAULTS = [
  "dns-unreachable",
  "tls-starttls-missing",
  "tls-handshake-failed",
  "tls-outdated",
  "tls-certificate-expired",
  "tls-certificate-early",
  "tls-certificate-name",
  "tls-certificate-untrusted",
];

export const CANARY_FINDINGS = {
  "canary-in-spam": {
    severity: "fail",
    title: "Mail is filed as spam",
    advice:
      "Open the canary on the page: read what the receiver wrote about SPF, DKIM and DMARC, and mend what did not pass. If all passed, look at the exit address's reputation and blocklists, and at what changed since the last canary in the inbox.",
  },
  "canary-missing": {
    severity: "fail",
    title: "Mail was accepted and never appeared",
    advice:
      "Look for the message in your server's log by its Message-ID: is it still queued, bounced, or delivered with a 250 from the receiver? If the receiver took it, it discards or quarantines your mail: ask its postmaster and quote its reply.",
  },
  "canary-late": {
    severity: "warn",
    title: "Mail arrives late",
    advice:
      "Look at your mail queue: a deferral with 4xx from the receiver is greylisting or a rate limit; its text says which.",
  },
  "own-server-refuses": {
    severity: "fail",
    title: "Your own server refuses the canary",
    advice:
      "Read the reply: wrong user or password, a sender address that the account may not use, or relaying that is not allowed. Mend the route in the config file or the server.",
  },
  "own-server-defers": {
    severity: "unknown",
    title: "Your own server does not take mail at the moment",
    advice:
      "Nothing could be measured. Check that the submission server runs, that its port is reachable and its certificate valid, and read the reply.",
    explainedBy: SUBMISSION_FAULTS,
  },
  "outcome-unknown": {
    severity: "unknown",
    title: "Nobody knows where the last canary went",
    advice:
      "Either the seed mailbox could not be read or the connection to your server broke in the middle of the hand-over. Mend that first; placement is not judged until then.",
    explainedBy: ["dns-unreachable", "seed-unreadable"],
  },
  "spf-failed-at-receiver": {
    severity: "fail",
    title: "The receiver says that SPF failed",
    advice:
      "The address that mail left from must be listed in the SPF record of the envelope domain, IPv6 included. A forwarder on the way to the seed breaks SPF too.",
    explainedBy: [
      "spf-missing",
      "spf-several-records",
      "spf-syntax",
      "spf-include-broken",
      "spf-too-many-lookups",
      "spf-too-many-void-lookups",
      "spf-exit-not-covered",
    ],
  },
  "dkim-failed-at-receiver": {
    severity: "fail",
    title: "The receiver says that DKIM failed",
    advice:
      "The key that is published must be the one that signs, and nothing may change the message after it was signed.",
    explainedBy: KEY_FAULTS,
  },
  "dmarc-failed-at-receiver": {
    severity: "fail",
    title: "The receiver says that DMARC failed",
    advice:
      "SPF or DKIM must pass for a domain that matches the one in From (RFC 9989): mend the one in the detail that should have.",
    explainedBy: [
      "dmarc-syntax",
      "dmarc-unaligned",
      "broken-in-transit",
      "signature-mismatch",
      "dkim-failed-at-receiver",
      "spf-failed-at-receiver",
    ],
  },
  "broken-in-transit": {
    severity: "fail",
    title: "The message was changed after it was signed",
    advice:
      "The body that was signed is not the body that arrived. Look for a relay, filter or disclaimer that alters mail after signing, and sign last.",
  },
  "signature-mismatch": {
    severity: "fail",
    title: "The DKIM signature does not fit the published key",
    advice:
      "The body is as it was signed, but the signature is not by the key in DNS: compare the published key with your signer's. If they are the same, a relay changes headers after signing.",
    explainedBy: KEY_FAULTS,
  },
  "receiver-disagrees": {
    severity: "warn",
    title: "The receiver says that DKIM failed, but the signature is valid",
    advice:
      "As the message lies in the mailbox, its signature verifies. The receiver may have had an old key or a DNS time-out: check that all your name servers answer with the same key, and wait for the next canary.",
  },
  "exit-changed": {
    severity: "warn",
    title: "Mail leaves from a new address",
    advice:
      "If you did not move the server, find out which relay or interface took over. Make sure that SPF covers the new address and that it has a reverse name.",
  },
} as const satisfies FindingCatalogue;

export type CanaryFinding = keyof typeof CANARY_FINDINGS;
