import {
  type Blocklist,
  type Code,
  COMMON_REFUSALS,
  type ListedKind,
  SLOWLY_MS,
} from "./blocklist.ts";

/** How far dnswl.org trusts a sender: the last octet. The one before it is the kind of business. */
const TRUST = ["without a rating", "of low trust", "of medium trust", "of high trust"];

const DNSWL_CODES: readonly Code[] = [
  // Its test entry is one. No praise.
  { match: "127.0.10.*", meaning: "informational", says: "a special case" },
  ...TRUST.map((trust, octet): Code => ({
    match: `127.0.2-254.${octet}`,
    meaning: "allow",
    says: `a known sender ${trust}`,
  })),
];

const DNSWL_REFUSALS = {
  refusals: [{ match: "127.0.0.255", says: "too many queries" }, ...COMMON_REFUSALS],
  blankets: [{ match: "127.0.10.*", says: "too many queries" }],
};

/** Lists that speak for senders. Few need to know: off unless wanted, and never more than shown. */
export const ALLOW_LISTS: readonly Blocklist[] = [
  {
    ...allow("dnswl", "list.dnswl.org", ["ipv4", "ipv6"], "2026-08"),
    codes: DNSWL_CODES,
    ...DNSWL_REFUSALS,
    removal: "https://www.dnswl.org/?page_id=17",
  },
  {
    ...allow("dnswl-domains", "dwl.dnswl.org", ["domain"], "2026-08"),
    codes: DNSWL_CODES,
    ...DNSWL_REFUSALS,
    removal: "https://www.dnswl.org/?page_id=17",
  },
  {
    ...allow("mailspike-allow", "wl.mailspike.net", ["ipv4"], "2026-08"),
    codes: [{ match: "127.0.0.17-20", meaning: "allow", says: "a sender of good reputation" }],
    removal: "https://mailspike.io/ip_verify",
  },
  {
    ...allow("isipp", "iadb.isipp.com", ["ipv4"], "2024-10"),
    // What is known of a sender, good mostly: many codes for one address.
    codes: [{ match: "127.0-254.*.*", meaning: "informational", says: "known to ISIPP" }],
  },
  allow("validity-certified", "sa-trusted.bondedsender.org", ["ipv4"], "2024-10"),
  allow("validity-safe", "sa-accredit.habeas.com", ["ipv4"], "2024-10"),
  {
    ...allow("dkimwl", "lookup.dkimwl.org", ["domain"], "2024-10"),
    codes: [
      { match: "127.*.*.0", meaning: "minor", says: "signs spam" },
      { match: "127.*.*.1-2", meaning: "informational", says: "a signer of neither reputation" },
      { match: "127.*.*.3-5", meaning: "allow", says: "a signer of good reputation" },
    ],
  },
];

function allow(
  name: string,
  zone: string,
  covers: readonly ListedKind[],
  aliveIn: string,
): Blocklist {
  return {
    name,
    zone,
    covers,
    codes: [{ match: "127.0.0.*", meaning: "allow", says: "a certified sender" }],
    refusals: COMMON_REFUSALS,
    removal: undefined,
    usual: false,
    everyMs: SLOWLY_MS,
    aliveIn,
  };
}
