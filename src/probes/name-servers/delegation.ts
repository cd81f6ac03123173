import type { Dns, QueryOptions, RecordType } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { ask, recordsOf } from "../../mail/dns-answers.ts";
import { isWithin } from "../../mail/organisation.ts";

/** Both sides of the cut between a zone and its parent, which ought to be the same (RFC 1034 §4.2.2). */
export interface Delegation {
  readonly parent: string;
  /** The name servers that the parent sends resolvers to. */
  readonly given: readonly string[];
  /** Those that the zone names itself. */
  readonly own: readonly string[];
  readonly glue: readonly Glue[];
}

/** Addresses of one kind of a name server within the zone. */
interface Glue {
  readonly name: string;
  readonly type: "A" | "AAAA";
  readonly given: readonly string[];
  readonly own: readonly string[];
}

/** Name servers of the parent that are asked, at most. */
const MAX_PARENTS = 2;
const MAX_LABELS = 10;

/** Asks the parent, and a server of the zone; undefined while not both of them answer for certain. */
export async function observeDelegation(
  apex: string,
  server: string,
  { dns }: Net,
  signal: AbortSignal,
): Promise<Delegation | undefined> {
  const own = await namesAt(dns, apex, { server, authoritative: true }, signal);
  const above = await parentOf(apex, dns, signal);
  if (own === undefined || above === undefined) return undefined;
  for (const [index, address] of above.addresses.entries()) {
    const given = await namesAt(dns, apex, { server: address, delegation: true }, signal);
    if (given === undefined) continue;
    // A change reaches the parent's servers one after the other.
    const others = isSame(given, own) ? [] : above.addresses.slice(index + 1);
    for (const other of others) {
      const again = await namesAt(dns, apex, { server: other, delegation: true }, signal);
      if (again !== undefined && !isSame(again, given)) return undefined;
    }
    const glue = await glueOf(given, { apex, server, parent: address }, dns, signal);
    return { parent: above.name, given, own, glue };
  }
  return undefined;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.join(" ") === other.join(" ");
}

async function namesAt(dns: Dns, apex: string, options: QueryOptions, signal: AbortSignal) {
  const answer = await dns.query(apex, "NS", signal, { ...options, cached: false });
  return answer.kind === "found" ? answer.records.toSorted() : undefined;
}

/** The zone that hands ours on, with an address each of some of its name servers. */
async function parentOf(apex: string, dns: Dns, signal: AbortSignal) {
  let name = apex;
  for (let step = 0; step < MAX_LABELS && name.includes("."); step += 1) {
    name = name.slice(name.indexOf(".") + 1);
    const answer = await dns.query(name, "NS", signal, { unvalidated: true });
    if (answer.kind === "failed") return undefined;
    if (answer.kind === "absent" || answer.aliases.length > 0) continue;
    const servers = answer.records.toSorted().slice(0, MAX_PARENTS);
    const addresses = servers.map(async (server) =>
      recordsOf(await ask(dns, server, "A", signal, { unvalidated: true })).slice(0, 1),
    );
    return { name, addresses: (await Promise.all(addresses)).flat() };
  }
  return undefined;
}

/** Of the servers whose addresses the parent has to know, since their names lie in the zone. */
async function glueOf(
  names: readonly string[],
  at: { readonly apex: string; readonly server: string; readonly parent: string },
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly Glue[]> {
  const inside = names.filter((name) => isWithin(name, at.apex));
  const pairs = inside.flatMap((name) => (["A", "AAAA"] as const).map((type) => ({ name, type })));
  const addressesAt = (name: string, type: Extract<RecordType, "A" | "AAAA">, by: QueryOptions) =>
    dns.query(name, type, signal, { ...by, cached: false });
  const glue = pairs.map(async ({ name, type }): Promise<readonly Glue[]> => {
    const [given, own] = await Promise.all([
      addressesAt(name, type, { server: at.parent, delegation: true }),
      addressesAt(name, type, { server: at.server, authoritative: true }),
    ]);
    if (given.kind !== "found" || own.kind !== "found") return [];
    return [{ name, type, given: given.records.toSorted(), own: own.records.toSorted() }];
  });
  return (await Promise.all(glue)).flat();
}
