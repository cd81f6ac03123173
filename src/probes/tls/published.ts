import type { Net } from "../../domain/net.ts";
import { findAddresses } from "../../mail/mail-exchangers.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { findServices, nameOfImplicit, type ServiceRecord } from "../../mail/service-records.ts";
import type { Published } from "./observe.ts";
import { type Facts, type Server, sightsOf } from "./sights.ts";

interface Named extends ServiceRecord {
  readonly domain: string;
}

/** Where TLS comes first (RFC 8314 §7), whatever a record says. */
const IMPLICIT_PORTS: readonly number[] = [465, 993, 995];

/** A host name fit for a label, or none at all. */
const HOST_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;

/** The servers that SRV records name, as far as they are the operator's own. */
export async function observePublished(
  { domains, hosts, except }: Published,
  net: Net,
  signal: AbortSignal,
): Promise<Omit<Facts, "observedAt">> {
  const found = await Promise.all(
    domains.map(async (domain) => ({ domain, ...(await findServices(domain, net.dns, signal)) })),
  );
  const records = found.flatMap(({ domain, records }) =>
    records
      .filter(({ target }) => isOurs(target, domain, hosts))
      .map((record): Named => ({ ...record, domain })),
  );
  const byServer = Map.groupBy(records, ({ target, port }) => `${target}:${port}`);
  const looked = await Promise.all(
    [...byServer].flatMap(([server, [first]]) =>
      first === undefined || except.includes(server) ? [] : [observeRecord(first, net, signal)],
    ),
  );
  return {
    servers: looked.flatMap(({ server }) => server ?? []),
    troubles: [
      ...found.flatMap(({ domain, troubles: [first] }) =>
        first === undefined ? [] : [{ subject: domain, detail: first }],
      ),
      ...looked.flatMap(({ trouble }) => trouble ?? []),
    ],
    astray: looked.flatMap(({ astray }) => astray ?? []),
  };
}

/**
 * Hosts of a provider are the provider's to look after: a domain's own are within its organisation,
 * or named in the config file.
 */
function isOurs(target: string, domain: string, hosts: readonly string[]): boolean {
  return isWithin(target, organisationOf(domain) ?? domain) || hosts.includes(target);
}

interface Looked {
  readonly server?: Server;
  readonly trouble?: Facts["troubles"][number];
  readonly astray?: Facts["astray"][number];
}

async function observeRecord(record: Named, net: Net, signal: AbortSignal): Promise<Looked> {
  const { domain: subject, protocol, name, port, target: host } = record;
  const names = `${name} names ${host} port ${port}`;
  if (!HOST_NAME.test(host) || port === 0) {
    return { astray: { subject, detail: `${names}, which cannot be` } };
  }
  const { addresses, exists, troubles } = await findAddresses(host, net.dns, signal);
  if (!exists) return { astray: { subject, detail: `${names}, a host without any address` } };
  const [trouble] = troubles;
  if (addresses.length === 0)
    return trouble === undefined ? {} : { trouble: { subject, detail: trouble } };
  const tls = IMPLICIT_PORTS.includes(port) ? "implicit" : record.tls;
  const how = { protocol, port, tls, name: host, ca: undefined };
  const sights = await sightsOf(addresses, how, net, signal);
  const server: Server = { protocol, subject, host, port, name: host, isPinned: false, sights };
  const isSeen = sights.some(({ look }) => look.kind === "seen");
  if (tls === record.tls || !isSeen) return { server };
  const right = `${nameOfImplicit(record)}. IN SRV 0 1 ${port} ${host}.`;
  const detail = `${names}, where TLS comes first; publish ${right} and remove the other`;
  return { server, astray: { subject, detail } };
}
