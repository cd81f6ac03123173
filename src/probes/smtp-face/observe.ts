import type { Config } from "../../domain/config.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import { serverName, type WatchedEndpoint } from "../../domain/endpoint.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Net } from "../../domain/net.ts";
import type { SmtpFace, SmtpServer } from "../../domain/smtp-face.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { reverseNameOf } from "../../mail/ip-network.ts";
import { findExchangers } from "../../mail/mail-exchangers.ts";
import { domainsAbove } from "../../mail/organisation.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { withinReach } from "../../mail/within-reach.ts";

/**
 * The mail servers of all our domains together, since domains share them; or one of the config file.
 * Servers of routes are not tried: some relay for this machine, and shall.
 */
export type Target =
  | { readonly kind: "mx"; readonly domains: readonly string[]; readonly except: readonly string[] }
  | { readonly kind: "endpoint"; readonly endpoint: WatchedEndpoint; readonly domain: string };

export interface Facts {
  readonly servers: readonly ServerFacts[];
  /** What DNS would not tell. */
  readonly troubles: readonly Pick<Finding, "subject" | "about" | "detail">[];
}

export interface ServerFacts {
  /** The domain, or the endpoint as configured. */
  readonly subject: string;
  readonly host: string;
  readonly port: number;
  /** What it may call itself besides its names in reverse DNS; undefined: whatever it likes. */
  readonly names: readonly string[] | undefined;
  /** Its addresses within reach. */
  readonly sights: readonly Sight[];
}

export interface Sight {
  readonly address: string;
  readonly face: SmtpFace;
  readonly reverse: DnsAnswer<string>;
}

const SMTP_PORT = 25;

export function targets({ routes, endpoints }: Config): readonly Target[] {
  const domains = repliedDomains(routes);
  const [domain = ""] = domains;
  const mine = endpoints.filter(({ protocol }) => protocol === "smtp" || protocol === "submission");
  return [
    { kind: "mx", domains, except: mine.map(serverName) },
    ...mine.map((endpoint): Target => ({ kind: "endpoint", endpoint, domain })),
  ];
}

/** `host:port`, unique among targets and fit for a label. */
export function nameOf(target: Target): string {
  return target.kind === "endpoint" ? serverName(target.endpoint) : target.kind;
}

export function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  return target.kind === "mx"
    ? observeMx(target, net, signal)
    : observeEndpoint(target, net, signal);
}

async function observeEndpoint(
  { endpoint, domain }: Extract<Target, { kind: "endpoint" }>,
  net: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const { host, port, protocol, tls, servername } = endpoint;
  const subject = serverName(endpoint);
  const addresses = await net.tls.addressesOf(host, signal);
  if (addresses.length === 0) {
    const detail = `${host} has no address that this machine could find`;
    return { servers: [], troubles: [{ subject, about: domainsAbove(host), detail }] };
  }
  const known = [host, ...(servername === undefined ? [] : [servername])];
  // What a server says to users matters to nobody; what it says to servers, to some.
  const names = protocol === "smtp" ? known.filter((name) => !parseIp(name)) : undefined;
  const name = servername ?? host;
  const how = { port, tls, servername: parseIp(name) ? undefined : name, domain };
  const sights = await sightsOf(addresses, how, net, signal);
  return { servers: [{ subject, host, port, names, sights }], troubles: [] };
}

async function observeMx(
  { domains, except }: Extract<Target, { kind: "mx" }>,
  net: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const found = await Promise.all(domains.map((each) => findExchangers(each, net.dns, signal)));
  const troubles = found.flatMap(({ domain, troubles }) =>
    troubles.map((detail) => ({ subject: domain, detail })),
  );
  const hosts = new Map(
    found
      .toReversed()
      .flatMap(({ domain, hosts }) => hosts.map((each) => [each.host, { ...each, domain }])),
  );
  const mine = [...hosts.values()].filter(({ host }) => !except.includes(`${host}:${SMTP_PORT}`));
  const servers = mine.map(async ({ domain, host, addresses }) => ({
    subject: domain,
    host,
    port: SMTP_PORT,
    names: [host],
    sights: await sightsOf(
      addresses,
      { port: SMTP_PORT, tls: "starttls", servername: host, domain },
      net,
      signal,
    ),
  }));
  return { servers: await Promise.all(servers), troubles };
}

async function sightsOf(
  addresses: readonly string[],
  how: Omit<SmtpServer, "address">,
  { smtpFaces, dns }: Net,
  signal: AbortSignal,
): Promise<readonly Sight[]> {
  const sights = await Promise.all(
    addresses.map(async (address) => {
      const ip = parseIp(address);
      const [face, reverse] = await Promise.all([
        smtpFaces.look({ ...how, address }, signal),
        ip === undefined ? NO_NAME : dns.query(reverseNameOf(ip), "PTR", signal),
      ]);
      return { address, face, reverse };
    }),
  );
  return withinReach(sights, ({ face }) => face);
}

const NO_NAME: DnsAnswer<string> = {
  kind: "failed",
  why: "malformed",
  detail: "not an address",
};
