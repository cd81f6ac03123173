import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { treesOf } from "../../mail/spf-cost.ts";
import type { SpfTree } from "../../mail/spf-tree.ts";
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

/** The record, those that it leads to, and those of HELO names. */
function identities({ tree, greeters }: Facts, { domain }: Target): readonly Observation[] {
  const [own, ...below] = treesOf(tree);
  const included = new Map(below.map((each) => [each.domain, textsOf(each)]));
  const named = new Map(greeters.map(({ name, texts }) => [name, texts]));
  return [
    ...observation(domain, "spf", own && textsOf(own)),
    ...[...included, ...named].flatMap(([name, texts]) =>
      name === domain ? [] : observation(domain, `spf of ${name}`, texts),
    ),
  ];
}

/** Nothing while the DNS does not answer: that is no change. */
function observation(
  subject: string,
  aspect: string,
  texts: readonly string[] | undefined,
): readonly Observation[] {
  if (texts === undefined) return [];
  const value = texts.length === 0 ? "none" : bounded(texts.toSorted().join(" | "));
  return [{ subject, aspect, value }];
}

function textsOf(tree: SpfTree): readonly string[] | undefined {
  switch (tree.kind) {
    case "record":
    case "broken":
      return [tree.text];
    case "several":
      return tree.texts;
    case "none":
      return [];
    case "failed":
    case "loop":
    case "dynamic":
    case "beyond":
      return undefined;
  }
}

/** Soon, while canaries have shown no exit yet. */
function recheckInMs({ exits, isUsed }: Facts): number | undefined {
  return exits.length === 0 && isUsed ? UNTIL_EXITS_MS : undefined;
}
