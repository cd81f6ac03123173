import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Until canaries have shown an exit there is nothing to look up. */
const NO_EXIT_RECHECK_MS = 5 * MINUTE;

/** Has every address that mail leaves from a name of its own that leads back to it? */
export const reverseDns = defineDomainProbe({
  name: "reverse-dns",
  timeoutMs: MINUTE,
  follows: ["exit"],
  targets,
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "ptr", isThere: ({ exits }) => exits.length > 0 },
  identities,
  recheckInMs: ({ exits }) => (exits.length === 0 ? NO_EXIT_RECHECK_MS : undefined),
});

/** Nothing while the DNS does not answer: that is no change. */
function identities({ exits }: Facts, { domain }: Target): readonly Observation[] {
  return exits.flatMap(({ ip, ptr: { answer } }) => {
    if (answer.kind === "failed") return [];
    const value = answer.kind === "absent" ? "none" : answer.records.toSorted().join(", ");
    return [{ subject: domain, aspect: `ptr ${ip.text}`, value }];
  });
}
