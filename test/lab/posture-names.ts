import type { MailDomain } from "./domains.ts";

/**
 * Addresses that our code takes for public ones and that are nobody's: they are for the benchmarking
 * of networks (RFC 2544 §C.2.2, RFC 5180 §8).
 */
export const PREFIXES = { ipv4: 15, ipv6: 48 };

/** A top level that the real root does not have. */
export const TOP = "canarylab";

/** Root, top level, reverse zones and blocklists are at the first address, own zone at the other. */
export const NAME_SERVER = "198.18.0.53";
export const OWN_NAME_SERVER = "198.18.0.54";
export const RESOLVER = "198.18.0.43";
/** Not a neighbour of the mail servers: what they do for neighbours tells nothing. */
export const WATCH = ["198.18.99.99", "2001:2:0:99::99"] as const;

export const OWN: MailDomain & { readonly ipv6: string } = {
  domain: `own.${TOP}`,
  hostname: `mail.own.${TOP}`,
  address: "198.18.10.25",
  ipv6: "2001:2:0:10::25",
};

/** Web servers on the same machine. */
export const POLICY_HOST = `mta-sts.${OWN.domain}`;
export const LOGO_HOST = `www.${OWN.domain}`;

/** One machine that is two receivers: the second domain's is reached by IPv6 alone. */
export const RECEIVER: MailDomain & { readonly ipv6: string; readonly ipv6Domain: string } = {
  domain: `bigmail.${TOP}`,
  hostname: `mx.bigmail.${TOP}`,
  address: "198.18.20.25",
  ipv6: "2001:2:0:20::25",
  ipv6Domain: `sixmail.${TOP}`,
};
