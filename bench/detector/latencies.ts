import {
  type LatencyConfig,
  type LatencyState,
  newLatency,
  stepLatency,
} from "../../src/attrition/latency.ts";
import { type Delay, summary } from "./operating.ts";
import { normal, type Random, seeded } from "./random.ts";
import { CANARIES_PER_YEAR, EVERY_SECONDS } from "./watcher.ts";

const CONFIG: LatencyConfig = { alarmAt: CANARIES_PER_YEAR, warnShare: 0.01, recoverAt: 200 };
const LEARNT_FROM = 1000;
const MAX_CANARIES = 20_000;
/** Of the logarithm of the latency; the detector does not depend on it. */
const SIGMA = 0.8;

/** How healthy latencies are spread, in standard deviations of their logarithm. */
export const NOISES: readonly {
  readonly name: string;
  readonly draw: (random: Random) => number;
}[] = [
  { name: "lognormal", draw: normal },
  { name: "heavy tails (Student t, 4 degrees)", draw: studentT },
  {
    name: "3 % very slow",
    draw: (random) => normal(random) + (random() < 0.03 ? 3 + 2 * random() : 0),
  },
];

/** Delays in arrived canaries for a shift by so many standard deviations. */
export function latencyDelay(shift: number, runs: number, seed: number): Delay {
  const random = seeded(seed);
  const delays: number[] = [];
  for (let run = 0; run < runs; run++) {
    let state = learnt(normal, random);
    let n = 0;
    while (state.alarm === null && n < MAX_CANARIES) {
      n += 1;
      state = next(state, shift + normal(random), LEARNT_FROM + n);
    }
    delays.push(n);
  }
  return summary(delays);
}

/** False alarms in a year of such canaries. */
export function latencyFalseAlarmsPerYear(
  noise: (random: Random) => number,
  years: number,
  seed: number,
): number {
  const random = seeded(seed);
  let state = newLatency();
  let alarms = 0;
  for (let n = 0; n < years * CANARIES_PER_YEAR; n++) {
    const was = state.alarm;
    state = next(state, noise(random), n);
    if (was === null && state.alarm !== null) alarms += 1;
  }
  return alarms / years;
}

function learnt(noise: (random: Random) => number, random: Random): LatencyState {
  let state = newLatency();
  for (let n = 0; n < LEARNT_FROM; n++) state = next(state, noise(random), n);
  return state;
}

function next(state: LatencyState, deviations: number, n: number): LatencyState {
  const arrived = { latency: 5 * Math.exp(SIGMA * deviations), time: n * EVERY_SECONDS };
  return stepLatency(state, arrived, CONFIG);
}

function studentT(random: Random): number {
  const chiSquare = [1, 2, 3, 4].reduce((sum) => sum + normal(random) ** 2, 0);
  return normal(random) / Math.sqrt(chiSquare / 4) / Math.SQRT2;
}
