import { domainToASCII } from "node:url";
import { z } from "zod";

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3 (less the angle brackets of a path). */
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;
/** RFC 1035 §2.3.4, in text. */
const MAX_DOMAIN = 253;
const MAX_DISPLAY_NAME = 100;

const IPV4 = z.ipv4();
const IPV6 = z.ipv6();

/** `::1` and `192.0.2.1`, without brackets. */
export function isIp(text: string): boolean {
  return IPV4.safeParse(text).success || IPV6.safeParse(text).success;
}

/** A domain in lower case; one with other than ASCII letters becomes its `xn--` form (RFC 5890). */
export function readDomain(text: string): string | undefined {
  // The conversion of IDNs drops such characters without a word.
  if (text.length > MAX_DOMAIN || /[\s\p{C}]/u.test(text)) return undefined;
  const isAscii = /^[\x21-\x7e]*$/.test(text);
  const domain = isAscii ? text.toLowerCase() : domainToASCII(text);
  const labels = domain.split(".");
  // An underscore is no host name (RFC 1123 §2.1), and yet containers have such names.
  const wellFormed = labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label));
  return wellFormed && !/^\d+$/.test(labels.at(-1) ?? "") ? domain : undefined;
}

/** A host name or an IP address; an IPv6 address may stand in brackets. */
export function readHost(text: string): string | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  return isIp(bare) ? bare : readDomain(text);
}

/** An address as in RFC 5321 §4.1.2, without quoted local parts and address literals. */
export function readAddress(text: string): string | undefined {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(0, at));
  const domain = at < 0 ? undefined : readDomain(text.slice(at + 1));
  // dot-string of RFC 5321 §4.1.2: atoms of RFC 5322 §3.2.3 joined by dots.
  const wellFormed = local.split(".").every((atom) => /^[\w!#$%&'*+/=?^`{|}~-]+$/.test(atom));
  if (domain === undefined || !wellFormed || local.length > MAX_LOCAL_PART) return undefined;
  const address = `${local}@${domain}`;
  return address.length > MAX_ADDRESS ? undefined : address;
}

export interface NamedAddress {
  readonly name: string | undefined;
  readonly address: string;
}

/** `anna@example.org`, `Anna <anna@example.org>` or `"Anna" <anna@example.org>`. */
export function readNamedAddress(text: string): NamedAddress | undefined {
  const trimmed = text.trim();
  if (!trimmed.endsWith(">")) {
    const address = readAddress(trimmed);
    return address === undefined ? undefined : { name: undefined, address };
  }
  const bracket = trimmed.lastIndexOf("<");
  const address = readAddress(trimmed.slice(bracket + 1, -1));
  const before = trimmed.slice(0, Math.max(0, bracket)).trim();
  const name = /^".*"$/.test(before) ? before.slice(1, -1).trim() : before;
  if (address === undefined || name.length > MAX_DISPLAY_NAME || /[\p{C}"<>\\]/u.test(name)) {
    return undefined;
  }
  return { name: name === "" ? undefined : name, address };
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:80`, `localhost:80` and `[::1]:80`; 0 lets the system choose the port. */
export function readHostAndPort(text: string): HostAndPort | undefined {
  const colon = text.lastIndexOf(":");
  const written = text.slice(0, Math.max(0, colon));
  const digits = text.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN;
  const isBareIpv6 = written.includes(":") && !written.startsWith("[");
  const host = isBareIpv6 ? undefined : readHost(written);
  return host === undefined || !(port <= 65_535) ? undefined : { host, port };
}

/** A DNS resolver: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`. */
export function readResolver(text: string): string | undefined {
  if (isIp(text)) return text;
  const resolver = readHostAndPort(text);
  return resolver !== undefined && resolver.port > 0 && isIp(resolver.host) ? text : undefined;
}
