import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import type { SmtpFace } from "../../domain/smtp-face.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { reverseNameOf } from "../../mail/ip-network.ts";
import { findExchangers } from "../../mail/mail-exchangers.ts";

/** The mail servers of all our domains together, since domains share them. */
export interface Target {
  readonly domains: readonly string[];
}

export interface Facts {
  readonly servers: readonly ServerFacts[];
  /** What DNS would not tell. */
  readonly troubles: readonly { readonly subject: string; readonly detail: string }[];
}

export interface ServerFacts {
  readonly domain: string;
  readonly host: string;
  readonly sights: readonly Sight[];
}

export interface Sight {
  readonly address: string;
  readonly face: SmtpFace;
  readonly reverse: DnsAnswer<string>;
}

export const SMTP_PORT = 25;

export async function observe({ domains }: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const found = await Promise.all(domains.map((each) => findExchangers(each, net.dns, signal)));
  const troubles = found.flatMap(({ domain, troubles }) =>
    troubles.map((detail) => ({ subject: domain, detail })),
  );
  const hosts = new Map(
    found
      .toReversed()
      .flatMap(({ domain, hosts }) => hosts.map((each) => [each.host, { ...each, domain }])),
  );
  const servers = [...hosts.values()].map(async ({ domain, host, addresses }) => ({
    domain,
    host,
    sights: await Promise.all(addresses.map((address) => sightOf(address, domain, net, signal))),
  }));
  return { servers: await Promise.all(servers), troubles };
}

async function sightOf(
  address: string,
  domain: string,
  { smtpFaces, dns }: Net,
  signal: AbortSignal,
): Promise<Sight> {
  const ip = parseIp(address);
  const [face, reverse] = await Promise.all([
    smtpFaces.look({ address, port: SMTP_PORT, domain }, signal),
    ip === undefined ? NO_NAME : dns.query(reverseNameOf(ip), "PTR", signal),
  ]);
  return { address, face, reverse };
}

const NO_NAME: DnsAnswer<string> = {
  kind: "failed",
  why: "malformed",
  detail: "not an address",
};
