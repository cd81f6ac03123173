import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "smtp-open-relay": {
    severity: "fail",
    title: "The mail server relays mail of strangers",
    advice:
      "Anybody can send spam through it, and blocklists will have it within hours. Refuse recipients of other domains (Postfix: smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination). If the machine that Mailcanary runs on is in mynetworks, it is no stranger: then look from elsewhere.",
  },
  "smtp-relay-undecided": {
    severity: "unknown",
    title: "Whether the mail server relays mail of strangers could not be told",
    advice:
      "It takes such mail from a private address of the machine that Mailcanary runs on: as one of its own networks, which is fine, or from anybody. Look from a machine elsewhere (mailcanary check with the same config file), or take the networks that need not send without a login out of mynetworks.",
  },
  "smtp-name-mismatch": {
    severity: "warn",
    title: "The mail server calls itself by a name that is not its own",
    advice:
      "The name in the greeting and in the answer to EHLO should be the one in the MX record, in the config file or in reverse DNS (Postfix: myhostname).",
  },
  "smtp-vrfy-answers": {
    severity: "warn",
    title: "The mail server tells which addresses exist",
    advice: "Spammers ask it with VRFY. Switch that off (Postfix: disable_vrfy_command = yes).",
  },
  "smtp-slow": {
    severity: "warn",
    title: "The mail server answers slowly",
    advice:
      "Some senders give up. Look at its load, and at what it waits for: slow DNS lists and filters mostly.",
  },
  "smtp-undecided": {
    severity: "unknown",
    title: "The mail server could not be talked to",
    advice:
      "The detail has the reason. Many networks block outgoing port 25: then look from another place, for instance from the mail server itself.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type SmtpFinding = keyof typeof FINDINGS;
