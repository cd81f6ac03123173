import type { Dns, DnsAnswer } from "../domain/dns.ts";
import { isHostName } from "./host-name.ts";
import { parseIp } from "./ip-address.ts";
import { isForExamples } from "./ip-network.ts";

/** Where mail for a domain is taken, as far as DNS says so. */
export interface MailExchangers {
  readonly domain: string;
  readonly hosts: readonly MailHost[];
  /** What could not be found out, in words; then there may be more hosts or addresses. */
  readonly troubles: readonly string[];
}

export interface MailHost {
  /** Lower-cased, without the final dot. */
  readonly host: string;
  readonly addresses: readonly string[];
}

/** Hosts and addresses looked at, at most; large providers have five hosts. */
const MAX_HOSTS = 10;
const MAX_ADDRESSES = 8;

/** The MX hosts, or the domain itself where it has no MX (RFC 5321 §5.1); none for a null MX. */
export async function findExchangers(
  domain: string,
  dns: Dns,
  signal: AbortSignal,
): Promise<MailExchangers> {
  const answer = await dns.query(domain, "MX", signal);
  if (answer.kind === "failed") {
    return { domain, hosts: [], troubles: [`MX of ${domain}: ${answer.detail}`] };
  }
  const isImplicit = answer.kind === "absent" && answer.why === "nodata";
  const names = answer.kind === "found" ? answer.records.map(({ exchange }) => exchange) : [domain];
  const wellFormed = [...new Set(names.map((name) => name.toLowerCase().replace(/\.$/, "")))]
    .filter(isHostName)
    .slice(0, MAX_HOSTS);
  if (answer.kind === "absent" && !isImplicit) return { domain, hosts: [], troubles: [] };
  const found = await Promise.all(wellFormed.map((host) => findAddresses(host, dns, signal)));
  return {
    domain,
    // RFC 5321 §5.1: without MX only a domain that has an address takes mail.
    hosts: found.filter(({ addresses }) => addresses.length > 0 || !isImplicit),
    troubles: found.flatMap(({ troubles }) => troubles),
  };
}

/** The addresses of a host; `exists`: DNS knows of one, or would not say. */
export async function findAddresses(host: string, dns: Dns, signal: AbortSignal) {
  const answers: DnsAnswer<string>[] = await Promise.all([
    dns.query(host, "A", signal),
    dns.query(host, "AAAA", signal),
  ]);
  const found = answers.flatMap((answer) => (answer.kind === "found" ? answer.records : []));
  return {
    host,
    exists: answers.some(({ kind }) => kind !== "absent"),
    addresses: found.filter(isSomebodys).slice(0, MAX_ADDRESSES),
    troubles: answers.flatMap((answer) =>
      answer.kind === "failed" ? [`addresses of ${host}: ${answer.detail}`] : [],
    ),
  };
}

function isSomebodys(address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && !isForExamples(ip);
}
