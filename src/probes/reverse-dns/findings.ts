import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "ptr-missing": {
    severity: "fail",
    title: "An address that mail leaves from has no reverse name",
    advice:
      "Large receivers reject such mail. Reverse names are set by whoever gave you the address: look for reverse DNS, PTR or rDNS in your provider's panel.",
    explainedBy: ["resolver-invents"],
  },
  "ptr-unconfirmed": {
    severity: "fail",
    title: "A reverse name does not lead back to its address",
    advice:
      "Receivers trust a reverse name only where its A or AAAA record names the address again (RFC 1912 §2.1). Publish the record in the detail.",
    explainedBy: ["resolver-invents", "mx-no-target"],
  },
  "ptr-generic": {
    severity: "warn",
    title: "The reverse name is one that the provider gives to everybody",
    advice:
      "Some receivers take such addresses for those of infected home computers. Set the reverse name to your mail server's own.",
  },
  "ptr-helo-mismatch": {
    severity: "warn",
    title: "The mail server greets with another name than its reverse name",
    advice:
      "Some receivers take that for a forged greeting. Let the reverse name, the HELO name and the host's A or AAAA records agree, in one of the ways in the detail.",
  },
  "ptr-guess": {
    severity: "warn",
    title: "The reverse name of an address that mail may leave from is not in order",
    advice:
      "That mail leaves there is a guess. Name the addresses that it does leave from with --exit, or let canaries show them; if this is one of them, do as the detail says.",
    explainedBy: ["resolver-invents", "mx-no-target"],
  },
  "ptr-former-exit": {
    severity: "warn",
    title: "Mail left days ago from an address whose reverse name is not in order",
    advice:
      "If you moved away from it, all is well and the finding ends within a week. If mail still leaves there now and then, do as the detail says.",
    explainedBy: ["resolver-invents", "mx-no-target"],
  },
  "ptr-exit-not-public": {
    severity: "unknown",
    title: "No public address was seen leaving",
    advice:
      "Receivers wrote down private addresses only, which have no reverse names. Add a seed at a provider outside your own network.",
  },
  "ptr-undecided": {
    severity: "unknown",
    title: "Reverse names could not be looked up",
    advice: "The DNS did not answer; the detail says what was asked and what came back.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type ReverseDnsFinding = keyof typeof FINDINGS;
