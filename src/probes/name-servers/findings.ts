import type { FindingCatalogue } from "../../domain/finding.ts";

export const FINDINGS = {
  "name-server-unresolved": {
    severity: "warn",
    title: "A name server of the domain has no address",
    advice: "Publish its A (and AAAA) record, or remove it at your registrar and from the zone.",
    explainedBy: ["resolver-invents"],
  },
  "name-server-silent": {
    severity: "warn",
    title: "A name server of the domain does not answer",
    advice:
      "Each question that meets it is slow, and with the next failure the domain is gone. Start it, mend the firewall (UDP and TCP, port 53), or remove it at your registrar and from the zone.",
  },
  "name-server-lame": {
    severity: "warn",
    title: "A name server does not serve the domain that it is named for",
    advice:
      "Load the zone there, or remove the server at your registrar and from the zone. The detail has its answer.",
  },
  "name-servers-disagree": {
    severity: "warn",
    title: "The domain's name servers have different versions of the zone",
    advice:
      "Receivers see the one or the other by chance. See why the secondary does not fetch the zone (NOTIFY, AXFR permissions, a serial that was not raised); with several providers give all of them the same records.",
  },
  "name-servers-delegation": {
    severity: "warn",
    title: "The domain's parent names other name servers than the zone itself",
    advice:
      "Resolvers begin with those of the parent: one that you have left still answers for you, and a new one stands idle. Make the list at your registrar and the zone's NS records the same (RFC 1034 §4.2.2).",
    explainedBy: ["name-servers-disagree"],
  },
  "name-server-glue": {
    severity: "warn",
    title: "The domain's parent has an old address of a name server",
    advice:
      "Resolvers that begin there ask a machine that is no longer yours, or none. Change the server's address (host record, glue) at your registrar to that of the zone in the detail.",
    explainedBy: ["name-servers-disagree"],
  },
  "name-servers-undecided": {
    severity: "unknown",
    title: "Nobody gets an answer out of the domain's name servers",
    advice:
      "Neither we nor the resolver that we ask does. Whether others do, look from another network (dig +trace); if not, start them or mend their firewall (UDP and TCP, port 53).",
    explainedBy: ["resolver-invents", "dns-unreachable"],
  },
  "name-servers-unasked": {
    severity: "unknown",
    title: "The domain's name servers could not be compared",
    advice:
      "Resolvers reach them, we do not: let this machine ask port 53 of the internet, UDP and TCP. Else some of their addresses could not be looked up; the detail says which.",
    explainedBy: ["resolver-invents", "dns-unreachable", "name-servers-undecided"],
  },
} as const satisfies FindingCatalogue;

export type NameServersFinding = keyof typeof FINDINGS;
