import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { type ExchangerLook, lookAtExchangers, SMTP_PORT } from "../../mail/exchanger-looks.ts";
import { findExchangers, type MailHost } from "../../mail/mail-exchangers.ts";
import type { Tlsa } from "../../mail/tlsa.ts";
import type { DomainTarget } from "../domain-probe.ts";

export interface Facts {
  readonly now: number;
  readonly hosts: readonly HostFacts[];
  /** What DNS would not tell of the MX records. */
  readonly troubles: readonly string[];
  /** Whether our resolver validates; undefined: it did not matter, or nobody knows. */
  readonly validates: boolean | undefined;
}

export interface HostFacts {
  readonly host: string;
  readonly tlsa: DnsAnswer<Tlsa>;
  /** Each address, where the records are signed. */
  readonly looks: readonly ExchangerLook[];
}

export async function observe(
  { domain }: DomainTarget,
  net: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const now = net.clock.now();
  const { hosts, troubles } = await findExchangers(domain, net.dns, signal);
  const looked = await Promise.all(hosts.map((host) => observeHost(host, net, signal)));
  const isDoubtful = looked.some(({ tlsa }) => tlsa.kind === "found" && !tlsa.authenticated);
  const validates = isDoubtful ? await resolverValidates(net, signal) : undefined;
  return { now, hosts: looked, troubles, validates };
}

async function observeHost(
  exchanger: MailHost,
  { dns, tls }: Net,
  signal: AbortSignal,
): Promise<HostFacts> {
  const { host } = exchanger;
  const tlsa = await dns.query(`_${SMTP_PORT}._tcp.${host}`, "TLSA", signal);
  // Where none can be used, the certificate tells which one could.
  const isSigned = tlsa.kind === "found" && tlsa.authenticated;
  const looks = isSigned ? await lookAtExchangers([exchanger], tls, signal) : [];
  return { host, tlsa, looks };
}

/** The root is signed: a resolver that validates says so. */
async function resolverValidates({ dns }: Net, signal: AbortSignal): Promise<boolean | undefined> {
  const root = await dns.query(".", "NS", signal);
  return root.kind === "found" ? root.authenticated : undefined;
}
