import type { FindingCatalogue } from "../../domain/finding.ts";

export const FINDINGS = {
  "dns-unreachable": {
    severity: "unknown",
    title: "No DNS resolver answers our questions",
    advice:
      "Nothing that rests on the DNS can be told, and mail may be stuck for the same reason. Look after the resolver in the detail (one that refuses has to allow this machine to ask it for any name), or name others under dns: resolvers: in the config file.",
  },
  "resolver-invents": {
    severity: "unknown",
    title: "A DNS resolver makes its answers up",
    advice:
      "It says what cannot be true, so nothing that it says of your records and of blocklists can be believed. Run a resolver of your own (Unbound does without further settings) and name it under dns: resolvers: in the config file.",
    explainedBy: ["dns-unreachable"],
  },
  "resolver-silent": {
    severity: "warn",
    title: "One of the DNS resolvers does not answer our questions",
    advice:
      "Every question that meets it loses time, and with the next failure nothing is looked up any more. Mend it (one that refuses has to allow this machine), or take it out of dns: resolvers: in the config file.",
  },
} as const satisfies FindingCatalogue;

export type ResolverFinding = keyof typeof FINDINGS;
