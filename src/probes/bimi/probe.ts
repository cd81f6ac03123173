import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE, SECOND } from "../../domain/duration.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Net } from "../../domain/net.ts";
import type { Observation } from "../../domain/result.ts";
import { domainOf } from "../../mail/address.ts";
import { readBimiRecord } from "../../mail/bimi.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { type Facts, judge } from "./judge.ts";

/** Larger than receivers take, so that the size can be told. */
const FETCH = { maxBytes: 128 * 1024, timeoutMs: 30 * SECOND };

/** Where BIMI is set up: can record, logo and certificate be used? */
export const bimi = defineProbe({
  name: "bimi",
  everyMs: 6 * HOUR,
  timeoutMs: 2 * MINUTE,
  targets: ({ routes }) => [...new Set(routes.map(({ from }) => domainOf(from.address)))],
  identify: (domain) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: [DNS_RECORD_OK],
  measure,
  identities,
});

async function observe(
  domain: string,
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

/** No series where it is not set up or nobody knows; without a logo mail arrives all the same. */
function measure(facts: Facts, domain: string): readonly Sample[] {
  const isUnknown = judge(facts, domain).some(({ kind }) => kind === "bimi-undecided");
  return recordIn(facts) === undefined || isUnknown ? [] : [dnsRecordOk(domain, "bimi", true)];
}

function identities(facts: Facts, domain: string): readonly Observation[] {
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
