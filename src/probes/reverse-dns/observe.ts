import type { ExitIdentity } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { ask, type Asked, recordsOf } from "../../mail/dns-answers.ts";
import { exitsShown } from "../../mail/exits-shown.ts";
import { type IpAddress, parseIp } from "../../mail/ip-address.ts";
import { reverseNameOf } from "../../mail/ip-network.ts";
import { asOthersSee } from "../../mail/outside-view.ts";
import { findOwnership } from "../../mail/relay.ts";
import { fromDomain } from "../../mail/sender-domains.ts";

/** A From domain and the routes that its mail takes. */
export interface Target {
  readonly domain: string;
  readonly routes: readonly Route[];
  readonly endpoints: Config["endpoints"];
}

export interface Facts {
  readonly exits: readonly Exit[];
  /** Seen, but of no meaning outside their network. */
  readonly notPublic: readonly string[];
}

/** One address that mail left from. */
export interface Exit {
  readonly ip: IpAddress;
  /** The names that it gave in HELO, as receivers saw them, in lower case. */
  readonly helos: readonly string[];
  readonly ptr: Asked<string>;
  /** What each reverse name leads to: A records for an IPv4 address, AAAA for IPv6. */
  readonly forward: readonly Asked<string>[];
  /** The organisation whose machine it is for every route; undefined: the operator's. */
  readonly relay: string | undefined;
  /** What makes us think that mail leaves there, where nobody saw it. */
  readonly guessedFrom: string | undefined;
  /** Seen by one of the newest canaries, not only by some of the last days. */
  readonly isCurrent: boolean;
}

/** Addresses of one domain that are looked at, newest first. */
const MAX_EXITS = 16;
/** An address with many names is somebody's mistake or joke; receivers stop as early. */
const MAX_NAMES = 10;
const MAX_HELOS = 8;

/** One a From domain: routes of one domain share their exits more often than not. */
export function targets({ routes, endpoints }: Config): readonly Target[] {
  const byDomain = Map.groupBy(routes, fromDomain);
  return [...byDomain].map(([domain, users]) => ({
    domain,
    routes: users,
    endpoints,
  }));
}

export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const dns = asOthersSee(net.dns);
  const identities = Map.groupBy(
    await identitiesOf(target, net, signal),
    ({ ip }) => parseIp(ip)?.text ?? "",
  );
  const addresses = [...identities.keys()].map(parseIp).filter((ip) => ip !== undefined);
  const lookUp = async (ip: IpAddress): Promise<Exit> => {
    const ptr = await ask(dns, reverseNameOf(ip), "PTR", signal);
    const type = ip.family === "ipv4" ? "A" : "AAAA";
    const forward = recordsOf(ptr)
      .slice(0, MAX_NAMES)
      .map((host) => ask(dns, host, type, signal));
    const users = identities.get(ip.text) ?? [];
    const isRelayed = users.every(({ relay }) => relay !== undefined);
    return {
      ip,
      helos: helosOf(users.filter(({ relay }) => relay === undefined)),
      ptr,
      forward: await Promise.all(forward),
      relay: isRelayed ? users[0]?.relay : undefined,
      guessedFrom: users.find(({ guessedFrom }) => guessedFrom !== undefined)?.guessedFrom,
      isCurrent: users.some(({ isCurrent }) => isCurrent),
    };
  };
  const open = addresses.filter(({ scope }) => scope === "public").slice(0, MAX_EXITS);
  return {
    exits: await Promise.all(open.map(lookUp)),
    notPublic: addresses.filter(({ scope }) => scope !== "public").map(({ text }) => text),
  };
}

interface Identity extends ExitIdentity, Pick<Exit, "relay" | "isCurrent"> {}

/** What receivers saw leaving on the routes, and whose it is. */
async function identitiesOf(
  { routes, endpoints }: Target,
  { dns, seen }: Net,
  signal: AbortSignal,
): Promise<readonly Identity[]> {
  const found = routes.map(async (route) => {
    const exits = seen.exits(route.name);
    const owners = await findOwnership(route, exits, { endpoints }, dns, signal);
    const shown = exitsShown(seen.arrived(route.name));
    return exits.map((exit) => ({
      ...exit,
      relay: owners.relayOf(exit),
      // Where no canary tells, e.g. before the first one, the exit is somebody's word.
      isCurrent: shown.size === 0 || shown.has(exit.ip),
    }));
  });
  return (await Promise.all(found)).flat();
}

function helosOf(exits: readonly ExitIdentity[]): readonly string[] {
  const helos = exits.flatMap(({ helo }) =>
    helo === undefined ? [] : [helo.toLowerCase().replace(/\.$/, "")],
  );
  return [...new Set(helos)].slice(0, MAX_HELOS);
}
