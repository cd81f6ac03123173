import type { ExitIdentity } from "../domain/canary.ts";
import type { Route } from "../domain/route.ts";
import { domainOf } from "./address.ts";
import { parseIp } from "./ip-address.ts";
import { organisationOf } from "./organisation.ts";
import { senderDomains } from "./sender-domains.ts";

/**
 * Whose machine the exit is: the organisation in its names, where that is neither the submission
 * server's nor one of the sender's domains. An exit without a usable name counts as the operator's.
 */
export function relayOf({ ip, helo, reverseName }: ExitIdentity, route: Route): string | undefined {
  if (parseIp(route.smtp.host)?.text === ip) return undefined;
  const names = [reverseName, helo].filter((name) => name !== undefined);
  return strangerIn(names, route);
}

/** The first organisation in the names, unless one of them is our own. */
export function strangerIn(names: readonly string[], route: Route): string | undefined {
  const own = ownOrganisations(route);
  const organisations = names.flatMap((name) => organisationOf(name) ?? []);
  return organisations.some((name) => own.includes(name)) ? undefined : organisations[0];
}

function ownOrganisations(route: Route): readonly string[] {
  const names = [route.smtp.host, domainOf(route.envelopeFrom), ...senderDomains([route])];
  return names.flatMap((name) => organisationOf(name) ?? []);
}
