import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "mx-missing": {
    severity: "fail",
    title: "Nobody can mail the domain",
    advice:
      "It has neither MX nor address records: answers and bounces go nowhere, and many receivers reject mail from such a domain. Publish the record in the detail.",
    explainedBy: ["resolver-invents"],
  },
  "mx-no-target": {
    severity: "fail",
    title: "No mail server that the MX records name has an address",
    advice: "Publish A (and AAAA) records for the hosts in the detail, or mend their spelling.",
    explainedBy: ["resolver-invents"],
  },
  "mx-target-unresolved": {
    severity: "warn",
    title: "A mail server that the MX records name has no address",
    advice: "Publish its A (and AAAA) record or remove the MX record in the detail.",
    explainedBy: ["resolver-invents"],
  },
  "mx-target-invalid": {
    severity: "fail",
    title: "An MX record names something that is no host",
    advice: "An MX record names a host, never an address. Publish the records in the detail.",
  },
  "mx-target-is-alias": {
    severity: "warn",
    title: "An MX record names an alias",
    advice:
      "A CNAME must not stand behind MX (RFC 2181 §10.3), and some servers refuse to deliver to it. Publish the record in the detail.",
  },
  "mx-null": {
    severity: "warn",
    title: "The domain says that it takes no mail",
    advice:
      "With a null MX (RFC 7505) answers and bounces are lost, and receivers may reject mail from the domain. Publish a real MX record, or send from a domain that takes mail.",
  },
  "mx-null-among-others": {
    severity: "fail",
    title: "The domain says that it takes no mail and names mail servers all the same",
    advice: "Remove the record in the detail (RFC 7505 §3).",
  },
  "mx-implicit": {
    severity: "warn",
    title: "The domain has no MX record",
    advice:
      "Servers fall back to its address (RFC 5321 §5.1), but some receivers distrust such senders. Publish the record in the detail.",
  },
  "mx-half-reachable": {
    severity: "warn",
    title: "The domain's mail servers have IPv6 addresses only",
    advice: "Much of the internet's mail comes from servers without IPv6. Publish an A record.",
  },
  "mx-undecided": {
    severity: "unknown",
    title: "Where mail for the domain goes could not be found out",
    advice:
      "The DNS did not answer, or not as it does to others; the detail says what was asked and what came back.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type MxFinding = keyof typeof FINDINGS;
