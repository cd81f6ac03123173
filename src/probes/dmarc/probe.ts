import { HOUR, MINUTE, SECOND } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { isDmarcRecord } from "../../mail/dmarc-record.ts";
import { policyOfWalk } from "../../mail/dmarc-walk.ts";
import { bounded } from "../../mail/txt-record.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { measure, METRICS } from "./measure.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Which policy applies to mail from the domain, and does our mail satisfy it (RFC 9989)? */
export const dmarc = defineProbe({
  name: "dmarc",
  everyMs: HOUR,
  timeoutMs: 2 * MINUTE,
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

/** The record that applies, with the domain where it stands unless that is the target. */
function identities({ walk }: Facts, { domain }: Target): readonly Observation[] {
  const about = { subject: domain, aspect: "dmarc" };
  const [own] = walk;
  const texts = own?.answer.kind === "found" ? own.answer.records.filter(isDmarcRecord) : [];
  if (texts.length > 0) return [{ ...about, value: bounded(texts.toSorted().join(" | ")) }];
  const found = policyOfWalk(walk);
  if (found.kind === "unknown") return [];
  const value = found.kind === "none" ? "none" : `${found.domain}: ${found.text}`;
  return [{ ...about, value: bounded(value) }];
}

/** When the first record that matters expires. */
function recheckInMs({ walk, destinations }: Facts): number | undefined {
  const ttls = [...walk.map(({ answer }) => answer), ...destinations.map(({ consent }) => consent)]
    .filter((answer) => answer.kind !== "failed" && answer.ttlSeconds > 0)
    .map((answer) => (answer.kind === "failed" ? 0 : answer.ttlSeconds * SECOND));
  return ttls.length === 0 ? undefined : Math.min(...ttls);
}
