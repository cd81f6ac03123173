import type { SpfCost, SpfTree } from "./spf-tree.ts";

/** Of a tree as people read it. */
const MAX_TERMS_SHOWN = 60;

/** How many terms ask the DNS when none matches before the end (RFC 7208 §4.6.4). */
export function lookupsOf(tree: SpfTree): number {
  return costsOf(tree).reduce((sum, cost) => sum + lookupsOfTerm(cost), 0);
}

/** How many of them certainly find nothing. */
export function voidsOf(tree: SpfTree): number {
  return costsOf(tree).reduce(
    (sum, { isVoid, tree: below }) =>
      sum + (isVoid ? 1 : 0) + (below === undefined ? 0 : voidsOf(below)),
    0,
  );
}

/** The tree and all that it leads to, from the top. */
export function treesOf(tree: SpfTree): readonly SpfTree[] {
  return [tree, ...costsOf(tree).flatMap(({ tree: below }) => (below ? treesOf(below) : []))];
}

/** Who costs what: `include:_spf.example 3 (a 1, mx 1), a:gone.example 1 (nothing there)`. */
export function describeCosts(tree: SpfTree): string {
  const left = { terms: MAX_TERMS_SHOWN };
  return describe(costsOf(tree), left);
}

function describe(costs: readonly SpfCost[], left: { terms: number }): string {
  const parts: string[] = [];
  for (const cost of costs) {
    if (left.terms-- <= 0) return [...parts, "..."].join(", ");
    const notes = [noteOf(cost), cost.tree && describe(costsOf(cost.tree), left)];
    const inner = notes.filter((note) => note !== undefined && note !== "").join("; ");
    parts.push(`${cost.term} ${lookupsOfTerm(cost)}${inner === "" ? "" : ` (${inner})`}`);
  }
  return parts.join(", ");
}

function noteOf({ isVoid, failure, tree }: SpfCost): string | undefined {
  if (isVoid) return "nothing there";
  if (failure !== undefined) return `unknown: ${failure}`;
  if (tree === undefined) return undefined;
  return tree.kind === "failed" ? `unknown: ${tree.detail}` : NOTES[tree.kind];
}

const NOTES: Readonly<Record<Exclude<SpfTree["kind"], "failed">, string | undefined>> = {
  record: undefined,
  none: "has no SPF record",
  several: "has several SPF records",
  broken: "has a broken SPF record",
  loop: "contains itself",
  dynamic: "depends on the message, at least",
  beyond: "not read any further",
};

function lookupsOfTerm({ tree }: SpfCost): number {
  return 1 + (tree === undefined ? 0 : lookupsOf(tree));
}

function costsOf(tree: SpfTree): readonly SpfCost[] {
  return tree.kind === "record" ? tree.costs : [];
}
