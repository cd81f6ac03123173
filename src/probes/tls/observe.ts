import type { Config } from "../../domain/config.ts";
import type { DnsAnswer, RecordData } from "../../domain/dns.ts";
import { serverName, type WatchedEndpoint } from "../../domain/endpoint.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { domainOf } from "../../mail/address.ts";
import { findExchangers } from "../../mail/mail-exchangers.ts";
import { domainsAbove } from "../../mail/organisation.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { hasUsableTlsa } from "../../mail/tlsa.ts";
import { isOwn, type Own, ownOf } from "./owner.ts";
import { observePublished } from "./published.ts";
import { type Facts, isAddress, type Server, sightsOf } from "./sights.ts";

/**
 * All mail servers of our domains together, since domains share them; likewise what SRV records tell
 * their users; or one server of the config file.
 */
export type Target =
  | {
      readonly kind: "mx";
      readonly domains: readonly string[];
      readonly except: readonly string[];
      readonly own: Own;
    }
  | ({ readonly kind: "srv" } & Published)
  | { readonly kind: "endpoint"; readonly endpoint: WatchedEndpoint; readonly isOurs: boolean };

export interface Published {
  /** Those in From: mail programs ask for the domain of an address (RFC 6186 §4). */
  readonly domains: readonly string[];
  /** Hosts that the config file names, so that the domain may name them as well. */
  readonly hosts: readonly string[];
  readonly except: readonly string[];
  readonly own: Own;
}

const SMTP_PORT = 25;

export function targets({ routes, endpoints }: Config): readonly Target[] {
  const watched = new Map(
    [...routes.flatMap(endpointOf), ...endpoints].map((each) => [serverName(each), each]),
  );
  const except = [...watched.keys()];
  const hosts = [...routes.map(({ smtp }) => smtp), ...endpoints].map(({ host }) => host);
  const senders = [...new Set(routes.map(({ from }) => domainOf(from.address)))];
  const own = ownOf({ routes, endpoints });
  return [
    { kind: "mx", domains: repliedDomains(routes), except, own },
    { kind: "srv", domains: senders, hosts, except, own },
    ...[...watched.values()].map((endpoint): Target => {
      return { kind: "endpoint", endpoint, isOurs: isOwn(endpoint.host, own) };
    }),
  ];
}

/** Nobody complains about a server without TLS that the operator wants so. */
function endpointOf({ smtp }: Route): readonly WatchedEndpoint[] {
  const { host, port, tls, servername, ca } = smtp;
  return tls === "none" ? [] : [{ host, port, protocol: "submission", tls, servername, ca }];
}

/** `host:port`, unique among targets and fit for a label. */
export function nameOf(target: Target): string {
  return target.kind === "endpoint" ? serverName(target.endpoint) : target.kind;
}

export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const observedAt = net.clock.now();
  const nothing = { observedAt, servers: [], troubles: [], astray: [] };
  switch (target.kind) {
    case "mx":
      return { ...nothing, ...(await observeMx(target, net, signal)) };
    case "srv":
      return { ...nothing, ...(await observePublished(target, net, signal)) };
    case "endpoint":
      return { ...nothing, ...(await observeEndpoint(target, net, signal)) };
  }
}

async function observeEndpoint(
  { endpoint, isOurs }: Extract<Target, { kind: "endpoint" }>,
  net: Net,
  signal: AbortSignal,
): Promise<Partial<Facts>> {
  const { host, port, protocol, tls, servername, ca } = endpoint;
  const addresses = await net.tls.addressesOf(host, signal);
  const subject = serverName(endpoint);
  if (addresses.length === 0) {
    const detail = `${host} has no address that this machine could find`;
    return { troubles: [{ subject, about: domainsAbove(host), detail }] };
  }
  const name = servername ?? host;
  const isPinned = protocol === "smtp" && (await isPinnedAt(host, port, net, signal));
  const sights = await sightsOf(addresses, { port, protocol, tls, name, ca }, net, signal);
  const what = { protocol, subject, about: [], host, port, name, isPinned, isOurs };
  return { servers: [{ ...what, sights }] };
}

async function observeMx(
  { domains, except, own }: Extract<Target, { kind: "mx" }>,
  net: Net,
  signal: AbortSignal,
): Promise<Partial<Facts>> {
  const found = await Promise.all(domains.map((each) => findExchangers(each, net.dns, signal)));
  const troubles = found.flatMap(({ domain, troubles }) =>
    troubles.map((detail) => ({ subject: domain, detail })),
  );
  const named = found.flatMap(({ domain, hosts }) => hosts.map((each) => ({ ...each, domain })));
  const byHost = [...Map.groupBy(named, ({ host }) => host)];
  const mine = byHost.filter(([host]) => !except.includes(`${host}:${SMTP_PORT}`));
  const servers = mine.map(async ([host, users]): Promise<Server> => {
    const [subject = "", ...about] = users.map(({ domain }) => domain);
    const addresses = [...new Set(users.flatMap((user) => user.addresses))];
    const what = { protocol: "smtp", port: SMTP_PORT, name: host } as const;
    const isPinned = await isPinnedAt(host, SMTP_PORT, net, signal);
    const how = { ...what, tls: "starttls", ca: undefined } as const;
    const sights = await sightsOf(addresses, how, net, signal);
    return { ...what, subject, about, host, isPinned, isOurs: isOwn(host, own), sights };
  });
  return { servers: await Promise.all(servers), troubles };
}

async function isPinnedAt(host: string, port: number, { dns }: Net, signal: AbortSignal) {
  if (isAddress(host)) return false;
  const pins: DnsAnswer<RecordData["TLSA"]> = await dns.query(
    `_${port}._tcp.${host}`,
    "TLSA",
    signal,
  );
  return hasUsableTlsa(pins);
}
