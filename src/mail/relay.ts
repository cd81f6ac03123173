import type { ExitIdentity } from "../domain/canary.ts";
import type { Config } from "../domain/config.ts";
import type { Dns } from "../domain/dns.ts";
import type { Route } from "../domain/route.ts";
import { domainOf } from "./address.ts";
import { genericReason } from "./generic-name.ts";
import { isPublicIp, parseIp } from "./ip-address.ts";
import { findAddresses, findExchangers, type MailHost } from "./mail-exchangers.ts";
import { isWithin, organisationOf } from "./organisation.ts";
import { relayService } from "./relay-services.ts";
import { repliedDomains, senderDomains } from "./sender-domains.ts";

/** Whose the exits of a route are, and the names that they carry. */
export interface Ownership {
  /** The organisation of the relay that the exit is a machine of; undefined: it is the operator's. */
  relayOf(exit: ExitIdentity): string | undefined;
  /** The same of a name that the exit carries: a provider names machines that are the operator's. */
  relayOfName(name: string, exit: ExitIdentity): string | undefined;
}

/** Endpoints of the config file whose addresses are looked up, at most. */
const MAX_ENDPOINTS = 16;

/**
 * Finds out which exits of a route are a relay's. A relay is concluded from names of another
 * organisation alone, and only where they are those of a known service, or every server of the
 * operator's is known and the exit is none of them: in doubt it is the operator's, who learns then
 * what may be theirs.
 */
export async function findOwnership(
  route: Route,
  exits: readonly ExitIdentity[],
  { endpoints }: Pick<Config, "endpoints">,
  dns: Dns,
  signal: AbortSignal,
): Promise<Ownership> {
  const own = ownOrganisations(route);
  const isDoubtful = exits.some((exit) => strangerIn(namesOf(exit), own) !== undefined);
  const hosts = endpoints.map(({ host }) => host);
  const servers = isDoubtful ? await findServers(route, hosts, dns, signal) : NO_SERVERS;
  const senders = senderDomains([route]);
  const relays = new Map(exits.map((exit) => [keyOf(exit), judge(exit, own, senders, servers)]));
  const relayOf = (exit: ExitIdentity) => relays.get(keyOf(exit));
  return {
    relayOf,
    relayOfName(name, exit) {
      if (servers.hosts.includes(plain(name))) return undefined;
      const isOwn = relayOf(exit) === undefined && isSelfGiven(name, exit);
      return isOwn ? undefined : strangerIn([name], own);
    },
  };
}

/** Whoever asks may have the same exit from another reading. */
function keyOf({ ip, helo, reverseName }: ExitIdentity): string {
  return JSON.stringify([ip, helo, reverseName]);
}

function judge(
  exit: ExitIdentity,
  own: readonly string[],
  senders: readonly string[],
  { hosts, addresses, isComplete }: Servers,
): string | undefined {
  const names = namesOf(exit);
  const service = names.map(relayService).find((found) => found !== undefined);
  if (service !== undefined && !senders.some((each) => isWithin(each, service))) {
    return service;
  }
  const isOurs =
    addresses.includes(parseIp(exit.ip)?.text ?? exit.ip) ||
    names.some((name) => hosts.includes(name));
  // A name of ours speaks for us even where it looks generic: `vps1.example.org`.
  if (isOurs || !isComplete || strangerIn(names, own) === undefined) return undefined;
  const telling = names.filter((name) => !isGeneric(name, exit));
  return strangerIn(telling, own);
}

interface Servers {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  /** Nothing was left unanswered, and the submission server's public address is known. */
  readonly isComplete: boolean;
}

const NO_SERVERS: Servers = { hosts: [], addresses: [], isComplete: true };

/** The submission server, the MX hosts of the sender's domains and the endpoints of the config file. */
async function findServers(
  route: Route,
  endpoints: readonly string[],
  dns: Dns,
  signal: AbortSignal,
): Promise<Servers> {
  const find = (host: string) => findHost(plain(host), dns, signal);
  const [submission, watched, exchangers] = await Promise.all([
    find(route.smtp.host),
    Promise.all(endpoints.slice(0, MAX_ENDPOINTS).map(find)),
    Promise.all(repliedDomains([route]).map((domain) => findExchangers(domain, dns, signal))),
  ]);
  const hosts: readonly MailHost[] = [
    submission,
    ...watched,
    ...exchangers.flatMap(({ hosts }) => hosts),
  ];
  const troubles = [submission, ...watched, ...exchangers].flatMap(({ troubles }) => troubles);
  return {
    hosts: [...hosts.map(({ host }) => host), ...endpoints.map(plain)],
    addresses: hosts.flatMap(({ addresses }) => addresses.map((each) => parseIp(each)?.text ?? "")),
    // One at localhost, in a private network or unknown to DNS leaves by an address that we cannot know.
    isComplete: troubles.length === 0 && submission.addresses.some(isPublicIp),
  };
}

async function findHost(host: string, dns: Dns, signal: AbortSignal) {
  const ip = parseIp(host);
  if (ip !== undefined) return { host, addresses: [ip.text], troubles: [] };
  return findAddresses(host, dns, signal);
}

/** The operator gives the HELO name; the reverse name is theirs where it is the same. */
function isSelfGiven(name: string, exit: ExitIdentity): boolean {
  const isHelo = exit.helo !== undefined && plain(exit.helo) === plain(name);
  return isHelo && !isGeneric(name, exit);
}

/** The name is that of the address, whoever uses it. */
function isGeneric(name: string, exit: ExitIdentity): boolean {
  const ip = parseIp(exit.ip);
  return ip !== undefined && genericReason(name, ip) !== undefined;
}

function namesOf({ helo, reverseName }: ExitIdentity): readonly string[] {
  return [reverseName, helo].flatMap((name) => (name === undefined ? [] : plain(name)));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function ownOrganisations(route: Route): readonly string[] {
  const names = [route.smtp.host, domainOf(route.envelopeFrom), ...senderDomains([route])];
  return names.flatMap((name) => organisationOf(name) ?? []);
}

/** The first organisation in the names, unless one of them is our own. */
function strangerIn(names: readonly string[], own: readonly string[]): string | undefined {
  const organisations = names.flatMap((name) => organisationOf(name) ?? []);
  return organisations.some((name) => own.includes(name)) ? undefined : organisations[0];
}
