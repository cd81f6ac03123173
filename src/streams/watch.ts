import { alarmAtFor, type DetectorConfig, defaultDetector } from "../attrition/config.ts";
import type { Attrition, Config } from "../domain/config.ts";
import { DAY } from "../domain/duration.ts";
import type { Route } from "../domain/route.ts";
import type { Schedule } from "../domain/schedule.ts";
import type { Seed } from "../domain/seed.ts";
import type { Follower } from "../domain/store.ts";
import { createDrift, type Drift } from "./drift.ts";
import { createStreams, type Streams } from "./streams.ts";

const YEAR_MS = 365.25 * DAY;

/** What watches the outcomes of all routes for silent attrition. */
export interface Watch {
  readonly streams: Streams;
  readonly drift: Drift;
  /** By route name. */
  readonly detectors: ReadonlyMap<string, DetectorConfig>;
  /** Providers that are watched, by route. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly followers: readonly Follower[];
  readonly cadences: readonly Cadence[];
}

/** The longest planned time between two canaries to one seed of the provider. */
interface Cadence {
  readonly route: string;
  readonly provider: string;
  readonly ms: number;
}

export interface WatchParts {
  readonly config: Config;
  /** The mean interval of a schedule, milliseconds. */
  readonly intervalMs: (schedule: Schedule) => number;
  /** The newest written state under a key. */
  readonly state: (key: string) => string | undefined;
}

/** A detector for each route, its threshold set so that a false alarm comes about once in the years asked for. */
export function watchOutcomes({ config, intervalMs, state }: WatchParts): Watch {
  const detectors = new Map<string, DetectorConfig>();
  const providers = new Map<string, ReadonlySet<string>>();
  const cadences: Cadence[] = [];
  const interval = remembered(intervalMs);
  for (const route of config.routes) {
    const seeds = config.seeds.filter((seed) => seed.routes.includes(route.name));
    const every = (seed: Seed): number =>
      interval(seed.schedule ?? route.schedule ?? config.schedule);
    const perYear = seeds.reduce((sum, seed) => sum + YEAR_MS / every(seed), 0);
    for (const [provider, own] of Map.groupBy(seeds, (seed) => seed.provider)) {
      cadences.push({ route: route.name, provider, ms: Math.max(...own.map(every)) });
    }
    detectors.set(route.name, detectorOf(route, config.attrition, perYear));
    providers.set(route.name, new Set(seeds.map(({ provider }) => provider)));
  }
  const streams = createStreams({ detectors, providers, state });
  const drift = createDrift({ configs: detectors, providers, state });
  const followers = [streams.follower, drift.follower];
  return { streams, drift, detectors, providers, followers, cadences };
}

function detectorOf(
  { warmUp }: Route,
  { falseAlarmYears, sloInbox, tabScore, otherScore, nullAfterBad }: Attrition,
  canariesPerYear: number,
): DetectorConfig {
  const alarmAt = Math.max(MIN_ALARM_AT, alarmAtFor(falseAlarmYears, canariesPerYear));
  return defaultDetector({
    alarmAt,
    sloInbox,
    tabScore,
    otherScore,
    nullAfterBad,
    ...(warmUp && {
      warmUp: { ...warmUp, startsAt: warmUp.startsAt / 1000, endsAt: warmUp.endsAt / 1000 },
    }),
  });
}

/** A canary a day still deserves a threshold that three bad ones in a row do not reach. */
const MIN_ALARM_AT = 1000;

/** Reading a cron expression's future takes a while, and most seeds share one. */
function remembered(intervalMs: WatchParts["intervalMs"]): WatchParts["intervalMs"] {
  const known = new Map<string, number>();
  return (schedule) => {
    const key = JSON.stringify(schedule);
    const ms = known.get(key) ?? intervalMs(schedule);
    known.set(key, ms);
    return ms;
  };
}
