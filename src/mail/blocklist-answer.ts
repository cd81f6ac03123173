import type { DnsAnswer } from "../domain/dns.ts";
import { type Blocklist, type Meaning, MEANINGS } from "./blocklist.ts";
import { parseIp } from "./ip-address.ts";

/** What an answer of a list says. Everything but `entry` and `clean` says nothing about the subject. */
export type ListAnswer =
  /** NXDOMAIN is how a list says no (RFC 5782 §2.1); a name without an address says no more. */
  | { readonly kind: "clean"; readonly why: "nxdomain" | "nodata" }
  | {
      readonly kind: "entry";
      /** The worst of the codes. */
      readonly meaning: Meaning;
      /** `127.0.0.2 SBL: spam source`, each. */
      readonly codes: readonly string[];
    }
  /** There is an entry, and nobody told us what its code means. */
  | { readonly kind: "unknown-code"; readonly codes: readonly string[] }
  | { readonly kind: "refused-us"; readonly code: string; readonly says: string }
  /** No list answers with an address outside 127.0.0.0/8 (RFC 5782 §2.1). */
  | { readonly kind: "rewritten"; readonly address: string }
  | {
      readonly kind: "failed";
      readonly why: Extract<DnsAnswer<string>, { kind: "failed" }>["why"];
      readonly detail: string;
    };

/** Addresses of one answer that are looked at. */
const MAX_CODES = 32;

/** Reads the answer to an A question, as the list means it. */
export function readAnswer(list: Blocklist, answer: DnsAnswer<string>): ListAnswer {
  if (answer.kind === "absent") return { kind: "clean", why: answer.why };
  if (answer.kind === "failed") return { kind: "failed", why: answer.why, detail: answer.detail };
  const addresses = answer.records.slice(0, MAX_CODES);
  const foreign = addresses.find((address) => parseIp(address)?.scope !== "loopback");
  if (foreign !== undefined) return { kind: "rewritten", address: foreign };
  for (const code of addresses) {
    const refusal = refusalIn(list, code);
    if (refusal !== undefined) return { kind: "refused-us", code, says: refusal.says };
  }
  const entries = addresses.flatMap((code) => meaningsOf(list, code));
  const meaning = MEANINGS.find((meaning) => entries.some((entry) => entry.meaning === meaning));
  if (meaning === undefined) return { kind: "unknown-code", codes: addresses };
  return { kind: "entry", meaning, codes: entries.map(({ code, says }) => `${code} ${says}`) };
}

function refusalIn({ refusals, refusalBit }: Blocklist, code: string) {
  const refusal = refusals.find(({ match }) => matches(code, match));
  if (refusal !== undefined || refusalBit === undefined) return refusal;
  return hasBit(code, refusalBit.bit) ? refusalBit : undefined;
}

/** Whether four octets are those of a pattern as in Code. */
export function matches(address: string, pattern: string): boolean {
  const octets = address.split(".").map(Number);
  const parts = pattern.split(".");
  return parts.every((part, index) => {
    const [from = Number.NaN, to = from] = part === "*" ? [0, 255] : part.split("-").map(Number);
    const octet = octets[index] ?? Number.NaN;
    return octet >= from && octet <= to;
  });
}

interface Entry {
  readonly code: string;
  readonly meaning: Meaning;
  readonly says: string;
}

function meaningsOf(list: Blocklist, code: string): readonly Entry[] {
  const known = list.codes.find(({ match }) => matches(code, match));
  if (known !== undefined) return [{ code, meaning: known.meaning, says: known.says }];
  return (list.bits ?? [])
    .filter(({ bit }) => hasBit(code, bit))
    .map(({ meaning, says }) => ({ code, meaning, says }));
}

/** Codes that are sums are 127.0.0.x. */
function hasBit(code: string, bit: number): boolean {
  return matches(code, "127.0.0.*") && (Number(code.split(".").at(-1)) & bit) !== 0;
}
