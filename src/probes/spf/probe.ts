import { MINUTE, SECOND } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { treesOf } from "../../mail/spf-cost.ts";
import { bounded } from "../../mail/txt-record.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { measure, METRICS } from "./measure.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** After a start the first canaries take a while. */
const UNTIL_EXITS_MS = 5 * MINUTE;

/** Does SPF pass for every exit that mail really takes, and will it go on doing so (RFC 7208)? */
export const spf = defineDomainProbe({
  name: "spf",
  timeoutMs: 2 * MINUTE,
  follows: ["exit"],
  targets,
  observe,
  findings: FINDINGS,
  judge,
  // A domain that stands in From alone needs no record.
  record: { name: "spf", isThere: ({ tree }) => tree.kind !== "none" },
  metrics: METRICS,
  measure,
  identities,
  recheckInMs,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities({ tree }: Facts, { domain }: Target): readonly Observation[] {
  const about = { subject: domain, aspect: "spf" };
  switch (tree.kind) {
    case "record":
    case "broken":
      return [{ ...about, value: bounded(tree.text) }];
    case "several":
      return [{ ...about, value: bounded(tree.texts.toSorted().join(" | ")) }];
    case "none":
      return [{ ...about, value: "none" }];
    case "failed":
    case "loop":
    case "dynamic":
    case "beyond":
      return [];
  }
}

/** When the first record of the tree expires; before that while canaries have shown no exit yet. */
function recheckInMs({ tree, exits }: Facts, { senders }: Target): number | undefined {
  const waits = treesOf(tree).flatMap((part) =>
    "ttlSeconds" in part && part.ttlSeconds > 0 ? [part.ttlSeconds * SECOND] : [],
  );
  if (exits.length === 0 && senders.length > 0) waits.push(UNTIL_EXITS_MS);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
