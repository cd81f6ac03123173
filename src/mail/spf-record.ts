import { parseIp } from "./ip-address.ts";
import { isDomainSpec } from "./spf-macro.ts";

/** A parsed SPF record (RFC 7208 §4.6 and §12), terms in their order. */
export interface SpfRecord {
  readonly directives: readonly SpfDirective[];
  /** Domain-spec of the redirect modifier. */
  readonly redirect: string | undefined;
}

export interface SpfDirective {
  /** As it was written. */
  readonly text: string;
  readonly qualifier: SpfQualifier;
  readonly mechanism: SpfMechanism;
}

type SpfQualifier = "+" | "-" | "~" | "?";

export type SpfMechanism =
  | { readonly name: "all" }
  | { readonly name: "include" | "exists"; readonly domain: string }
  | { readonly name: "ptr"; readonly domain: string | undefined }
  | {
      readonly name: "a" | "mx";
      readonly domain: string | undefined;
      readonly prefix4: number;
      readonly prefix6: number;
    }
  | { readonly name: "ip4" | "ip6"; readonly address: string; readonly prefix: number };

/** The first term that breaks the grammar, and why. */
export interface SpfSyntaxError {
  readonly term: string;
  readonly why: string;
}

/** RFC 7208 §4.5: a record begins with exactly this version, then a blank or nothing. */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** Reads a record; any broken term makes all of it an error (RFC 7208 §4.6). */
export function parseSpf(text: string): SpfRecord | SpfSyntaxError {
  const directives: SpfDirective[] = [];
  const modifiers = new Map<string, string>();
  for (const term of text.split(" ").slice(1)) {
    if (term === "") continue;
    const modifier = /^([a-z][a-z0-9._-]*)=/i.exec(term);
    const outcome =
      modifier === null
        ? parseDirective(term)
        : readModifier(modifier[1]?.toLowerCase() ?? "", term.slice(modifier[0].length), modifiers);
    if (typeof outcome === "string") return { term, why: outcome };
    if (outcome !== undefined) directives.push(outcome);
  }
  return { directives, redirect: modifiers.get("redirect") };
}

/** The error in words, or undefined for a modifier that is fine. */
function readModifier(
  name: string,
  value: string,
  modifiers: Map<string, string>,
): string | undefined {
  if (name !== "redirect" && name !== "exp") {
    // RFC 7208 §6: unknown modifiers are ignored, their macros must be well-formed all the same.
    return isDomainSpec(value, "string") ? undefined : "its macros are not well-formed";
  }
  if (modifiers.has(name)) return `${name}= stands twice (RFC 7208 §6)`;
  if (!isDomainSpec(value)) return `${name}= needs a domain name`;
  modifiers.set(name, value);
  return undefined;
}

function parseDirective(term: string): SpfDirective | string {
  const parts = /^([+?~-]?)([a-z0-9]+)([:/]?)/i.exec(term);
  if (parts === null) return "it is neither a mechanism nor a modifier";
  const [head, sign, name = "", separator] = parts;
  const rest = `${separator === "/" ? "/" : ""}${term.slice(head.length)}`;
  const hasDomain = separator === ":";
  const mechanism = parseMechanism(name.toLowerCase(), hasDomain ? rest : undefined, rest);
  if (typeof mechanism === "string") return mechanism;
  return { text: term, qualifier: sign === "" ? "+" : (sign as SpfQualifier), mechanism };
}

/** `value` is what follows the colon, `rest` whatever follows the name. */
function parseMechanism(
  name: string,
  value: string | undefined,
  rest: string,
): SpfMechanism | string {
  switch (name) {
    case "all":
      return rest === "" && value === undefined ? { name } : "all takes nothing behind it";
    case "include":
    case "exists":
      return value !== undefined && isDomainSpec(value)
        ? { name, domain: value }
        : `${name}: needs a domain name`;
    case "ptr":
      if (value === undefined && rest === "") return { name, domain: undefined };
      return value !== undefined && isDomainSpec(value)
        ? { name, domain: value }
        : "ptr: needs a domain name";
    case "a":
    case "mx":
      return parseHosts(name, value, rest);
    case "ip4":
    case "ip6":
      return parseNetwork(name, value ?? "");
    default:
      return `there is no mechanism ${name}`;
  }
}

function parseHosts(
  name: "a" | "mx",
  value: string | undefined,
  rest: string,
): SpfMechanism | string {
  const lengths = /(?:\/(0|[1-9]\d{0,2}))?(?:\/\/(0|[1-9]\d{0,2}))?$/.exec(rest);
  const prefix4 = Number(lengths?.[1] ?? 32);
  const prefix6 = Number(lengths?.[2] ?? 128);
  if (prefix4 > 32 || prefix6 > 128) return "its prefix is longer than an address";
  const domain = rest.slice(0, lengths?.index ?? rest.length);
  if (value === undefined) {
    return domain === "" ? { name, domain: undefined, prefix4, prefix6 } : `not a prefix: ${rest}`;
  }
  return isDomainSpec(domain)
    ? { name, domain, prefix4, prefix6 }
    : `${name}: needs a domain name, not an address`;
}

function parseNetwork(name: "ip4" | "ip6", value: string): SpfMechanism | string {
  const [address = "", prefix, ...more] = value.split("/");
  const family = name === "ip4" ? "IPv4" : "IPv6";
  const max = name === "ip4" ? 32 : 128;
  // A mapped address is IPv6 by its spelling (RFC 7208 §5.6), though parseIp takes it for IPv4.
  const isWritten6 = address.includes(":");
  if (more.length > 0 || parseIp(address) === undefined || isWritten6 !== (name === "ip6")) {
    return `${name}: needs an ${family} address or network`;
  }
  if (prefix !== undefined && !(/^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= max)) {
    return `its prefix is not a number up to ${max}`;
  }
  return { name, address, prefix: Number(prefix ?? max) };
}
