import { FINDINGS } from "./catalogue.ts";
import { causesOf } from "./diagnosis/causes.ts";
import type { ExitIdentity } from "./domain/canary.ts";
import type { Config } from "./domain/config.ts";
import type { Finding } from "./domain/finding.ts";
import type { Log } from "./domain/log.ts";
import type { Net } from "./domain/net.ts";
import type { Result } from "./domain/result.ts";
import { guessEndpoints, guessExits, type KnownExit } from "./guess.ts";
import { parseIp } from "./mail/ip-address.ts";
import { createNet } from "./net/net.ts";
import { PROBES } from "./probes/index.ts";
import { createLimits } from "./scheduler/limits.ts";
import { limitNet } from "./scheduler/limit-net.ts";
import { runCheck } from "./scheduler/runner.ts";
import { VERSION } from "./version.ts";

export interface CheckOptions {
  /** Addresses that mail leaves from; undefined takes those of the domains' own MX hosts. */
  readonly exits?: readonly string[];
  /** For want of a config file that names them: tries where users mostly log in (see guess.ts). */
  readonly guessesEndpoints?: boolean;
  /** Told of each result as it comes, and of how many checks there are in all. */
  readonly onResult?: (result: Result, checks: number) => void;
  /** Parts of the world, for tests that need another one. */
  readonly net?: Partial<Net>;
}

export interface Checked {
  /** In the order of the probes. */
  readonly results: readonly CheckedResult[];
  readonly exits: readonly KnownExit[];
}

export interface CheckedResult extends Result {
  readonly findings: readonly CheckedFinding[];
  /** False: there was nothing to judge, e.g. nothing to ask a list about. That is not *ok*. */
  readonly judged: boolean;
}

export interface CheckedFinding extends Finding {
  /** The finding that this one is but a symptom of. */
  readonly explainedBy?: Pick<Finding, "kind" | "subject"> | undefined;
}

/**
 * Runs every check of every probe once. There are no canaries to learn from, so exits come from the
 * options or are guessed. Rejects only when the signal aborts.
 */
export async function runChecks(
  config: Config,
  log: Log,
  signal: AbortSignal,
  { exits: given, guessesEndpoints = false, onResult, net: otherNet }: CheckOptions = {},
): Promise<Checked> {
  const world = { ...createNet(config, log, VERSION), ...otherNet };
  const [exits, guessed] = await Promise.all([
    given?.map(named) ?? guessExits(config, world.dns, signal),
    guessesEndpoints ? guessEndpoints(config, world, signal) : [],
  ]);
  const whole: Config = { ...config, endpoints: [...config.endpoints, ...guessed] };
  const identities = exits.map((exit) => identityOf(exit, given !== undefined));
  const seen = { exits: () => identities, arrived: () => [] };
  const net = limitNet({ ...world, seen }, createLimits(config.limits));
  const checks = PROBES.flatMap((probe) =>
    probe.checks(whole).map((check) => ({ check, measures: probe.metrics.length > 0 })),
  );
  const results = await Promise.all(
    checks.map(async ({ check, measures }) => {
      const result = await runCheck(check, net, log, signal);
      onResult?.(result, checks.length);
      const { samples, findings } = result;
      return { ...result, judged: !measures || samples.length + findings.length > 0 };
    }),
  );
  // What was looked at after that is no answer.
  signal.throwIfAborted();
  return { results: explained(results), exits };
}

type Unexplained = Result & Pick<CheckedResult, "judged">;

/** Says of each finding which other one it comes from. */
function explained(results: readonly Unexplained[]): readonly CheckedResult[] {
  const causes = causesOf(
    results.flatMap(({ findings }) => findings),
    FINDINGS,
  );
  const causeOf = new Map(
    causes.flatMap(({ finding, symptoms }) => symptoms.map((symptom) => [symptom, finding])),
  );
  return results.map((result) => ({
    ...result,
    findings: result.findings.map((finding) => ({ ...finding, explainedBy: causeOf.get(finding) })),
  }));
}

function named(ip: string): KnownExit {
  return { ip, why: "as given" };
}

/** Which names it uses only a receiver can tell. */
function identityOf({ ip, why }: KnownExit, isGiven: boolean): ExitIdentity {
  const family = parseIp(ip)?.family ?? "ipv4";
  const identity = { ip, family, helo: undefined, reverseName: undefined };
  return isGiven ? identity : { ...identity, guessedFrom: why };
}
