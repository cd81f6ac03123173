import { parseIp } from "./ip-address.ts";
import { parseSpf } from "./spf-record.ts";

const ALL = /^[+?~-]?all$/i;
const REFUSES_REST = /^[~-]all$/i;
const REDIRECT = /^redirect=/i;
const REFUSING = /^(?:[?~-]|\+?all$|redirect=)/i;

/**
 * How proposed records end for strangers. Senders that no canary goes through, such as a newsletter
 * service, may be among them: `-all` is for the operator to write, who knows them all.
 */
const END = "~all";

/** A record for a domain that these send for; no address: its MX hosts are the best guess. */
export function recordFor(addresses: readonly string[]): string {
  const terms = addresses.length === 0 ? ["mx"] : addresses.map(networkTerm);
  return ["v=spf1", ...new Set(terms), END].join(" ");
}

/** The record with the addresses allowed besides, before the first term that refuses any or ends it. */
export function withAddresses(record: string, addresses: readonly string[]): string {
  const terms = termsOf(record);
  const end = terms.findIndex((term) => REFUSING.test(term));
  const added = addresses.map(networkTerm).filter((term) => !terms.includes(term));
  return terms.toSpliced(end < 0 ? terms.length : end, 0, ...new Set(added)).join(" ");
}

/** The record with some terms written differently; an empty list takes the term out. */
export function withTerms(record: string, instead: ReadonlyMap<string, readonly string[]>): string {
  const written = (term: string) => instead.get(term.replace(REDIRECT, "redirect=")) ?? [term];
  return [...new Set(termsOf(record).flatMap(written))].join(" ");
}

/**
 * The record with an end, whatever it said about the rest of the world. Behind `all` a redirect is
 * ignored (RFC 7208 §6.1): what it leads to is included.
 */
export function closed(record: string): string {
  const terms = termsOf(record);
  const end = terms.find((term) => REFUSES_REST.test(term)) ?? END;
  return [...terms.filter((term) => !ALL.test(term)).map(asInclude), end].join(" ");
}

/**
 * One record that allows what any of these allows, without what receivers cannot read. It ends as
 * softly as any that refuses others, and never lets everybody send.
 */
export function merged(records: readonly string[]): string {
  const terms = records.flatMap((record) => termsOf(record).slice(1)).filter(isReadable);
  const [explanation] = terms.filter((term) => EXPLANATION.test(term));
  const senders = terms.filter((term) => !ALL.test(term) && !EXPLANATION.test(term)).map(asInclude);
  const ends = terms.filter((term) => REFUSES_REST.test(term));
  const end = ends.find((term) => term.startsWith("~")) ?? ends[0] ?? END;
  return ["v=spf1", ...new Set(senders), end, ...(explanation ? [explanation] : [])].join(" ");
}

/** `exp=` may stand once (RFC 7208 §6). */
const EXPLANATION = /^exp=/i;

/** `ip4:192.0.2.1` or `ip6:2001:db8::1`. */
export function networkTerm(address: string): string {
  return `${parseIp(address)?.family === "ipv6" ? "ip6" : "ip4"}:${address}`;
}

/** Whether the record names anybody at all. */
export function namesSenders(record: string): boolean {
  const senders = termsOf(record).slice(1);
  return senders.some((term) => !ALL.test(term) && !/^(?!redirect=)[a-z][\w.-]*=/i.test(term));
}

function isReadable(term: string): boolean {
  return !("why" in parseSpf(`v=spf1 ${term}`));
}

function asInclude(term: string): string {
  return term.replace(REDIRECT, "include:");
}

function termsOf(record: string): string[] {
  return record.split(" ").filter((term) => term !== "");
}
