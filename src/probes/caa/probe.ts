import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { caaLine } from "../../mail/caa.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/**
 * Will certificate authorities go on issuing for the domain (RFC 8659)? To have no CAA is fine, and
 * nothing that is found harms mail today.
 */
export const caa = defineDomainProbe({
  name: "caa",
  timeoutMs: 6 * MINUTE,
  leastRecheckMs: 30 * MINUTE,
  targets,
  observe,
  findings: FINDINGS,
  judge,
  identities,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities({ asked }: Facts, { domain }: Target): readonly Observation[] {
  if (failuresOf(asked) !== undefined) return [];
  const lines = asked.flatMap((one) => recordsOf(one).map((record) => caaLine(one.name, record)));
  const value = lines.length === 0 ? "none" : lines.toSorted().join("\n");
  return [{ subject: domain, aspect: "caa", value }];
}
