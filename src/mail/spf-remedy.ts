import { parseIp } from "./ip-address.ts";

const ENDING = /^(?:[+?~-]?all$|redirect=)/i;

/** A record for a domain that sends from these addresses and nowhere else; none: that is not known. */
export function recordFor(addresses: readonly string[]): string {
  const terms = addresses.length === 0 ? ["mx"] : addresses.map(networkTerm);
  return ["v=spf1", ...new Set(terms), endFor(addresses)].join(" ");
}

/** The record with the addresses allowed besides, before the term that ends it. */
export function withAddresses(record: string, addresses: readonly string[]): string {
  const terms = termsOf(record);
  const end = terms.findIndex((term) => ENDING.test(term));
  const added = addresses.map(networkTerm).filter((term) => !terms.includes(term));
  return terms.toSpliced(end < 0 ? terms.length : end, 0, ...new Set(added)).join(" ");
}

/** The record with some terms written differently; an empty list takes the term out. */
export function withTerms(record: string, instead: ReadonlyMap<string, readonly string[]>): string {
  return [...new Set(termsOf(record).flatMap((term) => instead.get(term) ?? [term]))].join(" ");
}

/**
 * The record with an end, whatever it said about the rest of the world. Behind `all` a redirect is
 * ignored (RFC 7208 §6.1): what it leads to is included.
 */
export function closed(record: string, senders: readonly string[]): string {
  const terms = termsOf(record).filter((term) => !/^[+?~-]?all$/i.test(term));
  const kept = terms.map((term) => term.replace(/^redirect=/i, "include:"));
  return [...kept, endFor(senders)].join(" ");
}

/** One record that allows what any of these allows; ends as the first one that ends. */
export function merged(records: readonly string[]): string {
  const terms = records.flatMap((record) => termsOf(record).slice(1));
  const end = terms.find((term) => ENDING.test(term)) ?? "-all";
  return ["v=spf1", ...new Set(terms.filter((term) => !ENDING.test(term))), end].join(" ");
}

/** `ip4:192.0.2.1` or `ip6:2001:db8::1`. */
export function networkTerm(address: string): string {
  return `${parseIp(address)?.family === "ipv6" ? "ip6" : "ip4"}:${address}`;
}

function termsOf(record: string): string[] {
  return record.split(" ").filter((term) => term !== "");
}

/** How a record ends for strangers: while it is not known who sends, the operator's own may be among them. */
function endFor(addresses: readonly string[]): "-all" | "~all" {
  return addresses.length === 0 ? "~all" : "-all";
}
