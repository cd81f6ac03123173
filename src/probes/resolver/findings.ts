import type { FindingCatalogue } from "../../domain/finding.ts";

export const FINDINGS = {
  "dns-unreachable": {
    severity: "unknown",
    title: "No DNS resolver answers",
    advice:
      "Nothing that rests on the DNS can be told, and mail may be stuck for the same reason. Look after the resolver in the detail, or name others under dns: resolvers: in the config file.",
  },
  "resolver-silent": {
    severity: "warn",
    title: "One of the DNS resolvers does not answer",
    advice:
      "Every question that meets it waits, and with the next failure nothing is looked up any more. Mend it, or take it out of dns: resolvers: in the config file.",
  },
} as const satisfies FindingCatalogue;

export type ResolverFinding = keyof typeof FINDINGS;
