import type { FindingCatalogue } from "../../domain/finding.ts";

export const FINDINGS = {
  "blocklist-listed": {
    severity: "fail",
    title: "A blocklist that many receivers use lists what your mail carries",
    advice:
      "Find and stop the cause first (the list's own words are in the detail), then ask for removal with the link. Removal without a cure does not last.",
  },
  "blocklist-listed-minor": {
    severity: "warn",
    title: "A blocklist that few receivers use lists what your mail carries",
    advice:
      "Look for a cause: a leaked password, an infected machine, mail to old addresses. Most such entries expire by themselves once it has stopped.",
  },
  "blocklist-listed-policy": {
    severity: "warn",
    title: "Your address is on a list of addresses that should not send mail directly",
    advice:
      "This is about the kind of address, not about abuse. Give it a reverse name of your own, ask the provider to declare it a mail server's or use the list's link; or send through a relay.",
  },
  "blocklist-listed-relay": {
    severity: "warn",
    title: "An address or name of the relay that your mail goes through is on a blocklist",
    advice:
      "It is the relay's, not yours: asking for removal is up to them. Send them the detail; if it stays, ask for another pool of addresses, or change the relay.",
  },
  "blocklist-code-unknown": {
    severity: "unknown",
    title: "A blocklist answers with a code that we do not know",
    advice:
      "Look it up with the list: it may be an entry of a new kind. Please report the code, so that the catalogue learns it.",
  },
  "blocklist-unusable": {
    severity: "unknown",
    title: "A blocklist cannot be believed at present",
    advice:
      "Nothing is concluded from its answers. Refused: ask through a resolver of your own, or use a key. Rewritten: some resolver invents answers. Lists nothing or everything for days: the list has ended; put it under blocklists.disabled.",
    explainedBy: ["resolver-invents", "dns-unreachable"],
  },
  "blocklist-unanswered": {
    severity: "unknown",
    title: "A blocklist did not answer about something of yours",
    advice:
      "Its self-test passed and a question was lost: usually it answers the next time. If not, the resolver or the list is overloaded.",
    explainedBy: ["resolver-invents", "dns-unreachable"],
  },
} as const satisfies FindingCatalogue;

export type BlocklistFinding = keyof typeof FINDINGS;
