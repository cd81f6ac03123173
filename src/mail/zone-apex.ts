import type { DnsAnswer } from "../domain/dns.ts";

/** The zone that a name lies in, with its name servers. */
export type ZoneApex =
  | { readonly kind: "found"; readonly apex: string; readonly nameServers: readonly string[] }
  /** Nothing up to the top level has name servers. */
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly detail: string };

const MAX_STEPS = 10;

/** Asks for NS upwards from the name; the top level is nobody's mail domain. */
export async function findApex(
  name: string,
  lookup: (name: string) => Promise<DnsAnswer<string>>,
): Promise<ZoneApex> {
  let apex = name;
  for (let step = 0; step < MAX_STEPS && apex.includes("."); step += 1) {
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
