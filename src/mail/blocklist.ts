import { HOUR } from "../domain/duration.ts";

/** For lists whose entries change slowly, or matter little. */
export const SLOWLY_MS = 6 * HOUR;

/** What a DNS list can be asked about (RFC 5782 §2). */
export type ListedKind = "ipv4" | "ipv6" | "domain";

/**
 * What an entry means for mail, the worst first. `listed`: many receivers refuse mail over it.
 * `minor`: few do. `policy`: of a kind that should not send directly, not of abuse.
 * `informational`: says little about this sender. `allow`: speaks for it.
 */
export const MEANINGS = ["listed", "minor", "policy", "informational", "allow"] as const;
export type Meaning = (typeof MEANINGS)[number];

/** A return code. */
export interface Code {
  /** Four octets, each a number, a range `2-7` or `*`: `127.0.0.10-11`, `127.0.*.3`. */
  readonly match: string;
  readonly meaning: Meaning;
  readonly says: string;
}

/** A bit of the last octet, on lists whose codes are sums. */
interface Bit {
  readonly bit: number;
  readonly meaning: Meaning;
  readonly says: string;
}

/** A code by which a list tells us that it will not answer us. */
export interface Refusal {
  /** As in Code. */
  readonly match: string;
  readonly says: string;
}

/** A DNS list of addresses or domains: data, from what its operator documents. */
export interface Blocklist {
  /** Stands for the list in metrics, findings and the config file. */
  readonly name: string;
  readonly zone: string;
  readonly covers: readonly ListedKind[];
  readonly codes: readonly Code[];
  /** Looked at in answers `127.0.0.x` that are no code. */
  readonly bits?: readonly Bit[];
  readonly refusals: readonly Refusal[];
  /** Entries elsewhere, and the answer to whatever is asked where the list refuses. */
  readonly blankets?: readonly Refusal[];
  /** The bit of the last octet by which a list with bits refuses, whatever bits stand beside it. */
  readonly refusalBit?: { readonly bit: number; readonly says: string };
  /** Where to look an entry up and have it removed. */
  readonly removal: string | undefined;
  /** Whether it is asked when the operator says nothing about it. */
  readonly usual: boolean;
  /** What its operator wants before it answers; undefined: nothing. */
  readonly registration?: string;
  /** A zone with the account's key in it, which takes the place of `zone`. */
  readonly keyed?: { readonly account: Account; readonly zone: string; readonly only: boolean };
  /** Whether a domain is asked for as it is, or the organisation's domain of it. */
  readonly domains?: "as-is" | "organisation";
  /** Its own test names, where they are not those of RFC 5782 §5. */
  readonly testNames?: { readonly listed: readonly string[]; readonly unlisted: readonly string[] };
  /** How often it is asked, milliseconds; by default once an hour, which no list minds. */
  readonly everyMs?: number;
  /** Month of the newest source that treats it as alive. */
  readonly aliveIn: string;
}

/** Who gives out keys that become part of a zone's name. */
type Account = "spamhausDqs" | "abusix";

/** A list that must not be asked any more, with everything below its zone. */
export interface DeadList {
  readonly zone: string;
  /** What happened and when, after the zone's name: `was switched off in June 2024`. */
  readonly fate: string;
}

/**
 * The practice of Spamhaus and others, and in no RFC: an answer in 127.255.255.0/24 says that the
 * question was not answered, and is no entry.
 */
export const COMMON_REFUSALS: readonly Refusal[] = [
  { match: "127.255.255.252", says: "the zone's name is mistyped" },
  { match: "127.255.255.254", says: "it does not answer public resolvers; ask through your own" },
  { match: "127.255.255.255", says: "too many queries, or not registered" },
  { match: "127.255.255.*", says: "it does not answer us" },
];
