import type { Config } from "./domain/config.ts";
import type { Dns } from "./domain/dns.ts";
import { SECOND } from "./domain/duration.ts";
import type { WatchedEndpoint } from "./domain/endpoint.ts";
import type { Net } from "./domain/net.ts";
import { domainOf } from "./mail/address.ts";
import { isPublicIp, parseIp } from "./mail/ip-address.ts";
import { isWithin, organisationOf } from "./mail/organisation.ts";
import { findServices } from "./mail/service-records.ts";

/** An address that mail leaves from, and how we know. */
export interface KnownExit {
  readonly ip: string;
  readonly why: string;
}

/** MX hosts that are heeded, at most. */
const MAX_MX_HOSTS = 10;
const MAX_EXITS = 20;
/** Hosts whose ports for users are tried, at most. */
const MAX_USER_HOSTS = 3;
/** A firewall that drops what it does not like shall not hold up everything else. */
const KNOCK_MS = 5 * SECOND;

/**
 * Who runs his own mail server mostly sends from the address that he receives at. True of hosts
 * within the sender's own organisation alone: those of a provider would tell about the provider.
 */
export async function guessExits(
  config: Config,
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly KnownExit[]> {
  const hosts = await Promise.all(
    senders(config).map((domain) => ownExchangers(domain, dns, signal)),
  );
  const addresses = await Promise.all(
    [...new Set(hosts.flat())].slice(0, MAX_MX_HOSTS).flatMap((host) =>
      (["A", "AAAA"] as const).map(async (type) => {
        const answer = await dns.query(host, type, signal);
        const ips = answer.kind === "found" ? answer.records : [];
        // Asked within its own network a name may lead to where only that network leads.
        const open = ips.filter(isPublicIp);
        return open.map((ip) => ({ ip, why: `address of the MX host ${host}` }));
      }),
    ),
  );
  return addresses.flat().slice(0, MAX_EXITS);
}

const USER_PORTS = [
  { port: 587, protocol: "submission", tls: "starttls" },
  { port: 465, protocol: "submission", tls: "implicit" },
  { port: 993, protocol: "imap", tls: "implicit" },
  { port: 143, protocol: "imap", tls: "starttls" },
] as const;

/**
 * Where a domain does not say by SRV records which servers its users log in to, they mostly are its
 * MX hosts: the usual ports at which one of those answers. What does not answer need not be there.
 */
export async function guessEndpoints(
  config: Config,
  net: Pick<Net, "dns" | "tls">,
  signal: AbortSignal,
): Promise<readonly WatchedEndpoint[]> {
  const hosts = await Promise.all(
    senders(config).map(async (domain) => {
      const { records, troubles } = await findServices(domain, net.dns, signal);
      const isKnown = records.length + troubles.length > 0;
      return isKnown ? [] : ownExchangers(domain, net.dns, signal);
    }),
  );
  const guesses = [...new Set(hosts.flat())]
    .slice(0, MAX_USER_HOSTS)
    .flatMap((host) =>
      USER_PORTS.map((how) => ({ host, servername: undefined, ca: undefined, ...how })),
    );
  const answered = await Promise.all(guesses.map((guess) => answers(guess, net, signal)));
  return guesses.filter((_, index) => answered[index]);
}

async function answers(
  { host, ...how }: WatchedEndpoint,
  { tls }: Pick<Net, "tls">,
  signal: AbortSignal,
): Promise<boolean> {
  const [address] = await tls.addressesOf(host, signal);
  if (address === undefined || parseIp(address)?.scope === "loopback") return false;
  const patience = AbortSignal.timeout(KNOCK_MS);
  try {
    const server = { ...how, address, servername: host };
    const look = await tls.look(server, AbortSignal.any([signal, patience]));
    return look.kind !== "failed";
  } catch (error) {
    if (signal.aborted || !patience.aborted) throw error;
    return false;
  }
}

function senders({ routes }: Config): readonly string[] {
  return [...new Set(routes.map(({ from }) => domainOf(from.address)))];
}

async function ownExchangers(
  domain: string,
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const answer = await dns.query(domain, "MX", signal);
  const exchangers = answer.kind === "found" ? answer.records : [];
  const own = organisationOf(domain) ?? domain;
  return exchangers.map(({ exchange }) => exchange).filter((host) => isWithin(host, own));
}
