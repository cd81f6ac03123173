import type { Config } from "../../domain/config.ts";
import { MINUTE } from "../../domain/duration.ts";
import { type Endpoint, serverName } from "../../domain/endpoint.ts";
import type { Net } from "../../domain/net.ts";
import type { TlsLook, TlsServer, TlsSurvey } from "../../domain/tls.ts";
import { findExchangers } from "../../mail/mail-exchangers.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { hasUsableTlsa } from "../../mail/tlsa.ts";

/** All mail servers of our domains together, since domains share them; or one submission server. */
export type Target =
  | { readonly kind: "mx"; readonly domains: readonly string[]; readonly except: readonly string[] }
  | { readonly kind: "submission"; readonly endpoint: Endpoint };

export interface Facts {
  readonly observedAt: number;
  readonly servers: readonly Server[];
  /** What DNS would not tell. */
  readonly troubles: readonly { readonly subject: string; readonly detail: string }[];
}

export interface Server {
  readonly role: Target["kind"];
  /** The domain, or the endpoint as configured. */
  readonly subject: string;
  readonly host: string;
  readonly port: number;
  /** What the certificate has to be made out to. */
  readonly name: string;
  /** Senders go by its TLSA records, not by authorities (RFC 7672 §3.1.1). */
  readonly isPinned: boolean;
  readonly sights: readonly Sight[];
}

/** One of the server's addresses. */
export interface Sight {
  readonly address: string;
  readonly look: TlsLook;
  /** Undefined where there was nothing to survey, or it took too long. */
  readonly survey: TlsSurvey | undefined;
}

const SMTP_PORT = 25;
const SURVEY_MS = 3 * MINUTE;

export function targets({ routes }: Config): readonly Target[] {
  const endpoints = new Map(routes.map(({ smtp }) => [serverName(smtp), smtp]));
  return [
    { kind: "mx", domains: repliedDomains(routes), except: [...endpoints.keys()] },
    ...[...endpoints.values()]
      .filter(({ tls }) => tls !== "none")
      .map((endpoint): Target => ({ kind: "submission", endpoint })),
  ];
}

/** `host:port`, unique among targets and fit for a label. */
export function nameOf(target: Target): string {
  return target.kind === "mx" ? "mx" : serverName(target.endpoint);
}

export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const observedAt = net.clock.now();
  if (target.kind === "mx") return { observedAt, ...(await observeMx(target, net, signal)) };
  const { endpoint } = target;
  const addresses = await net.tls.addressesOf(endpoint.host, signal);
  const subject = serverName(endpoint);
  if (addresses.length === 0) {
    const detail = `${endpoint.host} has no address that this machine could find`;
    return { observedAt, servers: [], troubles: [{ subject, detail }] };
  }
  const name = endpoint.servername ?? endpoint.host;
  const { host, port, ca } = endpoint;
  const tls = endpoint.tls === "implicit" ? "implicit" : "starttls";
  const how = { port, tls, protocol: "submission", servername: sniOf(name), ca } as const;
  const sights = await sightsOf(addresses, how, net, signal);
  const server = { role: target.kind, subject, host, port, name, isPinned: false, sights };
  return { observedAt, servers: [server], troubles: [] };
}

async function observeMx(
  { domains, except }: Extract<Target, { kind: "mx" }>,
  net: Net,
  signal: AbortSignal,
): Promise<Omit<Facts, "observedAt">> {
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
  const servers = mine.map(async ({ host, addresses, domain }): Promise<Server> => {
    const pins = await net.dns.query(`_${SMTP_PORT}._tcp.${host}`, "TLSA", signal);
    const how = {
      port: SMTP_PORT,
      tls: "starttls",
      protocol: "smtp",
      servername: host,
      ca: undefined,
    } as const;
    return {
      role: "mx",
      subject: domain,
      host,
      port: SMTP_PORT,
      name: host,
      isPinned: hasUsableTlsa(pins),
      sights: await sightsOf(addresses, how, net, signal),
    };
  });
  return { servers: await Promise.all(servers), troubles };
}

function sightsOf(
  addresses: readonly string[],
  how: Omit<TlsServer, "address">,
  { tls }: Net,
  signal: AbortSignal,
): Promise<readonly Sight[]> {
  return Promise.all(
    addresses.map(async (address) => {
      const server = { ...how, address };
      const look = await tls.look(server, signal);
      const survey = look.kind === "seen" ? await surveyInTime(server, tls, signal) : undefined;
      return { address, look, survey };
    }),
  );
}

/** A server that lets us wait for each handshake shall not cost us what the first look told. */
async function surveyInTime(
  server: TlsServer,
  tls: Net["tls"],
  signal: AbortSignal,
): Promise<TlsSurvey | undefined> {
  const deadline = AbortSignal.timeout(SURVEY_MS);
  try {
    return await tls.survey(server, AbortSignal.any([signal, deadline]));
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    return undefined;
  }
}

/** An address never goes into SNI (RFC 6066 §3). */
function sniOf(name: string): string | undefined {
  return /^[\d.]+$|:/.test(name) ? undefined : name;
}
