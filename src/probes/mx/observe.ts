import type { Config } from "../../domain/config.ts";
import type { RecordData } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { ask, type Asked, recordsOf } from "../../mail/dns-answers.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { askOutside, isPublic } from "../../mail/outside-view.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";

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

/** All that was asked about the hosts. */
export function addressesOf(hosts: readonly Host[]): readonly Asked<string>[] {
  return hosts.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
}

/** Neither the root (RFC 7505) nor an address, which people write there by mistake. */
export function isHostName(exchange: string): boolean {
  return exchange !== "." && parseIp(exchange) === undefined && exchange !== "localhost";
}
