import type { DnsAnswer } from "../domain/dns.ts";
import { isWithin, organisationOf } from "./organisation.ts";

/** The zone that a name lies in, with its name servers. */
export type ZoneApex =
  | { readonly kind: "found"; readonly apex: string; readonly nameServers: readonly string[] }
  /** Nothing up to what the owner has registered has name servers. */
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly detail: string };

const MAX_STEPS = 10;

/**
 * Asks for NS upwards from the name, as far as the owner has registered it: the zone of a top level, or
 * of `duckdns.org`, is not the owner's to mend.
 */
export async function findApex(
  name: string,
  lookup: (name: string) => Promise<DnsAnswer<string>>,
): Promise<ZoneApex> {
  const top = organisationOf(name) ?? name;
  let apex = name;
  for (let step = 0; step < MAX_STEPS && apex.includes(".") && isWithin(apex, top); step += 1) {
    const answer = await lookup(apex);
    if (answer.kind === "failed") {
      return { kind: "failed", detail: `NS of ${apex}: ${answer.detail}` };
    }
    // Through a CNAME these are the name servers of another zone.
    if (answer.kind === "found" && answer.aliases.length === 0) {
      return { kind: "found", apex, nameServers: answer.records.toSorted() };
    }
    apex = apex.slice(apex.indexOf(".") + 1);
  }
  return { kind: "none" };
}
