import type { Config } from "../../domain/config.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { isLocalName, isWithin, organisationOf } from "../../mail/organisation.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";

/** By what the operator's own servers are known (docs/decisions/014-whose-servers.md). */
export interface Own {
  /** In From and envelope. */
  readonly organisations: readonly string[];
  /** Named under `endpoints`, or by a route with an authority of its own. */
  readonly hosts: readonly string[];
}

export function ownOf({ routes, endpoints }: Pick<Config, "routes" | "endpoints">): Own {
  const trusting = routes.flatMap(({ smtp }) => (smtp.ca === undefined ? [] : [smtp.host]));
  const organisations = repliedDomains(routes).map((domain) => organisationOf(domain) ?? domain);
  return { organisations, hosts: [...endpoints.map(({ host }) => host), ...trusting] };
}

/** Whether it is the operator's, rather than a provider's who knows nothing of our findings. */
export function isOwn(host: string, { organisations, hosts }: Own): boolean {
  if (hosts.includes(host) || parseIp(host) !== undefined || isLocalName(host)) return true;
  return organisations.some((organisation) => isWithin(host, organisation));
}
