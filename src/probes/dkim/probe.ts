import { HOUR, MINUTE, SECOND } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { bounded } from "../../mail/txt-record.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { measure, METRICS } from "./measure.ts";
import { aspectOf, type Facts, observe, targets } from "./observe.ts";

/** After a start the first canaries take a while. */
const UNTIL_SIGHTINGS_MS = 5 * MINUTE;

/** Are the keys that sign published, sound, and the right ones (RFC 6376, 8301, 8463)? */
export const dkim = defineProbe({
  name: "dkim",
  everyMs: HOUR,
  timeoutMs: MINUTE,
  targets,
  identify: ({ domain }) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: METRICS,
  measure,
  identities,
  recheckInMs,
});

function identities({ keys }: Facts): readonly Observation[] {
  return keys.flatMap(({ domain, selector, answer }) => {
    if (answer.kind === "failed") return [];
    const value = answer.kind === "found" ? answer.records.toSorted().join(" | ") : "none";
    return [{ subject: domain, aspect: aspectOf(selector), value: bounded(value) }];
  });
}

/** When the first key expires; before that while no canary has shown who signs. */
function recheckInMs({ keys, sightings }: Facts): number | undefined {
  const waits = keys.flatMap(({ answer }) =>
    answer.kind !== "failed" && answer.ttlSeconds > 0 ? [answer.ttlSeconds * SECOND] : [],
  );
  if (sightings.length === 0) waits.push(UNTIL_SIGHTINGS_MS);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
