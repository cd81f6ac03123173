import type { ExitIdentity } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import type { Net } from "../../domain/net.ts";
import { ask, type Asked, recordsOf } from "../../mail/dns-answers.ts";
import { type IpAddress, parseIp } from "../../mail/ip-address.ts";
import { reverseNameOf } from "../../mail/ip-network.ts";
import { fromDomain } from "../../mail/sender-domains.ts";

/** A From domain and the routes that its mail takes. */
export interface Target {
  readonly domain: string;
  readonly routes: readonly string[];
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
}

/** Addresses of one domain that are looked at, newest first. */
const MAX_EXITS = 16;
/** An address with many names is somebody's mistake or joke; receivers stop as early. */
const MAX_NAMES = 10;
const MAX_HELOS = 8;

/** One a From domain: routes of one domain share their exits more often than not. */
export function targets({ routes }: Config): readonly Target[] {
  const byDomain = Map.groupBy(routes, fromDomain);
  return [...byDomain].map(([domain, users]) => ({
    domain,
    routes: users.map(({ name }) => name),
  }));
}

export async function observe(
  { routes }: Target,
  { dns, seen }: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const identities = Map.groupBy(
    routes.flatMap((route) => seen.exits(route)),
    ({ ip }) => parseIp(ip)?.text ?? "",
  );
  const addresses = [...identities.keys()].map(parseIp).filter((ip) => ip !== undefined);
  const lookUp = async (ip: IpAddress): Promise<Exit> => {
    const ptr = await ask(dns, reverseNameOf(ip), "PTR", signal);
    const type = ip.family === "ipv4" ? "A" : "AAAA";
    const forward = recordsOf(ptr)
      .slice(0, MAX_NAMES)
      .map((host) => ask(dns, host, type, signal));
    const helos = helosOf(identities.get(ip.text) ?? []);
    return { ip, helos, ptr, forward: await Promise.all(forward) };
  };
  const open = addresses.filter(({ scope }) => scope === "public").slice(0, MAX_EXITS);
  return {
    exits: await Promise.all(open.map(lookUp)),
    notPublic: addresses.filter(({ scope }) => scope !== "public").map(({ text }) => text),
  };
}

function helosOf(exits: readonly ExitIdentity[]): readonly string[] {
  const helos = exits.flatMap(({ helo }) =>
    helo === undefined ? [] : [helo.toLowerCase().replace(/\.$/, "")],
  );
  return [...new Set(helos)].slice(0, MAX_HELOS);
}
