import { isWithin } from "./organisation.ts";

/** Who issues certificates, and the domains that it takes for itself in CAA records. */
interface Authority {
  /** As the issuer's O= has it, in lower case. */
  readonly organisations: readonly string[];
  /** The first is the one to publish. */
  readonly domains: readonly [string, ...string[]];
}

const SECTIGO = [
  "sectigo.com",
  "usertrust.com",
  "trust-provider.com",
  "comodo.com",
  "comodoca.com",
  "entrust.net",
  "affirmtrust.com",
] as const;

/**
 * From what the authorities document and have disclosed to the CCADB ("All CAA Identifiers"). Those that
 * issue for others under names of their own are left out where nobody says whose rules hold.
 */
const AUTHORITIES: readonly Authority[] = [
  {
    organisations: ["let's encrypt", "internet security research group"],
    domains: ["letsencrypt.org"],
  },
  {
    organisations: ["sectigo limited", "comodo ca limited", "the usertrust network"],
    domains: SECTIGO,
  },
  // Its help asks for sectigo.com.
  { organisations: ["zerossl", "zerossl gmbh"], domains: [...SECTIGO, "zerossl.com"] },
  {
    organisations: ["google trust services", "google trust services llc"],
    domains: ["pki.goog", "google.com"],
  },
  {
    organisations: ["digicert inc", "digicert, inc.", "geotrust", "rapidssl", "thawte"],
    domains: [
      "digicert.com",
      "digicert.ne.jp",
      "cybertrust.ne.jp",
      "thawte.com",
      "geotrust.com",
      "rapidssl.com",
      "symantec.com",
      "digitalcertvalidation.com",
      "quovadisglobal.com",
      "amazon.com",
      "amazontrust.com",
      "awstrust.com",
      "amazonaws.com",
      "pkioverheid.nl",
    ],
  },
  { organisations: ["buypass as-983163327", "buypass as"], domains: ["buypass.com", "buypass.no"] },
  { organisations: ["globalsign nv-sa", "globalsign"], domains: ["globalsign.com"] },
  {
    organisations: ["ssl corporation", "ssl corp"],
    domains: ["ssl.com", "entrust.net", "affirmtrust.com"],
  },
  { organisations: ["actalis s.p.a."], domains: ["actalis.it"] },
  {
    organisations: ["asseco data systems s.a.", "unizeto technologies s.a.", "certum"],
    domains: ["certum.pl", "certum.eu"],
  },
  {
    organisations: ["amazon", "amazon trust services"],
    domains: ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"],
  },
  {
    organisations: ["godaddy.com, inc.", "starfield technologies, inc."],
    domains: ["godaddy.com", "starfieldtech.com", "amazon.com"],
  },
  { organisations: ["hellenic academic and research institutions ca"], domains: ["harica.gr"] },
  { organisations: ["swisssign ag"], domains: ["swisssign.com"] },
  { organisations: ["d-trust gmbh"], domains: ["d-trust.net", "dtrust.de", "d-trust.de"] },
  {
    organisations: ["deutsche telekom security gmbh"],
    domains: ["telesec.de", "pki.dfn.de", "dfn.de"],
  },
  { organisations: ["telia company ab", "telia finland oyj"], domains: ["telia.com"] },
  { organisations: ["identrust", "identrust, inc."], domains: ["identrust.com"] },
  { organisations: ["certsign", "certsign sa"], domains: ["certsign.ro"] },
];

/** The domains that the authority of that name answers to, the one to publish first; undefined: unknown. */
export function caaDomainsOf(organisation: string): Authority["domains"] | undefined {
  const name = organisation.toLowerCase();
  return AUTHORITIES.find(({ organisations }) => organisations.includes(name))?.domains;
}

/** Whether one of the issuers in CAA records is the authority, or a part of it. */
export function isNamed(domains: Authority["domains"], issuers: readonly string[]): boolean {
  return issuers.some((issuer) => domains.some((domain) => isWithin(issuer, domain)));
}
