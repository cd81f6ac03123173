import type { Config } from "../../domain/config.ts";
import type { RecordData } from "../../domain/dns.ts";
import { serverName, type WatchedEndpoint } from "../../domain/endpoint.ts";
import type { Net } from "../../domain/net.ts";
import { findCaa, issuersIn } from "../../mail/caa.ts";
import { type Certificate, dnsNamesIn, readCertificate } from "../../mail/certificate.ts";
import { type Asked, recordsOf } from "../../mail/dns-answers.ts";
import { SMTP_PORT } from "../../mail/exchanger-looks.ts";
import { findExchangers } from "../../mail/mail-exchangers.ts";
import { isWithin } from "../../mail/organisation.ts";
import { type ZoneOwner, zoneOwners } from "../../mail/sender-domains.ts";

export type CaaAsked = readonly Asked<RecordData["CAA"]>[];

export interface Target extends ZoneOwner {
  /** Servers of the config file that have names in the domain. */
  readonly endpoints: readonly WatchedEndpoint[];
}

export interface Facts {
  /** From the domain upwards, up to the first name that has records. */
  readonly asked: CaaAsked;
  readonly served: readonly Served[];
}

/** A certificate that is in use, under a name that CAA records restrict. */
export interface Served {
  readonly server: string;
  readonly certificate: Certificate;
  /** The name that the certificate is made out to: the host's, or a wildcard. */
  readonly name: string;
  readonly asked: CaaAsked;
}

/** Servers looked at, at most. */
const MAX_SERVERS = 12;

/** What stands in the way of nobody's renewal: the certificate itself is an authority's. */
const STILL_TRUSTED: readonly (string | undefined)[] = [undefined, "CERT_HAS_EXPIRED"];

export function targets({ routes, endpoints }: Config): readonly Target[] {
  const submission = routes.flatMap(({ smtp }): WatchedEndpoint[] =>
    smtp.tls === "none" ? [] : [{ ...smtp, tls: smtp.tls, protocol: "submission" }],
  );
  const all = new Map([...submission, ...endpoints].map((each) => [serverName(each), each]));
  return zoneOwners(routes).map((owner) => ({
    ...owner,
    endpoints: [...all.values()].filter(({ host }) => isOwn(host, owner)),
  }));
}

export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const [asked, { hosts }] = await Promise.all([
    findCaa(target.domain, net.dns, signal),
    findExchangers(target.domain, net.dns, signal),
  ]);
  const exchangers = hosts
    .filter(({ host }) => isOwn(host, target))
    .map(({ host, addresses }): Server => ({ ...ofExchanger(host), addresses }));
  const submission = target.endpoints.map(async (endpoint): Promise<Server> => {
    return { ...endpoint, addresses: await net.tls.addressesOf(endpoint.host, signal) };
  });
  const servers = [...exchangers, ...(await Promise.all(submission))].slice(0, MAX_SERVERS);
  const served = servers.map((server) => certificateOf(server, net, signal));
  return { asked, served: (await Promise.all(served)).flat() };
}

interface Server extends WatchedEndpoint {
  readonly addresses: readonly string[];
}

function ofExchanger(host: string): WatchedEndpoint {
  const names = { servername: undefined, ca: undefined };
  return { host, port: SMTP_PORT, protocol: "smtp", tls: "starttls", ...names };
}

/** Of several domains of ours the nearest one has the host. */
function isOwn(host: string, { domain, others }: ZoneOwner): boolean {
  const isNearer = (other: string) => isWithin(other, domain) && isWithin(host, other);
  return isWithin(host, domain) && !others.some(isNearer);
}

/** Nothing where no record restricts the names, or where the server cannot be looked at. */
async function certificateOf(
  server: Server,
  net: Net,
  signal: AbortSignal,
): Promise<readonly Served[]> {
  const name = (server.servername ?? server.host).toLowerCase();
  if (!isRestricted(await findCaa(name, net.dns, signal))) return [];
  const certificate = await lookAt(server, net, signal);
  if (certificate === undefined) return [];
  const wildcard = `*.${name.slice(name.indexOf(".") + 1)}`;
  const names = dnsNamesIn(certificate).filter((each) => each === name || each === wildcard);
  return Promise.all(
    names.map(async (each) => ({
      server: serverName(server),
      certificate,
      name: each,
      // RFC 8659 §3: for *.example.org the search begins at example.org.
      asked: await findCaa(each.replace(/^\*\./, ""), net.dns, signal),
    })),
  );
}

function isRestricted(asked: CaaAsked): boolean {
  return asked.some((step) => issuersIn(recordsOf(step), "issuewild") !== undefined);
}

/** The certificate at the first address that shows one. */
async function lookAt(
  { host, port, protocol, tls, servername, ca, addresses }: Server,
  net: Net,
  signal: AbortSignal,
): Promise<Certificate | undefined> {
  for (const address of addresses) {
    const how = { address, port, protocol, tls, servername: servername ?? host, ca };
    const look = await net.tls.look(how, signal);
    if (look.kind !== "seen" || !STILL_TRUSTED.includes(look.session.distrust)) continue;
    const leaf = look.session.chain[0] && readCertificate(look.session.chain[0]);
    if (leaf !== undefined) return leaf;
  }
  return undefined;
}
