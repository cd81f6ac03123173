import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { type ZoneOwner, zoneOwners } from "../../mail/sender-domains.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe } from "./observe.ts";

/** Do all name servers of the domain's zone answer, and do they agree? As long as one does mail goes on. */
export const nameServers = defineDomainProbe({
  name: "name-servers",
  timeoutMs: 3 * MINUTE,
  leastRecheckMs: 30 * MINUTE,
  targets: ({ routes }) => zoneOwners(routes),
  observe,
  findings: FINDINGS,
  judge,
  identities,
});

function identities({ zone, servers }: Facts, { domain }: ZoneOwner): readonly Observation[] {
  if (zone.kind !== "found" || servers.length === 0) return [];
  return [{ subject: domain, aspect: "name servers", value: zone.nameServers.join(", ") }];
}
