import { type Blocklist, COMMON_REFUSALS, type ListedKind, SLOWLY_MS } from "./blocklist.ts";

/** Alive in July 2025, and asked by so few receivers that an entry says little: off unless wanted. */
export const LITTLE_LISTS: readonly Blocklist[] = [
  little("s5h", "all.s5h.net", ["ipv4", "ipv6"]),
  little("nordspam", "bl.nordspam.com"),
  little("nordspam-domains", "dbl.nordspam.com", ["domain"]),
  little("backscatterer", "ips.backscatterer.org"),
  little("interserver", "rbl.interserver.net"),
  little("hetzner", "rbl.your-server.de"),
  little("ionos", "relays.bl.kundenserver.de"),
  little("pte", "singular.ttk.pte.hu"),
  little("swinog", "spamrbl.swinog.ch"),
  little("swinog-2", "dnsrbl.swinog.ch"),
  little("fabel", "spamsources.fabel.dk"),
  little("0spam", "bl.0spam.org"),
  little("0spam-rbl", "rbl.0spam.org"),
  little("0spam-nbl", "nbl.0spam.org"),
  little("0spam-domains", "dbl.0spam.org", ["domain"]),
  little("anonmails", "spam.dnsbl.anonmails.de"),
  little("spfbl", "dnsbl.spfbl.net"),
  {
    ...little("efnet", "rbl.efnetrbl.org"),
    // Here 127.0.0.1 is an entry: an open proxy.
    codes: [{ match: "127.0.0.1-5", meaning: "informational", says: "abused on IRC" }],
  },
  little("fmb", "bl.fmb.la"),
  little("virusfree-bad", "bad.virusfree.cz"),
  // Exits of Tor: no mail comes from them but what strangers send.
  little("tor-exits", "tor.dan.me.uk"),
  little("suomispam", "bl.suomispam.net"),
  little("abuse-ro", "rbl.abuse.ro"),
  little("zapbl", "dnsbl.zapbl.net"),
  little("polspam", "rbl.polspam.pl"),
  little("justspam", "dnsbl.justspam.org"),
  little("kempt", "dnsbl.kempt.net"),
  little("darklist", "dnsbl.darklist.de"),
  {
    ...little("dnsblchile", "dnsblchile.org"),
    codes: [
      { match: "127.0.0.12", meaning: "informational", says: "sends spam" },
      { match: "127.0.0.2-255", meaning: "informational", says: "a class of address" },
    ],
  },
  little("gremlin", "work.drbl.gremlin.ru"),
  little("zenrbl", "ip4.bl.zenrbl.pl"),
];

function little(name: string, zone: string, covers: readonly ListedKind[] = ["ipv4"]): Blocklist {
  return {
    name,
    zone,
    covers,
    codes: [
      { match: "127.0.0.2-255", meaning: "informational", says: "listed" },
      { match: "127.0.1-254.*", meaning: "informational", says: "listed" },
    ],
    refusals: COMMON_REFUSALS,
    removal: undefined,
    usual: false,
    everyMs: SLOWLY_MS,
    aliveIn: "2025-07",
  };
}
