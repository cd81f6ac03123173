import { simple } from "./blocklist-addresses.ts";
import { type Blocklist, COMMON_REFUSALS, SLOWLY_MS } from "./blocklist.ts";

/** Lists of sending addresses that answer those who are registered. */
export const REGISTERED_LISTS: readonly Blocklist[] = [
  {
    name: "abusix-combined",
    zone: "combined.mail.abusix.zone",
    covers: ["ipv4", "ipv6"],
    codes: [
      { match: "127.0.0.2", meaning: "listed", says: "black: sent to spam traps" },
      {
        match: "127.0.0.3",
        meaning: "minor",
        says: "black: very low reputation, or beside machines that sent to spam traps",
      },
      { match: "127.0.0.4", meaning: "listed", says: "exploit: infected or abused machine" },
      { match: "127.0.0.11", meaning: "policy", says: "policy: its reverse name is generic" },
      { match: "127.0.0.12", meaning: "policy", says: "policy: it has no reverse name" },
      { match: "127.0.0.200", meaning: "listed", says: "black: entered by hand" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://lookup.abusix.com",
    usual: true,
    registration: "a key from https://app.abusix.com",
    keyed: { account: "abusix", zone: "{key}.combined.mail.abusix.zone", only: true },
    aliveIn: "2026-08",
  },
  simple("barracuda", "b.barracudacentral.org", "listed", {
    says: "poor reputation",
    removal: "https://www.barracudacentral.org/rbl/removal-request",
    usual: false,
    registration: "the resolver's address, at https://www.barracudacentral.org/rbl",
    aliveIn: "2026-08",
  }),
  {
    name: "validity",
    zone: "bl.score.senderscore.com",
    covers: ["ipv4"],
    // Codes are classes of trouble from 127.0.0.1 on: here that one is an entry.
    codes: [
      { match: "127.0.0.1", meaning: "minor", says: "botnet" },
      { match: "127.0.0.2-26", meaning: "minor", says: "poor reputation" },
    ],
    refusals: COMMON_REFUSALS,
    removal: "https://senderscore.org",
    usual: false,
    registration: "a MyValidity account that knows the resolver's address",
    everyMs: SLOWLY_MS,
    aliveIn: "2026-02",
  },
];
