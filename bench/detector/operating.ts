import { type Random, seeded } from "./random.ts";
import {
  CANARIES_PER_YEAR,
  draw,
  EVERY_SECONDS,
  type Mix,
  type Rule,
  type Watcher,
} from "./watcher.ts";

/** A healthy stretch and what may follow it. */
export interface Falls {
  readonly before: Mix;
  readonly healthyCanaries: number;
  readonly after: readonly Mix[];
}

/** How long to simulate. */
export interface Effort {
  /** Healthy stretches, and falls tried after each. */
  readonly stretches: number;
  readonly fallsEach: number;
  readonly seed: number;
}

/** Canaries from the fall (the first one after it counts 1) to the alarm. */
export interface Delay {
  readonly mean: number;
  readonly p95: number;
}

/** A fall that nobody notices within this many canaries counts as that many. */
const MAX_DELAY = 20_000;

/**
 * The delays of a rule, one for each fall. Stretches with an alarm are left out: `ever` in them,
 * or, for rules that alarm all the time, only those at whose end it is `on`.
 */
export function delays(rule: Rule, falls: Falls, effort: Effort, leaveOut: "ever" | "on"): Delay[] {
  const random = seeded(effort.seed);
  const found = falls.after.map((): number[] => []);
  for (let stretch = 0; stretch < effort.stretches; stretch++) {
    const watcher = rule.start();
    let alarmed = false;
    for (let n = 0; n < falls.healthyCanaries; n++) {
      const on = watcher.see(draw(falls.before, random), n * EVERY_SECONDS);
      alarmed = on || (leaveOut === "ever" && alarmed);
    }
    if (alarmed) continue;
    for (const [index, mix] of falls.after.entries()) {
      for (let n = 0; n < effort.fallsEach; n++) {
        const copy = watcher.copy();
        found[index]?.push(canariesUntilAlarm(copy, mix, falls.healthyCanaries, random));
      }
    }
  }
  return found.map(summary);
}

/** Mean and 95th percentile; of nothing: nothing was noticed. */
export function summary(delays: readonly number[]): Delay {
  const sorted = delays.toSorted((a, b) => a - b);
  return { mean: mean(delays), p95: percentile(sorted, 0.95) };
}

export function mean(values: readonly number[]): number {
  return values.length === 0
    ? Number.POSITIVE_INFINITY
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
}

/** How often the alarm comes on in a year of canaries that are as they always were. */
export function falseAlarmsPerYear(
  rule: Rule,
  mix: Mix,
  years: number,
  random: Random,
  perYear = CANARIES_PER_YEAR,
): number {
  const watcher = rule.start();
  let alarms = 0;
  let was = false;
  for (let n = 0; n < years * perYear; n++) {
    const on = watcher.see(draw(mix, random), n * EVERY_SECONDS);
    if (on && !was) alarms += 1;
    was = on;
  }
  return alarms / years;
}

/** The same over the first canaries of new streams, each up to its first alarm. */
export function youngFalseAlarmsPerYear(
  rule: Rule,
  mix: Mix,
  { streams, canaries }: { readonly streams: number; readonly canaries: number },
  random: Random,
): number {
  let alarms = 0;
  for (let stream = 0; stream < streams; stream++) {
    const watcher = rule.start();
    let on = false;
    for (let n = 0; n < canaries && !on; n++)
      on = watcher.see(draw(mix, random), n * EVERY_SECONDS);
    if (on) alarms += 1;
  }
  return (alarms / streams) * (CANARIES_PER_YEAR / canaries);
}

function canariesUntilAlarm(watcher: Watcher, mix: Mix, start: number, random: Random): number {
  for (let n = 1; n < MAX_DELAY; n++) {
    if (watcher.see(draw(mix, random), (start + n) * EVERY_SECONDS)) return n;
  }
  return MAX_DELAY;
}
