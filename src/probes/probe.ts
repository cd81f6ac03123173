import type { Config } from "../domain/config.ts";
import type { Finding, FindingCatalogue } from "../domain/finding.ts";
import type { Labels, MetricSpec, Sample } from "../domain/metric.ts";
import type { Net } from "../domain/net.ts";
import type { Observation, Verdict } from "../domain/result.ts";
import type { CanaryNews } from "../domain/seen.ts";
import { worst } from "../domain/severity.ts";
import { bounded } from "../mail/txt-record.ts";

/**
 * What a probe author writes: look (`observe`), then think (`judge`, `measure`).
 * Only `observe` may touch the network or the clock; the rest are functions of facts.
 */
export interface ProbeSpec<Target, Facts, Kind extends string> {
  /** Also the folder's name. */
  readonly name: string;
  /** For all targets, or for each its own. */
  readonly everyMs: number | ((target: Target) => number);
  /** One run may take this long; then it is *unknown*. */
  readonly timeoutMs: number;
  /** What there is to look at, according to the config file. */
  targets(config: Config): readonly Target[];
  /** The labels that tell two targets of this probe apart. */
  identify(target: Target): Labels;
  /** The server that a run burdens, for the limit per host; undefined: none in particular. */
  host(target: Target): string | undefined;
  observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts>;
  readonly findings: FindingCatalogue<Kind>;
  /** In any order and number: those of one kind about one subject become one finding. */
  judge(facts: Facts, target: Target): readonly Finding<Kind>[];
  readonly metrics: readonly MetricSpec[];
  measure(facts: Facts, target: Target): readonly Sample[];
  /** Identities whose changes are worth remembering: records, certificates, banners. */
  identities?(facts: Facts, target: Target): readonly Observation[];
  /** Facts come from what canaries show as well: with such news it looks again, whatever the time. */
  readonly follows?: readonly CanaryNews[];
  /** How soon to look again, where the facts say so (a TTL); the runner holds it within bounds. */
  recheckInMs?(facts: Facts, target: Target): number | undefined;
}

/** A probe with its types closed over, so that a list of different probes needs no casts. */
export interface Probe {
  readonly name: string;
  readonly findings: FindingCatalogue;
  readonly metrics: readonly MetricSpec[];
  checks(config: Config): readonly Check[];
}

/** A probe bound to one target. */
interface Check {
  /** `probe` and labels in one line: unique. */
  readonly id: string;
  readonly probe: string;
  readonly labels: Labels;
  readonly host: string | undefined;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly follows: readonly CanaryNews[];
  run(net: Net, signal: AbortSignal): Promise<Verdict>;
}

export function defineProbe<Target, Facts, Kind extends string>(
  spec: ProbeSpec<Target, Facts, Kind>,
): Probe {
  return {
    name: spec.name,
    findings: spec.findings,
    metrics: spec.metrics,
    checks: (config) => spec.targets(config).map((target) => bind(spec, target)),
  };
}

function bind<Target, Facts, Kind extends string>(
  spec: ProbeSpec<Target, Facts, Kind>,
  target: Target,
): Check {
  const labels = spec.identify(target);
  return {
    id: checkId(spec.name, labels),
    probe: spec.name,
    labels,
    host: spec.host(target),
    everyMs: typeof spec.everyMs === "number" ? spec.everyMs : spec.everyMs(target),
    timeoutMs: spec.timeoutMs,
    follows: spec.follows ?? [],
    async run(net, signal) {
      const facts = await spec.observe(target, net, signal);
      const findings = joined(spec.judge(facts, target));
      return {
        severity: worst(findings.map(({ kind }) => spec.findings[kind].severity)),
        findings,
        samples: spec.measure(facts, target),
        observed: spec.identities?.(facts, target) ?? [],
        ...recheck(spec.recheckInMs?.(facts, target)),
      };
    },
  };
}

/** One finding for each kind and subject, that names all its reasons: as such it is kept and told. */
function joined<Kind extends string>(findings: readonly Finding<Kind>[]): readonly Finding<Kind>[] {
  const alike = Map.groupBy(findings, ({ kind, subject }) => JSON.stringify([kind, subject]));
  return [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined || more.length === 0) return first ?? [];
    const all = [first, ...more];
    const about = [...new Set(all.flatMap((each) => each.about ?? []))];
    const details = new Set(all.map(({ detail }) => detail));
    return {
      ...first,
      ...(about.length === 0 ? {} : { about }),
      detail: bounded([...details].join("; ")),
    };
  });
}

function recheck(ms: number | undefined): Pick<Verdict, "recheckInMs"> {
  return ms === undefined ? {} : { recheckInMs: ms };
}

export function checkId(probe: string, labels: Labels): string {
  return [probe, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(" ");
}
