import { parseIp } from "./ip-address.ts";

const ENDING = /^(?:[+?~-]?all$|redirect=)/i;

/** A record for a domain that sends from these addresses and nowhere else. */
export function recordFor(addresses: readonly string[]): string {
  const terms = addresses.length === 0 ? ["mx"] : addresses.map(networkTerm);
  return ["v=spf1", ...new Set(terms), "-all"].join(" ");
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

/** The record with `-all` at its end, whatever it said about the rest of the world. */
export function closed(record: string): string {
  return [...termsOf(record).filter((term) => !/^[+?~-]?all$/i.test(term)), "-all"].join(" ");
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
