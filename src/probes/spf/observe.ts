import type { Config } from "../../domain/config.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { domainOf } from "../../mail/address.ts";
import { isHostName } from "../../mail/host-name.ts";
import { type IpAddress, parseIp } from "../../mail/ip-address.ts";
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
  /** Seen by one of the newest canaries, not only by some of the last days. */
  readonly isCurrent: boolean;
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

/** The addresses that mail leaves from now, each once. */
export function currentAddresses({ exits }: Facts): readonly string[] {
  return [...new Set(exits.filter(({ isCurrent }) => isCurrent).map(({ ip }) => ip))];
}

/** Reads the tree and evaluates it for every exit that canaries showed. */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const lookup: Lookup = (name, type) => net.dns.query(name, type, signal);
  const tree = await readSpfTree(target.domain, lookup);
  const exits = exitsOf(target, net);
  // The domain's own record is judged already; a name may well disown an address it has left.
  const greeters = exits.filter(
    ({ helo, isCurrent }) =>
      isCurrent && isHostName(helo.replace(/\.$/, "")) && helo.toLowerCase() !== target.domain,
  );
  return {
    tree,
    exits: await Promise.all(exits.map((exit) => checkExit(exit, exit.sender, lookup))),
    helos: await Promise.all(
      greeters.map((exit) => checkExit(exit, `postmaster@${exit.helo}`, lookup)),
    ),
  };
}

interface UsedExit extends Omit<ExitCheck, "check"> {
  readonly address: IpAddress;
  readonly sender: string;
}

/** Each address with each of its names once. */
function exitsOf({ senders }: Target, { seen }: Net): readonly UsedExit[] {
  const found = new Map<string, UsedExit>();
  for (const { route, address: sender } of senders) {
    const current = new Set(seen.arrived(route).flatMap(({ arrival }) => arrival?.exit?.ip ?? []));
    for (const { ip, helo = "" } of seen.exits(route)) {
      const address = parseIp(ip);
      const key = `${address?.text} ${helo.toLowerCase()}`;
      if (address === undefined || found.has(key)) continue;
      // Where no canary tells, e.g. before the first one, the exit is somebody's word.
      const isCurrent = current.size === 0 || current.has(ip);
      found.set(key, { ip: address.text, address, helo, sender, isCurrent });
    }
  }
  return [...found.values()].slice(0, MAX_EXITS);
}

async function checkExit(
  { ip, address, helo, isCurrent }: UsedExit,
  sender: string,
  lookup: Lookup,
): Promise<ExitCheck> {
  return { ip, helo, isCurrent, check: await checkSpf({ ip: address, sender, helo }, lookup) };
}
