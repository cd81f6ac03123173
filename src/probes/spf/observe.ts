import type { ExitIdentity } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { domainOf } from "../../mail/address.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { checkSpf, type Lookup, type SpfCheck } from "../../mail/spf-evaluate.ts";
import { readSpfTree, type SpfTree } from "../../mail/spf-tree.ts";

/** A domain that SPF is asked about, or that users will send as. */
export interface Target {
  readonly domain: string;
  /** The routes whose envelope it is, with the sender as receivers see it; none: only in From. */
  readonly senders: readonly { readonly route: string; readonly address: string }[];
}

export interface Facts {
  readonly tree: SpfTree;
  readonly exits: readonly ExitCheck[];
  readonly helos: readonly ExitCheck[];
}

/** What a receiver would find for one exit. */
export interface ExitCheck {
  readonly ip: string;
  /** The name that the exit gave; the identity that is checked, for HELO. */
  readonly helo: string;
  readonly check: SpfCheck;
}

/** Exits of one domain that are looked at, newest first. */
const MAX_EXITS = 16;

/** The domains of all envelopes and From addresses, each once. */
export function targets({ routes }: Config): readonly Target[] {
  const senders = new Map<string, Target["senders"][number][]>();
  for (const route of routes) {
    const address = envelopeOf(route);
    const domain = domainOf(address);
    senders.set(domain, [...(senders.get(domain) ?? []), { route: route.name, address }]);
  }
  for (const { from } of routes) {
    const domain = domainOf(from.address);
    if (!senders.has(domain)) senders.set(domain, []);
  }
  return [...senders].map(([domain, users]) => ({ domain, senders: users }));
}

function envelopeOf({ bounceAddress, envelopeFrom }: Route): string {
  return bounceAddress ?? envelopeFrom;
}

/** Reads the tree and evaluates it for every exit that canaries showed. */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const lookup: Lookup = (name, type) => net.dns.query(name, type, signal);
  const tree = await readSpfTree(target.domain, lookup);
  const exits = exitsOf(target, net);
  const checks = await Promise.all(
    exits.map(({ exit, sender }) => checkExit(exit, sender, lookup)),
  );
  // The domain's own record is judged already.
  const greeters = exits.filter(
    ({ exit }) => isHostName(exit.helo) && exit.helo?.toLowerCase() !== target.domain,
  );
  const helos = await Promise.all(
    greeters.map(({ exit }) => checkExit(exit, `postmaster@${exit.helo ?? ""}`, lookup)),
  );
  return {
    tree,
    exits: checks.filter((check) => check !== undefined),
    helos: helos.filter((check) => check !== undefined),
  };
}

interface UsedExit {
  readonly exit: ExitIdentity;
  readonly sender: string;
}

/** Each address with each of its names once. */
function exitsOf({ senders }: Target, { seen }: Net): readonly UsedExit[] {
  const found = new Map<string, UsedExit>();
  for (const { route, address } of senders) {
    for (const exit of seen.exits(route)) {
      const key = `${exit.ip} ${exit.helo?.toLowerCase() ?? ""}`;
      if (!found.has(key)) found.set(key, { exit, sender: address });
    }
  }
  return [...found.values()].slice(0, MAX_EXITS);
}

async function checkExit(
  { ip: text, helo = "" }: ExitIdentity,
  sender: string,
  lookup: Lookup,
): Promise<ExitCheck | undefined> {
  const ip = parseIp(text);
  if (ip === undefined) return undefined;
  return { ip: ip.text, helo, check: await checkSpf({ ip, sender, helo }, lookup) };
}

/** Not an address literal, not a bare word: such names can have no record. */
function isHostName(helo: string | undefined): boolean {
  return (
    helo !== undefined && helo.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?$/i.test(helo)
  );
}
