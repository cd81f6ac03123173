import type { Config } from "../../domain/config.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { envelopeDomainOf, envelopeDomainSeen } from "../../mail/envelope-seen.ts";
import { exitsShown } from "../../mail/exits-shown.ts";
import { type IpAddress, isPublicIp, parseIp } from "../../mail/ip-address.ts";
import { findOwnership } from "../../mail/relay.ts";

/** A route whose envelope is of the domain, and the sender as receivers see it. */
export interface Sender {
  readonly route: Route;
  readonly address: string;
}

/** An address that mail of the domain leaves from, with the name that it gave there. */
export interface UsedExit {
  readonly address: IpAddress;
  readonly ip: string;
  /** Empty where nobody told. */
  readonly helo: string;
  readonly sender: string;
  /** Seen by one of the newest canaries, not only by some of the last days. */
  readonly isCurrent: boolean;
  /** What makes us think that mail leaves there, where nobody saw it. */
  readonly guessedFrom: string | undefined;
  /** The organisation whose machine it is; undefined: the operator's. */
  readonly relay: string | undefined;
}

export interface SendersExits {
  readonly exits: readonly UsedExit[];
  /** A canary bears the envelope domain out, or none tells of another. */
  readonly isUsed: boolean;
}

/** Exits of one domain that are looked at, those in use first. */
const MAX_EXITS = 16;

/**
 * The exits of all senders of a domain, each address with each of its names once. Those in a private
 * network are none on the internet, and no record can name them.
 */
export async function exitsOf(
  domain: string,
  senders: readonly Sender[],
  endpoints: Config["endpoints"],
  { seen, dns }: Net,
  signal: AbortSignal,
): Promise<SendersExits> {
  const users = senders.filter(
    ({ route }) => envelopeDomainOf(seen.arrived(route.name), domain) === domain,
  );
  const found = new Map<string, UsedExit>();
  for (const user of users) {
    const { route, address: sender } = user;
    const owners = { endpoints, seen, dns };
    for (const exit of await exitsOn(route, domain, owners, signal)) {
      const { ip, helo = "", guessedFrom, isCurrent, relay } = exit;
      const address = parseIp(ip);
      if (address === undefined) continue;
      const key = `${address.text} ${helo.toLowerCase()}`;
      const known = found.get(key);
      if (known !== undefined && (known.isCurrent || !isCurrent)) continue;
      found.set(key, { ip: address.text, address, helo, sender, isCurrent, guessedFrom, relay });
    }
  }
  const inUseFirst = [...found.values()].toSorted(
    (one, other) => Number(other.isCurrent) - Number(one.isCurrent),
  );
  return {
    exits: inUseFirst.slice(0, MAX_EXITS),
    isUsed: users.length > 0,
  };
}

/** Those of one route that left with an envelope of the domain, as far as canaries tell. */
async function exitsOn(
  route: Route,
  domain: string,
  { endpoints, seen, dns }: Pick<Config, "endpoints"> & Pick<Net, "seen" | "dns">,
  signal: AbortSignal,
) {
  const { current, others } = shownBy(route, domain, { seen });
  const identities = seen.exits(route.name).filter(({ ip }) => isPublicIp(ip));
  const owners = await findOwnership(route, identities, { endpoints }, dns, signal);
  const strangers = identities.filter(({ ip }) => others.has(ip));
  const forwarders = new Set(strangers.flatMap((exit) => owners.relayOf(exit) ?? []));
  return identities.flatMap((exit) => {
    const relay = owners.relayOf(exit);
    // Where no canary tells, e.g. before the first one, the exit is somebody's word.
    const isCurrent = current.size === 0 || current.has(exit.ip);
    // A forwarder with many machines has left by others of them before.
    const isForwarded = relay !== undefined && forwarders.has(relay) && !current.has(exit.ip);
    return others.has(exit.ip) || isForwarded ? [] : { ...exit, relay, isCurrent };
  });
}

/** The exits of the newest canaries: those of the domain's envelope, and those of another one alone. */
function shownBy({ name }: Route, domain: string, { seen }: Pick<Net, "seen">) {
  const arrived = seen.arrived(name);
  const isOurs = (each: (typeof arrived)[number]) =>
    (envelopeDomainSeen(each) ?? domain) === domain;
  const current = exitsShown(arrived.filter(isOurs));
  const strangers = exitsShown(arrived.filter((each) => !isOurs(each)));
  return { current, others: new Set([...strangers].filter((ip) => !current.has(ip))) };
}
