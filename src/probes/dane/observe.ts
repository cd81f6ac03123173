import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import type { TlsLook } from "../../domain/tls.ts";
import { findExchangers, type MailHost } from "../../mail/mail-exchangers.ts";
import { hasUsableTlsa, type Tlsa } from "../../mail/tlsa.ts";

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
  /** Each address, where senders would go by the records. */
  readonly looks: readonly { readonly address: string; readonly look: TlsLook }[];
}

export const SMTP_PORT = 25;

export async function observe(domain: string, net: Net, signal: AbortSignal): Promise<Facts> {
  const now = net.clock.now();
  const { hosts, troubles } = await findExchangers(domain, net.dns, signal);
  const looked = await Promise.all(hosts.map((host) => observeHost(host, net, signal)));
  const isDoubtful = looked.some(({ tlsa }) => tlsa.kind === "found" && !tlsa.authenticated);
  const validates = isDoubtful ? await resolverValidates(net, signal) : undefined;
  return { now, hosts: looked, troubles, validates };
}

async function observeHost(
  { host, addresses }: MailHost,
  { dns, tls }: Net,
  signal: AbortSignal,
): Promise<HostFacts> {
  const tlsa = await dns.query(`_${SMTP_PORT}._tcp.${host}`, "TLSA", signal);
  if (!hasUsableTlsa(tlsa)) return { host, tlsa, looks: [] };
  const how = {
    port: SMTP_PORT,
    tls: "starttls",
    protocol: "smtp",
    servername: host,
    ca: undefined,
  } as const;
  const looks = addresses.map(async (address) => ({
    address,
    look: await tls.look({ ...how, address }, signal),
  }));
  return { host, tlsa, looks: await Promise.all(looks) };
}

/** The root is signed: a resolver that validates says so. */
async function resolverValidates({ dns }: Net, signal: AbortSignal): Promise<boolean | undefined> {
  const root = await dns.query(".", "NS", signal);
  return root.kind === "found" ? root.authenticated : undefined;
}
