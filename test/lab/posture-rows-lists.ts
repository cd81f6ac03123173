import { entries, inZone, refused } from "./posture-faults.ts";
import { OWN } from "./posture-names.ts";
import type { Row } from "./posture-row.ts";
import { reverseName } from "./posture-zones.ts";

const { domain, address } = OWN;

/** Blocklists in every mood. */
export const LIST_ROWS: readonly Row[] = [
  {
    fault: "exit address listed",
    begin: entries(
      "zen.spamhaus.org",
      `${namedIn(address)} A 127.0.0.2`,
      `${namedIn(address)} TXT "https://check.spamhaus.org/sbl/query/SBL1"`,
    ),
    findings: [`blocklist-listed: ${address}`],
  },
  {
    fault: "IPv6 exit listed",
    begin: entries("zen.spamhaus.org", `${namedIn(OWN.ipv6)} A 127.0.0.3`),
    findings: [`blocklist-listed: ${OWN.ipv6}`],
  },
  {
    fault: "domain listed",
    begin: entries("dbl.spamhaus.org", `${domain} A 127.0.1.2`, `*.${domain} A 127.0.1.2`),
    findings: [`blocklist-listed: ${domain}`],
  },
  {
    fault: "list without any entry",
    begin: inZone("psbl.surriel.com", "2.0.0.127", []),
    findings: ["blocklist-unusable: psbl"],
    unusable: { list: "psbl", reason: "lists-nothing" },
  },
  {
    fault: "list with everything in it",
    begin: entries("psbl.surriel.com", "* A 127.0.0.2"),
    findings: ["blocklist-unusable: psbl"],
    unusable: { list: "psbl", reason: "lists-everything" },
  },
  {
    fault: "list that refuses our resolver by a code",
    begin: inZone("zen.spamhaus.org", "2.0.0.127", ["* A 127.255.255.254"]),
    findings: ["blocklist-unusable: spamhaus-zen"],
    unusable: { list: "spamhaus-zen", reason: "refuses-us" },
  },
  {
    fault: "list whose name server refuses",
    begin: refused("psbl.surriel.com"),
    findings: ["blocklist-unusable: psbl"],
    unusable: { list: "psbl", reason: "servfail" },
  },
];

/** The name of an address in a blocklist (RFC 5782 §2.1 and §2.4). */
function namedIn(ip: string): string {
  return reverseName(ip).replace(/\.(?:in-addr|ip6)\.arpa$/, "");
}
