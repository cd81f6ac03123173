import { type Blocklist, COMMON_REFUSALS, type Meaning, SLOWLY_MS } from "./blocklist.ts";

/** Lists of sending addresses that answer everybody. */
export const ADDRESS_LISTS: readonly Blocklist[] = [
  {
    name: "spamhaus-zen",
    zone: "zen.spamhaus.org",
    covers: ["ipv4", "ipv6"],
    codes: [
      { match: "127.0.0.2", meaning: "listed", says: "SBL: spam source or spam operation" },
      { match: "127.0.0.3", meaning: "listed", says: "CSS: sends low-reputation mail" },
      { match: "127.0.0.4-7", meaning: "listed", says: "XBL: infected or abused machine" },
      { match: "127.0.0.9", meaning: "listed", says: "DROP: network run by criminals" },
      { match: "127.0.0.10", meaning: "policy", says: "PBL: the provider lets it send no mail" },
      { match: "127.0.0.11", meaning: "policy", says: "PBL: Spamhaus takes it for an end user" },
      { match: "127.0.0.20", meaning: "listed", says: "AuthBL: tries stolen passwords" },
      { match: "127.0.0.30", meaning: "listed", says: "BCL: controls a botnet" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://check.spamhaus.org",
    usual: true,
    keyed: { account: "spamhausDqs", zone: "{key}.zen.dq.spamhaus.net", only: false },
    aliveIn: "2026-08",
  },
  simple("spamcop", "bl.spamcop.net", "minor", {
    says: "reported as a source of spam; expires by itself about a day after the last report",
    removal: "https://www.spamcop.net/bl.shtml",
    usual: true,
    aliveIn: "2026-08",
  }),
  simple("psbl", "psbl.surriel.com", "minor", {
    says: "sent to spam traps",
    removal: "https://psbl.org",
    usual: true,
    aliveIn: "2025-07",
  }),
  {
    name: "mailspike",
    zone: "bl.mailspike.net",
    covers: ["ipv4"],
    codes: [
      { match: "127.0.0.2", meaning: "listed", says: "zero-hour: part of a spam wave" },
      { match: "127.0.0.10", meaning: "listed", says: "worst reputation" },
      { match: "127.0.0.11", meaning: "listed", says: "very bad reputation" },
      { match: "127.0.0.12", meaning: "listed", says: "bad reputation" },
      { match: "127.0.0.13", meaning: "minor", says: "suspicious behaviour" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://mailspike.io/ip_verify",
    usual: true,
    aliveIn: "2026-08",
  },
  simple("uceprotect-1", "dnsbl-1.uceprotect.net", "minor", {
    says: "sent to spam traps; expires by itself after seven clean days, do not pay",
    removal: "https://www.uceprotect.net/en/rblcheck.php",
    usual: true,
    aliveIn: "2026-07",
  }),
  simple("uceprotect-2", "dnsbl-2.uceprotect.net", "informational", {
    says: "neighbours in the provider's range sent spam",
    removal: "https://www.uceprotect.net/en/rblcheck.php",
    usual: false,
    everyMs: SLOWLY_MS,
    aliveIn: "2026-07",
  }),
  simple("uceprotect-3", "dnsbl-3.uceprotect.net", "informational", {
    says: "other customers of the provider sent spam",
    removal: "https://www.uceprotect.net/en/rblcheck.php",
    usual: false,
    everyMs: SLOWLY_MS,
    aliveIn: "2026-07",
  }),
  simple("spameatingmonkey", "bl.spameatingmonkey.net", "minor", {
    says: "sent to spam traps",
    removal: "https://spameatingmonkey.com/lookup",
    usual: true,
    aliveIn: "2026-08",
  }),
  {
    ...simple("spameatingmonkey-ipv6", "bl.ipv6.spameatingmonkey.net", "minor", {
      says: "sent to spam traps",
      removal: "https://spameatingmonkey.com/lookup",
      usual: true,
      aliveIn: "2026-08",
    }),
    covers: ["ipv6"],
  },
  {
    name: "blocklist-de",
    zone: "bl.blocklist.de",
    covers: ["ipv4"],
    codes: [{ match: "127.0.0.2-254", meaning: "minor", says: "attacked servers of others" }],
    refusals: COMMON_REFUSALS,
    removal: "https://www.blocklist.de/en/delist.html",
    usual: true,
    aliveIn: "2026-08",
  },
  {
    ...simple("virusfree", "bip.virusfree.cz", "minor", {
      says: "behaves like part of a botnet",
      removal: "https://www.virusfree.cz",
      usual: true,
      aliveIn: "2026-08",
    }),
    covers: ["ipv4", "ipv6"],
  },
  {
    name: "dronebl",
    zone: "dnsbl.dronebl.org",
    covers: ["ipv4", "ipv6"],
    codes: [
      { match: "127.0.0.2-19", meaning: "minor", says: "abused machine: proxy, drone or worm" },
      { match: "127.0.0.255", meaning: "minor", says: "abused machine of an unknown kind" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://dronebl.org/lookup",
    usual: true,
    aliveIn: "2025-07",
  },
  {
    name: "spamrats",
    zone: "all.spamrats.com",
    covers: ["ipv4", "ipv6"],
    codes: [
      { match: "127.0.0.36", meaning: "policy", says: "Dyna: its reverse name looks dynamic" },
      { match: "127.0.0.37", meaning: "policy", says: "NoPtr: it had no reverse name" },
      { match: "127.0.0.38", meaning: "minor", says: "Spam: sent spam" },
      { match: "127.0.0.43", meaning: "minor", says: "Auth: tried passwords" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://www.spamrats.com/removal.php",
    usual: true,
    aliveIn: "2025-07",
  },
  {
    name: "hostkarma",
    zone: "hostkarma.junkemailfilter.com",
    covers: ["ipv4"],
    // 127.0.0.1 is their word for good, and 127.0.0.5 asks not to be blocked.
    codes: [
      { match: "127.0.0.1", meaning: "allow", says: "white: sends good mail only" },
      { match: "127.0.0.2", meaning: "minor", says: "black: sends spam" },
      { match: "127.0.0.3", meaning: "informational", says: "yellow: sends good mail and spam" },
      { match: "127.0.0.4", meaning: "minor", says: "brown: sends little but spam" },
      { match: "127.0.0.5", meaning: "allow", says: "not to be blocked" },
      { match: "127.0.1.*", meaning: "informational", says: "a class of sender" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://ipadmin.junkemailfilter.com/remove.php",
    usual: true,
    aliveIn: "2026-08",
  },
];

/** A list of IPv4 addresses with one code. */
export function simple(
  name: string,
  zone: string,
  meaning: Meaning,
  {
    says,
    ...rest
  }: { readonly says: string } & Pick<Blocklist, "removal" | "usual" | "aliveIn" | "everyMs"> & {
      readonly registration?: string;
    },
): Blocklist {
  const codes = [{ match: "127.0.0.2", meaning, says }];
  return { name, zone, covers: ["ipv4"], codes, refusals: COMMON_REFUSALS, ...rest };
}
