import { HOUR, MINUTE, SECOND } from "../../domain/duration.ts";
import type { Net } from "../../domain/net.ts";
import type { Observation } from "../../domain/result.ts";
import { readBimiRecord } from "../../mail/bimi.ts";
import { fromDomain } from "../../mail/sender-domains.ts";
import { defineDomainProbe, type DomainTarget } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { type Facts, judge } from "./judge.ts";

/** Larger than receivers take, so that the size can be told. */
const FETCH = { maxBytes: 128 * 1024, timeoutMs: 30 * SECOND };

/** Where BIMI is set up: can record, logo and certificate be used? */
export const bimi = defineDomainProbe({
  name: "bimi",
  everyMs: 6 * HOUR,
  timeoutMs: 2 * MINUTE,
  leastRecheckMs: HOUR,
  targets: ({ routes }): readonly DomainTarget[] =>
    [...new Set(routes.map(fromDomain))].map((domain) => ({ domain })),
  observe,
  findings: FINDINGS,
  judge,
  // Without a logo mail arrives all the same.
  record: { name: "bimi", isThere: (facts) => recordIn(facts) !== undefined },
  identities,
});

async function observe(
  { domain }: DomainTarget,
  { dns, https, clock }: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const now = clock.now();
  const record = await dns.query(`default._bimi.${domain}`, "TXT", signal);
  const parsed = record.kind === "found" ? readBimiRecord(record.records) : undefined;
  if (parsed?.kind !== "record") return { now, record, logo: undefined, certificate: undefined };
  const [logo, certificate] = await Promise.all([
    https.get(parsed.logo, FETCH, signal),
    parsed.certificate === undefined ? undefined : https.get(parsed.certificate, FETCH, signal),
  ]);
  return { now, record, logo, certificate };
}

/** Nothing while the DNS does not answer: that is no change. */
function identities(facts: Facts, { domain }: DomainTarget): readonly Observation[] {
  if (facts.record.kind === "failed") return [];
  const record = recordIn(facts);
  const value =
    record?.kind === "record"
      ? [record.logo, record.certificate ?? "no certificate"].join(", ")
      : (record?.kind ?? "none");
  return [{ subject: domain, aspect: "bimi", value: value.slice(0, 500) }];
}

function recordIn({ record }: Facts) {
  return record.kind === "found" ? readBimiRecord(record.records) : undefined;
}
