import type { Config } from "../../domain/config.ts";
import type { Dns, RecordData } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { ask, type Asked, recordsOf } from "../../mail/dns-answers.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { findApex } from "../../mail/zone-apex.ts";

export interface Target {
  readonly domain: string;
  /** A host of its organisation that our mail is handed to; undefined: none is known. */
  readonly mailHost: string | undefined;
}

export interface Facts {
  readonly mx: Asked<RecordData["MX"]>;
  /** Those that the MX records name, or the domain itself where there are none. */
  readonly hosts: readonly Host[];
}

export interface Host {
  readonly name: string;
  readonly ipv4: Asked<string>;
  readonly ipv6: Asked<string>;
  /** Where none of that is public, what the zone's own name server says, which is what others see. */
  readonly outside: readonly Asked<string>[];
}

/** Hosts of one domain that are looked up; honest ones have a handful. */
const MAX_HOSTS = 20;
/** Name servers of a zone that are tried. */
const MAX_SERVERS = 3;

/** The domains that answers and bounces go to, each once. */
export function targets({ routes }: Config): readonly Target[] {
  return repliedDomains(routes).map((domain) => {
    const hosts = routes.map(({ smtp }) => smtp.host.toLowerCase());
    // A relay that takes our mail does not take mail for us.
    const organisation = organisationOf(domain) ?? domain;
    return { domain, mailHost: hosts.find((host) => isWithin(host, organisation)) };
  });
}

export async function observe(
  { domain }: Target,
  { dns }: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const mx = await ask(dns, domain, "MX", signal);
  const { answer } = mx;
  if (answer.kind === "failed") return { mx, hosts: [] };
  const names =
    answer.kind === "absent"
      ? [domain]
      : [...new Set(answer.records.map(({ exchange }) => exchange))].filter(isHostName);
  const lookUp = async (name: string): Promise<Host> => {
    const [ipv4, ipv6] = await Promise.all([
      ask(dns, name, "A", signal),
      ask(dns, name, "AAAA", signal),
    ]);
    const isHidden = [ipv4, ipv6].flatMap(recordsOf).length > 0 && !isPublic([ipv4, ipv6]);
    return { name, ipv4, ipv6, outside: isHidden ? await askOutside(name, dns, signal) : [] };
  };
  return { mx, hosts: await Promise.all(names.slice(0, MAX_HOSTS).map(lookUp)) };
}

/** Nothing where no name server with a public address answers. */
async function askOutside(
  name: string,
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly Asked<string>[]> {
  const zone = await findApex(name, (each) => dns.query(each, "NS", signal));
  if (zone.kind !== "found") return [];
  for (const nameServer of zone.nameServers.slice(0, MAX_SERVERS)) {
    const found = recordsOf(await ask(dns, nameServer, "A", signal));
    const server = found.find((address) => parseIp(address)?.scope === "public");
    if (server === undefined) continue;
    const how = { server, authoritative: true };
    const answers = await Promise.all([
      ask(dns, name, "A", signal, how),
      ask(dns, name, "AAAA", signal, how),
    ]);
    if (answers.every(({ answer }) => answer.kind !== "failed")) return answers;
  }
  return [];
}

/** Whether one of the addresses can be reached across the internet. */
export function isPublic(asked: readonly Asked<string>[]): boolean {
  return asked.flatMap(recordsOf).some((address) => parseIp(address)?.scope === "public");
}

/** All that was asked about the hosts. */
export function addressesOf(hosts: readonly Host[]): readonly Asked<string>[] {
  return hosts.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
}

/** Neither the root (RFC 7505) nor an address, which people write there by mistake. */
export function isHostName(exchange: string): boolean {
  return exchange !== "." && parseIp(exchange) === undefined && exchange !== "localhost";
}
