import { HOUR } from "../domain/duration.ts";
import type { Blocklist, ListedKind } from "./blocklist.ts";
import { parseIp } from "./ip-address.ts";
import { isForExamples, reverseNameOf } from "./ip-network.ts";
import { isLocalName, isWithin } from "./organisation.ts";

/** What is looked up on a list. */
export interface Subject {
  readonly kind: ListedKind;
  /** An address in its canonical spelling, or a domain in lower case. */
  readonly text: string;
}

/**
 * The name to ask for, less the zone: the octets reversed (RFC 5782 §2.1), the nibbles reversed
 * (§2.4), or the domain itself (§3).
 */
export function subjectName({ kind, text }: Subject): string {
  const ip = kind === "domain" ? undefined : parseIp(text);
  return ip === undefined ? text : reverseNameOf(ip).replace(/\.(?:in-addr|ip6)\.arpa$/, "");
}

/** What a list must have and must not have, less the zone, if it is to be believed. */
export interface TestNames {
  /** One of them suffices. */
  readonly listed: readonly string[];
  readonly unlisted: readonly string[];
  /** No list can have an entry for it, nor need it have an answer. */
  readonly absurd: readonly string[];
}

/**
 * The test entries of RFC 5782 §5, or the list's own, and a name that nobody can have prepared an
 * answer for; it changes each hour, so that no cache on the way has it.
 */
export function testNames(kind: ListedKind, list: Blocklist, now: number): TestNames {
  const random = hourly(now);
  switch (kind) {
    case "ipv4":
      // Loopback can send no mail: lists have the test entries there and nothing else.
      return {
        listed: ["2.0.0.127"],
        unlisted: ["1.0.0.127", [...random, 127].join(".")],
        absurd: [noAddress(random)],
      };
    case "ipv6":
      return {
        listed: [mappedName([127, 0, 0, 2])],
        unlisted: [mappedName([127, 0, 0, 1]), mappedName([127, ...random])],
        absurd: [noAddress(random)],
      };
    case "domain":
      return {
        listed: list.testNames?.listed ?? ["test"],
        unlisted: [...(list.testNames?.unlisted ?? ["invalid"]), `${noAddress(random)}.invalid`],
        absurd: [],
      };
  }
}

/** Why asking for an address or a domain makes no sense; undefined: it does. */
export function notWorthAsking(text: string): string | undefined {
  const ip = parseIp(text);
  if (ip === undefined) return isReserved(text) ? "a name that only works locally" : undefined;
  if (ip.scope !== "public") return `a ${ip.scope} address`;
  return isForExamples(ip) ? "an address for documentation" : undefined;
}

/** RFC 6761 §6 and what private networks use. */
function isReserved(domain: string): boolean {
  const reserved = ["test", "example", "invalid", "localhost"];
  return isLocalName(domain) || reserved.some((top) => isWithin(domain, top));
}

/** An IPv4 address in ::FFFF:0:0/96 as the name to ask for (RFC 5782 §2.4 and §5). */
function mappedName(octets: readonly number[]): string {
  const low = octets.map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return `${"0".repeat(20)}ffff${low}`.split("").toReversed().join(".");
}

/** A wildcard has it, and does not have what lies beside the test entry (RFC 4592 §2.2.1). */
function noAddress(random: readonly number[]): string {
  return `mailcanary-${random.join("-")}`;
}

/** Three octets, the first of them of 128 and more, that look random and stay for an hour. */
function hourly(now: number): readonly [number, number, number] {
  // Knuth's multiplicative hash: neighbouring hours are far apart.
  const hash = Math.imul(Math.floor(now / HOUR) + 1, 2_654_435_761) >>> 0;
  return [128 + ((hash >>> 24) & 127), (hash >>> 16) & 255, (hash >>> 8) & 255];
}
