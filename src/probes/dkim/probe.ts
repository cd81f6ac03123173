import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { bounded } from "../../mail/txt-record.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { measure, METRICS } from "./measure.ts";
import { aspectOf, type Facts, observe, targets } from "./observe.ts";

/** After a start the first canaries take a while. */
const UNTIL_SIGHTINGS_MS = 5 * MINUTE;

/** Are the keys that sign published, sound, and the right ones (RFC 6376, 8301, 8463)? */
export const dkim = defineDomainProbe({
  name: "dkim",
  timeoutMs: MINUTE,
  follows: ["signatures"],
  targets,
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "dkim", isThere: ({ keys }) => keys.length > 0 },
  metrics: METRICS,
  measure,
  identities,
  recheckInMs: ({ sightings }) => (sightings.length > 0 ? undefined : UNTIL_SIGHTINGS_MS),
});

/** Nothing while the DNS does not answer: that is no change. */
function identities({ keys }: Facts): readonly Observation[] {
  return keys.flatMap(({ domain, selector, answer }) => {
    if (answer.kind === "failed") return [];
    const value = recordsOf({ answer }).toSorted().join(" | ") || "none";
    return [{ subject: domain, aspect: aspectOf(selector), value: bounded(value) }];
  });
}
