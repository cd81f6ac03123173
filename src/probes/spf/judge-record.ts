import { describeCosts, lookupsOf, treesOf, voidsOf } from "../../mail/spf-cost.ts";
import { MAX_LOOKUPS, MAX_VOIDS } from "../../mail/spf-evaluate.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { networkTerm, withTerms } from "../../mail/spf-remedy.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { SpfFault } from "./findings.ts";
import type { ExitCheck, Facts } from "./observe.ts";
import { openTerms, type RecordTree } from "./open-terms.ts";
import { isDecisive, mendedRecord, publish, ptrTerms, relaysLeftOut, sendersOf } from "./remedy.ts";

/** What is wrong with the record whoever sends. */
export function judgeRecord(tree: RecordTree, facts: Facts): readonly SpfFault[] {
  return [
    ...judgeBelow(tree),
    ...judgeLimits(tree, facts),
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

/**
 * The limits of RFC 7208 §4.6.4. They count while a record is evaluated, and that ends at the first
 * term that matches: mail of exits that match early passes all the same, everywhere.
 */
function judgeLimits(tree: RecordTree, { exits }: Facts): readonly SpfFault[] {
  const current = exits.filter(({ isCurrent }) => isCurrent);
  // An exit that the DNS left undecided has met nothing yet.
  const isPast = ({ check: { result } }: ExitCheck) => result === "pass" || result === "temperror";
  const isMet = current.length === 0 || !current.every(isPast);
  const faults = [...judgeLookups(tree), ...judgeVoids(tree)];
  return isMet ? faults : faults.map(({ detail }) => fault("spf-over-limit-behind", detail));
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

/** The a and mx terms as the addresses that they stand for; those of other people's hosts change unasked. */
function withFewerLookups(tree: RecordTree): string {
  const instead = new Map<string, readonly string[]>();
  const own = organisationOf(tree.domain) ?? tree.domain;
  for (const { term, addresses = [], hosts = [], failure } of tree.costs) {
    // A qualifier or a prefix would have to be carried over: left to people.
    const isPlain = /^(?:a|mx)(?::[^/]*)?$/i.test(term);
    const isOwn = hosts.every((host) => isWithin(host.toLowerCase().replace(/\.$/, ""), own));
    if (isPlain && isOwn && addresses.length > 0 && failure === undefined) {
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
function judgeEnd(tree: RecordTree, facts: Facts): readonly SpfFault[] {
  const open = openTerms(tree);
  if (open.length === 0 && isDecisive(tree)) return [];
  const remedy = publish(tree.domain, mendedRecord(tree, facts), relaysLeftOut(tree, facts));
  return open.length > 0
    ? [fault("spf-allows-all", `${open.map(quoted).join(", ")}. ${remedy}`)]
    : [fault("spf-no-all", `${quoted(tree.text)}. ${remedy}`)];
}

function judgePtr(tree: RecordTree, facts: Facts): readonly SpfFault[] {
  const terms = ptrTerms(tree);
  if (terms.length === 0) return [];
  const found = terms.map(quoted).join(", ");
  // Whom the terms stand for is not known: without them the record might allow nobody.
  if (sendersOf(facts).length === 0) return [fault("spf-ptr", found)];
  const remedy = publish(tree.domain, mendedRecord(tree, facts), relaysLeftOut(tree, facts));
  return [fault("spf-ptr", `${found}. ${remedy}`)];
}
