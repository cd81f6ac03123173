import { serverName } from "../../domain/endpoint.ts";
import type { Net } from "../../domain/net.ts";
import { isHostName } from "../../mail/host-name.ts";
import { findAddresses } from "../../mail/mail-exchangers.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { findServices, nameOfImplicit, type ServiceRecord } from "../../mail/service-records.ts";
import type { Published } from "./observe.ts";
import { isOwn, type Own } from "./owner.ts";
import { type Facts, type Server, sightsOf, type Trouble } from "./sights.ts";

interface Named extends ServiceRecord {
  readonly domain: string;
}

const SMTP_PORT = 25;
/** Where TLS comes first (RFC 8314 §7), whatever a record says. */
const IMPLICIT_PORTS: readonly number[] = [465, 993, 995];

/** The servers that SRV records name, as far as they are the operator's own. */
export async function observePublished(
  { domains, hosts, except, own }: Published,
  net: Net,
  signal: AbortSignal,
): Promise<Omit<Facts, "observedAt">> {
  const found = await Promise.all(
    domains.map(async (domain) => ({ domain, ...(await findServices(domain, net.dns, signal)) })),
  );
  const records = found.flatMap(({ domain, records }) =>
    records
      // What takes mail from servers is looked at for its MX records.
      .filter(({ target, port }) => port !== SMTP_PORT && isConcern(target, domain, hosts))
      .map((record): Named => ({ ...record, domain })),
  );
  const byServer = Map.groupBy(records, ({ target, port }) => `${target}:${port}`);
  const looked = await Promise.all(
    [...byServer].flatMap(([server, [first, ...more]]) =>
      first === undefined || except.includes(server)
        ? []
        : [observeServer(first, more, own, net, signal)],
    ),
  );
  return {
    servers: looked.flatMap(({ server }) => server ?? []),
    troubles: [
      ...found.flatMap(({ domain, troubles: [first] }) =>
        first === undefined ? [] : [{ subject: domain, detail: first }],
      ),
      ...looked.flatMap(({ troubles }) => troubles ?? []),
    ],
    astray: looked.flatMap(({ astray }) => astray ?? []),
  };
}

/**
 * Hosts of a provider are the provider's to look after: a domain's own are within its organisation,
 * or named in the config file.
 */
function isConcern(target: string, domain: string, hosts: readonly string[]): boolean {
  return isWithin(target, organisationOf(domain) ?? domain) || hosts.includes(target);
}

interface Looked {
  readonly server?: Server;
  readonly troubles?: readonly Trouble[];
  readonly astray?: readonly Trouble[];
}

/** Of several records that name the server, the first is as good as any. */
async function observeServer(
  record: Named,
  others: readonly Named[],
  own: Own,
  net: Net,
  signal: AbortSignal,
): Promise<Looked> {
  const { domain, protocol, port, target: host } = record;
  if (!isHostName(host) || port === 0) return { astray: [astray(record, "which cannot be")] };
  const { addresses, exists, troubles } = await findAddresses(host, net.dns, signal);
  if (!exists) return { astray: [astray(record, "a host without any address")] };
  if (addresses.length === 0) {
    return { troubles: troubles.slice(0, 1).map((detail) => ({ subject: domain, detail })) };
  }
  const tls = IMPLICIT_PORTS.includes(port) ? "implicit" : record.tls;
  const how = { protocol, port, tls, name: host, ca: undefined };
  const sights = await sightsOf(addresses, how, net, signal);
  // Not the domain: what is wrong with another server of it would seem to explain this one.
  const subject = serverName({ host, port });
  const whose = { isPinned: false, isOurs: isOwn(host, own) };
  const server: Server = { ...how, subject, about: [], host, ...whose, sights };
  if (tls !== "implicit" || !sights.some(({ look }) => look.kind === "seen")) return { server };
  const wrong = [record, ...others].filter((each) => each.tls === "starttls");
  return {
    server,
    astray: wrong.map((each) => {
      const right = `${nameOfImplicit(each)}. IN SRV 0 1 ${port} ${host}.`;
      return astray(each, `where TLS comes first; publish ${right} instead`);
    }),
  };
}

function astray({ domain, name, port, target }: Named, why: string): Trouble {
  return { subject: domain, detail: `${name} names ${target} port ${port}, ${why}` };
}
