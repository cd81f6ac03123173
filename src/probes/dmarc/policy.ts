import type { DmarcRecord } from "../../mail/dmarc-record.ts";
import type { DmarcAt } from "../../mail/dmarc-walk.ts";

/** The policy for mail from the domain: its own, or its parent's for what lies below. */
export function policyTag(
  { domain: at }: DmarcAt,
  domain: string,
  isNonexistent: boolean,
): "p" | "sp" | "np" {
  if (at === domain) return "p";
  return isNonexistent ? "np" : "sp";
}

/** What the tag comes to, defaults included. */
export function policyOf(
  { policy, subdomains, nonexistent }: DmarcRecord,
  tag: "p" | "sp" | "np",
): DmarcRecord["policy"] {
  return { p: policy, sp: subdomains, np: nonexistent }[tag];
}
