import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { isDmarcRecord } from "../../mail/dmarc-record.ts";
import { policyOfWalk } from "../../mail/dmarc-walk.ts";
import { isWithin } from "../../mail/organisation.ts";
import { bounded } from "../../mail/txt-record.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { measure, METRICS } from "./measure.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Which policy applies to mail from the domain, and does our mail satisfy it (RFC 9989)? */
export const dmarc = defineDomainProbe({
  name: "dmarc",
  timeoutMs: 2 * MINUTE,
  follows: ["signatures"],
  targets,
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "dmarc", isThere: () => true },
  metrics: METRICS,
  measure,
  identities,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities(facts: Facts, { domain }: Target): readonly Observation[] {
  return [...policyRecord(facts, domain), ...consents(facts, domain)];
}

/** What the other organisations say that reports are to go to. */
function consents({ walk, destinations }: Facts, domain: string): readonly Observation[] {
  const found = policyOfWalk(walk);
  if (found.kind !== "found") return [];
  const foreign = destinations.filter((each) => !isWithin(each.domain, found.domain));
  if (foreign.length === 0 || foreign.some(({ consent }) => consent.kind === "failed")) return [];
  const lines = foreign.map(
    ({ domain: name, consent }) =>
      `${name}: ${recordsOf({ answer: consent }).toSorted().join(" | ") || "none"}`,
  );
  const value = bounded([...new Set(lines)].toSorted().join(", "));
  return [{ subject: domain, aspect: "dmarc report consent", value }];
}

/** The record that applies, with the domain where it stands unless that is the target. */
function policyRecord({ walk }: Facts, domain: string): readonly Observation[] {
  const about = { subject: domain, aspect: "dmarc" };
  const [own] = walk;
  const texts = own === undefined ? [] : recordsOf(own).filter(isDmarcRecord);
  if (texts.length > 0) return [{ ...about, value: bounded(texts.toSorted().join(" | ")) }];
  const found = policyOfWalk(walk);
  if (found.kind === "unknown") return [];
  const value = found.kind === "none" ? "none" : `${found.domain}: ${found.text}`;
  return [{ ...about, value: bounded(value) }];
}
