import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { zoneOwners } from "../../mail/sender-domains.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, isValidated, observe, type Target } from "./observe.ts";

/** Is the domain's DNSSEC, where it has any, in order (RFC 4035)? Not to have it is fine. */
export const dnssec = defineDomainProbe({
  name: "dnssec",
  timeoutMs: 3 * MINUTE,
  targets: ({ routes, dns }): readonly Target[] =>
    zoneOwners(routes).map((owner) => ({ ...owner, resolvers: dns.resolvers })),
  observe,
  findings: FINDINGS,
  judge,
  // What promises no signatures is neither right nor wrong, and what nobody validates nobody vouches for.
  record: {
    name: "dnssec",
    isThere: (facts: Facts) => facts.kind === "zone" && isValidated(facts),
  },
  identities,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities(facts: Facts, { domain }: Target): readonly Observation[] {
  if (facts.kind !== "zone" || facts.ds.answer.kind === "failed") return [];
  const lines = recordsOf(facts.ds).map(
    ({ keyTag, algorithm, digestType }) => `${keyTag} ${algorithm} ${digestType}`,
  );
  const value = lines.length === 0 ? "unsigned" : lines.toSorted().join(", ");
  return [{ subject: domain, aspect: "ds", value }];
}
