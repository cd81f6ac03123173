import type { SpfDirective } from "../../mail/spf-record.ts";
import type { SpfTree } from "../../mail/spf-tree.ts";

export type RecordTree = Extract<SpfTree, { kind: "record" }>;

/** Nobody was ever given more than a /8 of IPv4 or a /16 of IPv6: what is wider holds strangers. */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 16;

/** The terms of the record that let strangers pass, themselves or by what they lead to. */
export function openTerms(tree: SpfTree): readonly string[] {
  if (tree.kind !== "record") return [];
  const open: string[] = [];
  for (const { qualifier, mechanism, text } of tree.record.directives) {
    if (mechanism.name === "all") return qualifier === "+" ? [...open, text] : open;
    if (qualifier === "+" && (isTooWide(mechanism) || leadsToOpen(tree, text))) open.push(text);
  }
  const redirect = redirectOf(tree);
  const isOpen = redirect?.tree !== undefined && openTerms(redirect.tree).length > 0;
  return isOpen ? [...open, redirect.term] : open;
}

/** What follows where no term matches and there is no `all` (RFC 7208 §6.1). */
export function redirectOf({ costs }: RecordTree) {
  return costs.find(({ term }) => term.startsWith("redirect="));
}

function isTooWide(mechanism: SpfDirective["mechanism"]): boolean {
  if ("address" in mechanism) {
    return mechanism.prefix < (mechanism.name === "ip4" ? WIDEST_IPV4 : WIDEST_IPV6);
  }
  if (!("prefix4" in mechanism)) return false;
  return mechanism.prefix4 < WIDEST_IPV4 || mechanism.prefix6 < WIDEST_IPV6;
}

function leadsToOpen({ costs }: RecordTree, term: string): boolean {
  const below = costs.find((cost) => cost.term === term)?.tree;
  return below !== undefined && openTerms(below).length > 0;
}
