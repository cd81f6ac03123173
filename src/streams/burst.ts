import {
  type Bucket,
  DEFAULT_CADENCE,
  fullBucket,
  nextCanary,
  spendToken,
} from "../attrition/cadence.ts";
import type { Canary } from "../domain/canary.ts";
import type { Config } from "../domain/config.ts";
import { DAY } from "../domain/duration.ts";
import type { Log } from "../domain/log.ts";
import type { Clock } from "../domain/net.ts";
import type { Route } from "../domain/route.ts";
import type { Schedule } from "../domain/schedule.ts";
import type { Seed } from "../domain/seed.ts";
import type { Watch } from "./watch.ts";

/**
 * Sends more often to a provider whose outcomes look suspicious, until the doubt is settled. The
 * decision rests on the past alone, so the detector's guarantee, counted in canaries, holds.
 */
export interface Bursts {
  /** To be told of each step of each canary. */
  consider(after: Canary, before: Canary | undefined): void;
}

export interface BurstParts {
  readonly config: Config;
  readonly watch: Watch;
  readonly clock: Clock;
  readonly log: Log;
  readonly intervalMs: (schedule: Schedule) => number;
  readonly budgetLeft: (seed: string) => number;
  readonly send: (route: Route, seed: Seed, signal: AbortSignal) => Promise<void>;
}

interface Stream {
  readonly route: Route;
  /** Those of the provider that the route sends to, the one used longest ago first. */
  seeds: readonly Seed[];
  bucket: Bucket;
  lastSentAt: number | undefined;
  pending: boolean;
}

export function createBursts(parts: BurstParts, signal: AbortSignal): Bursts {
  const { config, watch, clock, log } = parts;
  const streams = new Map<string, Stream>();
  for (const route of config.routes) {
    const seeds = config.seeds.filter((seed) => seed.routes.includes(route.name));
    for (const [provider, own] of Map.groupBy(seeds, (seed) => seed.provider)) {
      const bucket = fullBucket(clock.now(), DEFAULT_CADENCE);
      streams.set(keyOf(route.name, provider), {
        route,
        seeds: own,
        bucket,
        lastSentAt: undefined,
        pending: false,
      });
    }
  }

  function consider(after: Canary, before: Canary | undefined): void {
    const stream = streams.get(keyOf(after.route, after.provider));
    if (stream === undefined) return;
    if (before === undefined) noteSent(stream, after);
    const decided = after.phase === "ended" && before?.phase !== "ended";
    if (decided && !stream.pending) void burst(stream, after.provider);
  }

  async function burst(stream: Stream, provider: string): Promise<void> {
    const [seed] = stream.seeds;
    const now = clock.now();
    if (seed === undefined) return;
    const everyMs = parts.intervalMs(seed.schedule ?? stream.route.schedule ?? config.schedule);
    const plan = { ...DEFAULT_CADENCE, everyMs };
    const { dueAt, burst: wanted } = nextCanary(
      situation(stream, provider, now, parts.budgetLeft(seed.name)),
      stream.bucket,
      plan,
    );
    if (!wanted) return;
    stream.pending = true;
    stream.bucket = spendToken(stream.bucket, now, plan);
    log.info(
      { route: stream.route.name, provider, seed: seed.name },
      "Outcomes look suspicious; sending another canary soon",
    );
    try {
      await clock.sleep(dueAt - now, signal);
    } catch {
      return; // Shutting down.
    }
    stream.pending = false;
    await parts.send(stream.route, seed, signal);
  }

  function situation(stream: Stream, provider: string, now: number, budgetLeft: number) {
    const reading = watch.streams.reading(stream.route.name);
    const own = reading?.providers.find((one) => one.provider === provider);
    return {
      now,
      lastSentAt: stream.lastSentAt,
      evidence: 10 ** (own?.evidence ?? -9),
      alarmed: own?.alarm === true || reading?.scope.includes("_all") === true,
      budgetLeft,
      budgetResetsAt: (Math.floor(now / DAY) + 1) * DAY,
    };
  }

  return { consider };
}

/** The next burst goes to another seed, where the provider has several: one mailbox learns, many tell. */
function noteSent(stream: Stream, { seed, plannedAt }: Canary): void {
  stream.lastSentAt = plannedAt;
  stream.seeds = stream.seeds.toSorted((a, b) => Number(a.name === seed) - Number(b.name === seed));
}

function keyOf(route: string, provider: string): string {
  return JSON.stringify([route, provider]);
}
