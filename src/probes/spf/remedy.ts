import { type IpAddress, parseIp } from "../../mail/ip-address.ts";
import { sharesPrefix } from "../../mail/ip-network.ts";
import {
  closed,
  namesSenders,
  networkTerm,
  recordFor,
  withAddresses,
  withTerms,
} from "../../mail/spf-remedy.ts";
import { txtLine } from "../../mail/txt-record.ts";
import type { ExitCheck, Facts } from "./observe.ts";
import { openTerms, type RecordTree, redirectOf } from "./open-terms.ts";

/** Whether receivers do not let it pass. */
export function isRefusal({ result }: ExitCheck["check"]): boolean {
  return result === "fail" || result === "softfail" || result === "neutral";
}

/** The operator's own machines that mail left from in the last days, each once. */
export function sendersOf({ exits }: Facts): readonly string[] {
  return unique(exits.filter(({ relay }) => relay === undefined).map(({ ip }) => ip));
}

/**
 * `example.org. IN TXT "..."`, and what to put into it for relays that mail leaves by: their addresses
 * change, and only they know the name that stands for them.
 */
export function publish(domain: string, record: string, relays: readonly string[]): string {
  const includes = relays.map((relay) => `the include: that ${relay} documents`).join(" and ");
  const line = `Publish ${txtLine(domain, record)}`;
  return includes === "" ? line : `${line} with ${includes} put before its end`;
}

/** Relays among the exits in question, each once. */
export function relaysIn(exits: readonly ExitCheck[]): readonly string[] {
  return unique(exits.flatMap(({ relay }) => relay ?? []));
}

/** `192.0.2.25: softfail by ~all of example.org`, each once. */
export function reasonsOf(exits: readonly ExitCheck[]): string {
  const reasons = exits.map(({ ip, check, relay }) => {
    const whose = relay === undefined ? "" : `, a machine of ${relay}`;
    return `${ip}${whose}: ${check.result} by ${check.reason}`;
  });
  return unique(reasons).join("; ");
}

/** Exits in use that the record refuses; one that was only guessed may never send. */
export function refusedExits({ exits }: Facts): readonly ExitCheck[] {
  return exits.filter(
    ({ isCurrent, guessedFrom, check }) =>
      isCurrent && guessedFrom === undefined && isRefusal(check),
  );
}

/** The record with all that is wrong with it mended: findings of one look name one record. */
export function mendedRecord(tree: RecordTree, facts: Facts): string {
  const senders = sendersOf(facts);
  const open = openTerms(tree);
  const stripped = withTerms(tree.text, new Map(open.map((term) => [term, []])));
  const text = withoutPtr(stripped, tree, senders);
  const onlyByOpen = facts.exits.filter((exit) => isAllowedBy(open, exit, tree));
  const missing = [...onlyByOpen, ...refusedExits(facts)].filter(
    ({ relay, guessedFrom }) => relay === undefined && guessedFrom === undefined,
  );
  const whole = withAddresses(text, unique(missing.map(({ ip }) => ip)));
  if (open.length > 0 && !namesSenders(whole)) return recordFor(senders);
  if (open.length === 0 && isDecisive(tree)) return whole;
  return closed(whole);
}

/** Relays that the mended record does not allow any more, or never did. */
export function relaysLeftOut(tree: RecordTree, facts: Facts): readonly string[] {
  const open = openTerms(tree);
  const onlyByOpen = facts.exits.filter((exit) => isAllowedBy(open, exit, tree));
  return relaysIn([...onlyByOpen, ...refusedExits(facts)]);
}

/** Whether strangers fail, at least softly. A redirect that we cannot follow may do it. */
export function isDecisive(tree: RecordTree): boolean {
  const { directives, redirect } = tree.record;
  const end = directives.find(({ mechanism }) => mechanism.name === "all");
  if (end !== undefined) return end.qualifier !== "?";
  if (redirect === undefined) return false;
  const target = redirectOf(tree)?.tree;
  return target?.kind === "record" ? isDecisive(target) : true;
}

/** Terms that look reverse names up, by `ptr` or by macro. */
export function ptrTerms({ record }: RecordTree): readonly string[] {
  return record.directives
    .filter(({ mechanism, text }) => mechanism.name === "ptr" || /%\{p/i.test(text))
    .map(({ text }) => text);
}

/** Whom the terms stand for is not known: they stay where no address of the operator's is. */
function withoutPtr(text: string, tree: RecordTree, addresses: readonly string[]): string {
  const [first, ...rest] = ptrTerms(tree);
  if (first === undefined || addresses.length === 0) return text;
  const instead = new Map<string, readonly string[]>(rest.map((term) => [term, []]));
  instead.set(first, addresses.map(networkTerm));
  return withTerms(text, instead);
}

/** Whether the exit passes by one of these terms and by none of the others that we can read. */
function isAllowedBy(terms: readonly string[], exit: ExitCheck, tree: RecordTree): boolean {
  if (exit.check.result !== "pass" || terms.length === 0) return false;
  const isByOther = tree.record.directives.some(
    ({ text, qualifier }) =>
      !terms.includes(text) &&
      (exit.check.reason === `${text} of ${tree.domain}` ||
        (qualifier === "+" && standsFor(text, tree, exit.address))),
  );
  const redirect = redirectOf(tree)?.term;
  const isByRedirect = redirect !== undefined && !exit.check.reason.endsWith(` of ${tree.domain}`);
  return !isByOther && !(isByRedirect && !terms.includes(redirect));
}

/** The term is an address or network, or hosts, that the exit is of. */
function standsFor(term: string, { record, costs }: RecordTree, ip: IpAddress): boolean {
  const mechanism = record.directives.find(({ text }) => text === term)?.mechanism;
  if (mechanism !== undefined && "address" in mechanism) {
    const network = parseIp(mechanism.address);
    return network !== undefined && sharesPrefix(ip, network, mechanism.prefix);
  }
  const addresses = costs.find((cost) => cost.term === term)?.addresses ?? [];
  return addresses.some((each) => parseIp(each)?.text === ip.text);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
