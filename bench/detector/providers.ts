import { defaultDetector } from "../../src/attrition/config.ts";
import { advanceRoute, copyRoute, newRoute, type RouteState } from "../../src/attrition/route.ts";
import { ALL_PROVIDERS } from "../../src/attrition/route.ts";
import { type Delay, summary } from "./operating.ts";
import { type Random, seeded } from "./random.ts";
import { draw, type Mix } from "./watcher.ts";

export const PROVIDERS = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

/** Rounds of a year at one canary an hour to each provider. */
const ROUNDS_PER_YEAR = 8760;
const HOUR_SECONDS = 3600;
const HEALTHY: Mix = { inbox: 0.98, spamShare: 0.5 };
const MAX_ROUNDS = 5000;

/** One false alarm a year over the whole route. */
const CONFIG = defaultDetector({ alarmAt: PROVIDERS.length * ROUNDS_PER_YEAR });

/** How a fall at `fallen` of the eight providers is noticed. */
export interface RouteDelay extends Delay {
  /** Share of the alarms that named a provider that fell, or all where all did. */
  readonly rightScope: number;
}

/** Delays in rounds, for falls to each of the rates. */
export function routeDelays(
  fallen: number,
  rates: readonly number[],
  effort: { readonly stretches: number; readonly fallsEach: number; readonly rounds: number },
  seed: number,
): RouteDelay[] {
  const random = seeded(seed);
  const found = rates.map((): { rounds: number; right: boolean }[] => []);
  for (let stretch = 0; stretch < effort.stretches; stretch++) {
    const route = newRoute(CONFIG);
    let quiet = true;
    for (let round = 0; round < effort.rounds && quiet; round++) {
      quiet = playRound(route, round, () => HEALTHY, random) === undefined;
    }
    if (!quiet) continue;
    for (const [index, inbox] of rates.entries()) {
      for (let n = 0; n < effort.fallsEach; n++) {
        found[index]?.push(fall(copyRoute(route), effort.rounds, fallen, inbox, random));
      }
    }
  }
  return found.map((alarms) => ({
    ...summary(alarms.map(({ rounds }) => rounds)),
    rightScope: alarms.filter(({ right }) => right).length / alarms.length,
  }));
}

/** Alarms of any unit in a year of healthy rounds. */
export function routeFalseAlarmsPerYear(years: number, seed: number): number {
  const random = seeded(seed);
  const route = newRoute(CONFIG);
  let alarms = 0;
  let was = 0;
  for (let round = 0; round < years * ROUNDS_PER_YEAR; round++) {
    playRound(route, round, () => HEALTHY, random);
    const on = unitsAlarmed(route);
    alarms += Math.max(0, on - was);
    was = on;
  }
  return alarms / years;
}

function fall(
  route: RouteState,
  start: number,
  fallen: number,
  inbox: number,
  random: Random,
): { rounds: number; right: boolean } {
  const mixOf = (index: number): Mix => (index < fallen ? { ...HEALTHY, inbox } : HEALTHY);
  for (let rounds = 1; rounds < MAX_ROUNDS; rounds++) {
    const unit = playRound(route, start + rounds, mixOf, random);
    if (unit !== undefined) return { rounds, right: isRight(unit, fallen) };
  }
  return { rounds: MAX_ROUNDS, right: false };
}

function isRight(unit: string, fallen: number): boolean {
  if (unit === ALL_PROVIDERS) return fallen > 1;
  return PROVIDERS.findIndex((name) => name === unit) < fallen && fallen < PROVIDERS.length;
}

/** One canary to each; answers what is alarmed, if anything. */
function playRound(
  route: RouteState,
  round: number,
  mixOf: (index: number) => Mix,
  random: Random,
): string | undefined {
  for (const [index, provider] of PROVIDERS.entries()) {
    const outcome = draw(mixOf(index), random);
    advanceRoute(route, { provider, outcome, time: round * HOUR_SECONDS }, CONFIG);
  }
  if (route.alarm !== null) return ALL_PROVIDERS;
  return route.streams.find(({ state }) => state.alarm !== null)?.provider;
}

function unitsAlarmed(route: RouteState): number {
  const streams = route.streams.filter(({ state }) => state.alarm !== null).length;
  return streams + (route.alarm === null ? 0 : 1);
}
