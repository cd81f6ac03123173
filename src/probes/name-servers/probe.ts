import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, targets, type Target } from "./observe.ts";

/** Do all name servers of the domain's zone answer, and do they agree? */
export const nameServers = defineProbe({
  name: "name-servers",
  everyMs: HOUR,
  timeoutMs: 3 * MINUTE,
  targets,
  identify: ({ domain }) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  // As long as one server answers mail goes on; the findings say what is wrong.
  metrics: [],
  measure: () => [],
  identities,
});

function identities({ zone, servers }: Facts, { domain }: Target): readonly Observation[] {
  if (zone.kind !== "found" || servers.length === 0) return [];
  return [{ subject: domain, aspect: "name servers", value: zone.nameServers.join(", ") }];
}
