import { DNS_RECORD_OK, dnsRecordOk } from "../domain/dns-record-metric.ts";
import type { Dns, DnsAnswer } from "../domain/dns.ts";
import { HOUR } from "../domain/duration.ts";
import type { Finding, FindingCatalogue } from "../domain/finding.ts";
import type { MetricSpec, Sample } from "../domain/metric.ts";
import { soonestMs } from "../mail/dns-answers.ts";
import { domainsAbove } from "../mail/organisation.ts";
import { bounded } from "../mail/txt-record.ts";
import { defineProbe, type Probe, type ProbeSpec } from "./probe.ts";

/** What is wrong, before it is said with which domain. */
export interface Fault<Kind extends string> {
  readonly kind: Kind;
  readonly detail: string;
}

export function fault<Kind extends string>(kind: Kind, detail: string): Fault<Kind> {
  return { kind, detail };
}

/** A domain, where nothing else has to be known about it. */
export interface DomainTarget {
  readonly domain: string;
}

/** What is the same for all of them, or told in another way. */
type Settled = "everyMs" | "identify" | "host" | "judge" | "metrics" | "measure";

/** What the author of a probe of a domain's records writes; the rest is the same for all of them. */
interface DomainProbeSpec<Target extends DomainTarget, Facts, Kind extends string> extends Omit<
  ProbeSpec<Target, Facts, Kind>,
  Settled
> {
  /** By default an hour; records that expire sooner are looked at sooner. */
  readonly everyMs?: number;
  /** Where a look burdens servers besides the DNS: no sooner than this, however short the TTLs are. */
  readonly leastRecheckMs?: number;
  judge(facts: Facts, target: Target): readonly Fault<Kind>[];
  /** Its series in DNS_RECORD_OK; undefined: nothing that it finds harms mail today. */
  readonly record?: RecordSeries<Facts>;
  /** What it measures besides. */
  readonly metrics?: readonly MetricSpec[];
  measure?(facts: Facts, target: Target): readonly Sample[];
}

interface RecordSeries<Facts> {
  readonly name: string;
  /** Whether there is anything that can be right; where it is not set up there is no series. */
  readonly isThere: (facts: Facts) => boolean;
}

/** What was learnt, and when the first answer of the DNS that it rests on expires. */
interface Dated<Facts> {
  readonly facts: Facts;
  readonly expiryMs: number | undefined;
}

/**
 * A probe of a domain's records: asked of the DNS, which is no server to be spared. It looks again
 * when the first record that it asked for expires.
 */
export function defineDomainProbe<Target extends DomainTarget, Facts, Kind extends string>(
  spec: DomainProbeSpec<Target, Facts, Kind>,
): Probe {
  const judge = (facts: Facts, target: Target) =>
    spec.judge(facts, target).map((each) => findingOf(each, target.domain, spec.findings));
  const { record, metrics = [], everyMs = HOUR } = spec;
  return defineProbe<Target, Dated<Facts>, Kind>({
    ...spec,
    everyMs,
    identify: ({ domain }) => ({ domain }),
    host: () => undefined,
    async observe(target, net, signal) {
      const answers: DnsAnswer<unknown>[] = [];
      const facts = await spec.observe(target, { ...net, dns: noting(net.dns, answers) }, signal);
      return { facts, expiryMs: soonestMs(answers.map((answer) => ({ answer }))) };
    },
    judge: ({ facts }, target) => judge(facts, target),
    metrics: record === undefined ? metrics : [DNS_RECORD_OK, ...metrics],
    measure: ({ facts }, target) => [
      ...(record === undefined
        ? []
        : recordSamples(record, facts, target.domain, severities(judge(facts, target), spec))),
      ...(spec.measure?.(facts, target) ?? []),
    ],
    identities: ({ facts }, target) => spec.identities?.(facts, target) ?? [],
    recheckInMs: ({ facts, expiryMs }, target) =>
      sooner(
        spec.recheckInMs?.(facts, target),
        expiryMs && Math.max(expiryMs, spec.leastRecheckMs ?? 0),
      ),
  });
}

function noting(dns: Dns, answers: DnsAnswer<unknown>[]): Dns {
  return {
    async query(...question) {
      const answer = await dns.query(...question);
      answers.push(answer);
      return answer;
    },
  };
}

function sooner(...waitsMs: readonly (number | undefined)[]): number | undefined {
  const known = waitsMs.filter((waitMs) => waitMs !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function findingOf<Kind extends string>(
  { kind, detail }: Fault<Kind>,
  subject: string,
  catalogue: FindingCatalogue<Kind>,
): Finding<Kind> {
  const finding = { kind, subject, detail: bounded(detail) };
  if (catalogue[kind].severity !== "unknown") return finding;
  // A zone that nobody can ask leaves all below it undecided, and is told of under its own name.
  const above = domainsAbove(subject).slice(1);
  return above.length === 0 ? finding : { ...finding, about: above };
}

function severities<Kind extends string>(
  findings: readonly Finding<Kind>[],
  { findings: catalogue }: Pick<ProbeSpec<unknown, unknown, Kind>, "findings">,
) {
  return findings.map(({ kind }) => catalogue[kind].severity);
}

/** No series while nobody knows. */
function recordSamples<Facts>(
  { name, isThere }: RecordSeries<Facts>,
  facts: Facts,
  domain: string,
  found: ReturnType<typeof severities>,
): readonly Sample[] {
  if (found.includes("fail")) return [dnsRecordOk(domain, name, false)];
  return found.includes("unknown") || !isThere(facts) ? [] : [dnsRecordOk(domain, name, true)];
}
