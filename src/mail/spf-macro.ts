import { Buffer } from "node:buffer";
import type { IpAddress } from "./ip-address.ts";
import { octetsOf } from "./ip-network.ts";

/** What macros stand for (RFC 7208 §7.2). */
export interface MacroValues {
  /** MAIL FROM, or postmaster at the HELO name. */
  readonly sender: string;
  /** The domain whose record is being read. */
  readonly domain: string;
  readonly ip: IpAddress;
  readonly helo: string;
  /** Validated name of the address, or `unknown`. */
  readonly validatedName: string;
}

const MAX_NAME = 253;
const TOKEN = /%\{([slodiphv])(\d*)(r?)([.\-+,/_=]*)\}|%[%_-]|[\x21-\x24\x26-\x7e]/iy;

/**
 * Whether the text is a domain-spec (RFC 7208 §7.1): macros well-formed, ending in a macro or in a
 * label that can be a top-level one. As `string` only the macros matter.
 */
export function isDomainSpec(text: string, as: "domain" | "string" = "domain"): boolean {
  let endsInMacro = false;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if (token === null) return false;
    // RFC 7208 §7.3: the number of labels to keep is not zero.
    if (token[2] !== undefined && token[2] !== "" && Number(token[2]) === 0) return false;
    endsInMacro = token[0].length > 1;
  }
  if (as === "string") return true;
  return text !== "" && (endsInMacro || endsInTopLabel(text));
}

function endsInTopLabel(text: string): boolean {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  const dot = name.lastIndexOf(".");
  const label = name.slice(dot + 1);
  return (
    dot >= 0 &&
    /^[a-z0-9-]+$/i.test(label) &&
    !/^\d+$/.test(label) &&
    !label.startsWith("-") &&
    !label.endsWith("-")
  );
}

/** Whether the name depends on the message. */
export function hasMacro(spec: string): boolean {
  return spec.includes("%{");
}

/** The name that a domain-spec comes to, without final dot, cut from the left to what DNS can carry. */
export function expand(spec: string, values: MacroValues): string {
  const text = spec.replace(TOKEN_ANYWHERE, (...match: unknown[]) => {
    const [whole, letter, digits, reverse, delimiters] = match as (string | undefined)[];
    if (letter !== undefined) {
      return transform(letter, values, {
        keep: Number(digits),
        isReversed: reverse !== "",
        delimiters: delimiters === "" ? "." : (delimiters ?? "."),
      });
    }
    return whole === "%%" ? "%" : whole === "%_" ? " " : "%20";
  });
  return shorten(text.endsWith(".") ? text.slice(0, -1) : text);
}

const TOKEN_ANYWHERE = /%\{([slodiphv])(\d*)(r?)([.\-+,/_=]*)\}|%[%_-]/gi;

interface Transformers {
  /** So many parts from the right; 0 keeps all. */
  readonly keep: number;
  readonly isReversed: boolean;
  readonly delimiters: string;
}

function transform(
  letter: string,
  values: MacroValues,
  { keep, isReversed, delimiters }: Transformers,
): string {
  const parts = [""];
  for (const character of valueOf(letter.toLowerCase(), values)) {
    if (delimiters.includes(character)) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${character}`);
  }
  const ordered = isReversed ? parts.toReversed() : parts;
  const text = (keep === 0 ? ordered : ordered.slice(-keep)).join(".");
  return letter === letter.toLowerCase() ? text : urlEscape(text);
}

function valueOf(letter: string, { sender, domain, ip, helo, validatedName }: MacroValues): string {
  const at = sender.lastIndexOf("@");
  switch (letter) {
    case "s":
      return sender;
    case "l":
      return sender.slice(0, at);
    case "o":
      return sender.slice(at + 1);
    case "d":
      return domain;
    case "i":
      return ip.family === "ipv4" ? ip.text : nibblesOf(ip).join(".");
    case "p":
      return validatedName;
    case "h":
      return helo;
    default:
      return ip.family === "ipv4" ? "in-addr" : "ip6";
  }
}

/** The hexadecimal digits of an IPv6 address, from the left. */
function nibblesOf(ip: IpAddress): string[] {
  return octetsOf(ip).flatMap((octet) => [(octet >> 4).toString(16), (octet & 15).toString(16)]);
}

/** RFC 7208 §7.3: everything but letters, digits and `-._~`. */
function urlEscape(text: string): string {
  return text.replace(/[^a-z0-9._~-]/giu, (character) =>
    [...Buffer.from(character)]
      .map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** RFC 7208 §7.3: labels go from the left until 253 characters hold it. */
function shorten(name: string): string {
  if (name.length <= MAX_NAME) return name;
  const dot = name.indexOf(".", name.length - MAX_NAME - 1);
  return dot < 0 ? "" : name.slice(dot + 1);
}
