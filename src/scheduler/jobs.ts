import type { Config } from "../domain/config.ts";
import { MINUTE } from "../domain/duration.ts";
import type { Log } from "../domain/log.ts";
import type { Net } from "../domain/net.ts";
import type { Result } from "../domain/result.ts";
import type { Route } from "../domain/route.ts";
import type { Seed } from "../domain/seed.ts";
import type { Store } from "../domain/store.ts";
import { runCheck, type Runnable } from "./runner.ts";
import type { Job } from "./timetable.ts";

/** Checks start within this of each other, so that not all log in at once. */
const CHECK_JITTER_MS = MINUTE / 4;

/** A record with a TTL of zero is not asked for all the time. */
const MIN_RECHECK_MS = 5 * MINUTE;

interface JobParts {
  readonly config: Config;
  readonly checks: readonly (Runnable & { readonly everyMs: number })[];
  readonly canaries: {
    readonly pairs: readonly { readonly route: Route; readonly seed: Seed }[];
    send(route: Route, seed: Seed, signal: AbortSignal): Promise<void>;
  };
  readonly store: Store;
  readonly net: Net;
  readonly log: Log;
  readonly record: (result: Result) => void;
}

/** Everything that runs on a schedule: a canary for each route and seed, and each probe's checks. */
export function jobsOf(parts: JobParts): readonly Job[] {
  return [...canaryJobs(parts), ...checkJobs(parts)];
}

function canaryJobs({ config, canaries, store }: JobParts): Job[] {
  return canaries.pairs.map(({ route, seed }) => ({
    id: `canary route=${route.name} seed=${seed.name}`,
    schedule: seed.schedule ?? route.schedule ?? config.schedule,
    jitterMs: config.jitterMs,
    lastRunAt: store.lastPlannedAt(route.name, seed.name),
    async run(signal) {
      await canaries.send(route, seed, signal);
      return undefined;
    },
  }));
}

function checkJobs({ checks, config, net, log, record }: JobParts): Job[] {
  return checks.map((check) => ({
    id: check.id,
    schedule: { kind: "every", everyMs: check.everyMs },
    jitterMs: Math.min(config.jitterMs, CHECK_JITTER_MS),
    lastRunAt: undefined,
    async run(signal) {
      const result = await runCheck(check, net, log, signal);
      record(result);
      return result.recheckInMs && Math.max(MIN_RECHECK_MS, result.recheckInMs);
    },
  }));
}
