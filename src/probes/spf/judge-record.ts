import { describeCosts, lookupsOf, treesOf, voidsOf } from "../../mail/spf-cost.ts";
import { MAX_LOOKUPS, MAX_VOIDS } from "../../mail/spf-evaluate.ts";
import type { SpfDirective } from "../../mail/spf-record.ts";
import { closed, networkTerm, recordFor, withAddresses, withTerms } from "../../mail/spf-remedy.ts";
import type { SpfTree } from "../../mail/spf-tree.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { SpfFault } from "./findings.ts";
import { refusedAddresses } from "./judge-exits.ts";
import { currentAddresses, type Facts } from "./observe.ts";

export type RecordTree = Extract<SpfTree, { kind: "record" }>;

/** What is wrong with the record whoever sends. */
export function judgeRecord(tree: RecordTree, facts: Facts): readonly SpfFault[] {
  return [
    ...judgeBelow(tree),
    ...judgeLookups(tree),
    ...judgeVoids(tree),
    ...judgeEnd(tree, facts),
    ...judgePtr(tree, facts),
  ];
}

/** Records that this one leads to. */
function judgeBelow(tree: RecordTree): readonly SpfFault[] {
  const broken: string[] = [];
  const unknown: string[] = [];
  for (const below of treesOf(tree).slice(1)) {
    if (below.kind === "none") broken.push(`${below.domain} has no SPF record`);
    if (below.kind === "several") {
      broken.push(`${below.domain} has ${below.texts.length} SPF records`);
    }
    if (below.kind === "broken") {
      broken.push(`${below.domain}: ${quoted(below.error.term)}: ${below.error.why}`);
    }
    if (below.kind === "failed") unknown.push(`TXT of ${below.domain}: ${below.detail}`);
  }
  return [
    ...(broken.length === 0 ? [] : [fault("spf-include-broken", broken.join("; "))]),
    ...unknown.map((detail) => fault("spf-undecided", detail)),
  ];
}

function judgeLookups(tree: RecordTree): readonly SpfFault[] {
  const lookups = lookupsOf(tree);
  const loop = treesOf(tree).find(({ kind }) => kind === "loop");
  if (lookups <= MAX_LOOKUPS && loop === undefined) return [];
  const total =
    loop === undefined
      ? `${lookups} terms ask the DNS, ${MAX_LOOKUPS} may`
      : `${loop.domain} contains itself without end`;
  return [
    fault("spf-too-many-lookups", `${total}: ${describeCosts(tree)}.${withFewerLookups(tree)}`),
  ];
}

/** The domain's own a and mx terms as the addresses that they stand for. */
function withFewerLookups(tree: RecordTree): string {
  const instead = new Map<string, readonly string[]>();
  for (const { term, addresses = [], failure } of tree.costs) {
    // A qualifier or a prefix would have to be carried over: left to people.
    const isPlain = /^(?:a|mx)(?::[^/]*)?$/i.test(term);
    if (isPlain && addresses.length > 0 && failure === undefined) {
      instead.set(term, addresses.map(networkTerm));
    }
  }
  if (instead.size === 0) return "";
  const left = lookupsOf(tree) - instead.size;
  return ` With addresses instead of ${[...instead.keys()].join(", ")} it is ${left}: ${txtLine(tree.domain, withTerms(tree.text, instead))}`;
}

function judgeVoids(tree: RecordTree): readonly SpfFault[] {
  const voids = voidsOf(tree);
  if (voids <= MAX_VOIDS) return [];
  const own = tree.costs.filter(({ isVoid }) => isVoid).map(({ term }) => term);
  const without = withTerms(tree.text, new Map(own.map((term) => [term, []])));
  const remedy = own.length === 0 ? "" : ` Without them: ${txtLine(tree.domain, without)}`;
  const total = `${voids} terms find nothing, ${MAX_VOIDS} may`;
  return [fault("spf-too-many-void-lookups", `${total}: ${describeCosts(tree)}.${remedy}`)];
}

/** What the record says about everybody else (RFC 7208 §4.7 and §5.1). */
function judgeEnd(tree: RecordTree, facts: Facts) {
  const open = openTerm(tree);
  if (open !== undefined) {
    const own = withoutStrangers(open, tree, facts);
    return [fault("spf-allows-all", `${quoted(open)}. Publish ${txtLine(tree.domain, own)}`)];
  }
  if (isDecisive(tree)) return [];
  const whole = withAddresses(tree.text, refusedAddresses(facts));
  const line = txtLine(tree.domain, closed(whole, currentAddresses(facts)));
  return [fault("spf-no-all", `${quoted(tree.text)}. Publish ${line}`)];
}

/** The record with an end, and with the exits that nothing else in it allows. */
function withoutStrangers(open: string, { text, domain }: RecordTree, facts: Facts): string {
  const senders = currentAddresses(facts);
  const rest = closed(text, senders);
  // A network of everybody cannot just be closed: what is left is who really sends.
  if (!/^\+?all$/i.test(open) || /^v=spf1 [~-]all$/i.test(rest)) return recordFor(senders);
  const exits = facts.exits.filter(
    ({ isCurrent, check }) => isCurrent && check.reason === `${open} of ${domain}`,
  );
  return withAddresses(
    rest,
    exits.map(({ ip }) => ip),
  );
}

/** The term that lets everybody pass, in this record or one that counts as much. */
function openTerm(tree: SpfTree): string | undefined {
  if (tree.kind !== "record") return undefined;
  for (const { qualifier, mechanism, text } of tree.record.directives) {
    if (mechanism.name === "all") return qualifier === "+" ? text : undefined;
    if (qualifier === "+" && (coversAll(mechanism) || opens(tree, text))) return text;
  }
  const redirect = tree.costs.find(({ term }) => term.startsWith("redirect="));
  return redirect?.tree && openTerm(redirect.tree) && redirect.term;
}

function coversAll(mechanism: SpfDirective["mechanism"]): boolean {
  if ("address" in mechanism) return mechanism.prefix === 0;
  return "prefix4" in mechanism && (mechanism.prefix4 === 0 || mechanism.prefix6 === 0);
}

function opens({ costs }: RecordTree, term: string): boolean {
  const below = costs.find((cost) => cost.term === term)?.tree;
  return below !== undefined && openTerm(below) !== undefined;
}

/** Whether strangers fail, at least softly. A redirect that we cannot follow may do it. */
function isDecisive({ record, costs }: RecordTree): boolean {
  const end = record.directives.find(({ mechanism }) => mechanism.name === "all");
  if (end !== undefined) return end.qualifier !== "?";
  if (record.redirect === undefined) return false;
  const target = costs.find(({ term }) => term.startsWith("redirect="))?.tree;
  return target?.kind === "record" ? isDecisive(target) : true;
}

function judgePtr(tree: RecordTree, facts: Facts) {
  const terms = tree.record.directives
    .filter(({ mechanism, text }) => mechanism.name === "ptr" || /%\{p/i.test(text))
    .map(({ text }) => text);
  if (terms.length === 0) return [];
  const addresses = currentAddresses(facts).map(networkTerm);
  const found = terms.map(quoted).join(", ");
  // Whom the terms stand for is not known: without them the record might allow nobody.
  if (addresses.length === 0) return [fault("spf-ptr", found)];
  const [first = "", ...rest] = terms;
  const instead = new Map<string, readonly string[]>(rest.map((term) => [term, []]));
  instead.set(first, addresses);
  const line = txtLine(tree.domain, withTerms(tree.text, instead));
  return [fault("spf-ptr", `${found}. Publish ${line}`)];
}
