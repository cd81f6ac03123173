import { defaultDetector, type NullAfterBad } from "../../src/attrition/config.ts";
import type { Outcome } from "../../src/domain/canary.ts";
import { mean } from "./operating.ts";
import { type Random, seeded } from "./random.ts";
import { CANARIES_PER_YEAR, EVERY_SECONDS, mailcanary, type Rule } from "./watcher.ts";

const DAY_CANARIES = 48;
/** A decline that nobody notices within this counts as that many. */
const MAX_CANARIES = 20_000;

/** A stream that is well, or slowly ceases to be, but not with independent canaries. */
export interface Trouble {
  readonly name: string;
  /** Makes a source of outcomes; asked once for each canary, with its number. */
  start(random: Random): (n: number) => Outcome;
}

export const TROUBLES: readonly Trouble[] = [
  { name: "independent, .98", start: (random) => () => bad(random, 0.02) },
  {
    name: "2 h outage each 60 days (4 canaries lost)",
    start: (random) => (n) =>
      n % (60 * DAY_CANARIES) < 4 && n > 100 ? "missing" : bad(random, 0.02),
  },
  { name: "bad follows bad: correlation .1", start: (random) => markov(random, 0.02, 0.1) },
  { name: "bad follows bad: correlation .3", start: (random) => markov(random, 0.02, 0.3) },
  {
    name: "daily season, bad rate .02 +- .015",
    start: (random) => (n) =>
      bad(random, 0.02 + 0.015 * Math.sin((2 * Math.PI * n) / DAY_CANARIES)),
  },
  {
    name: "slow harmless drift, bad rate .01 to .03 in 120 days, each 240 days",
    start: (random) => (n) => bad(random, 0.01 + 0.02 * Math.min(1, triangle(n))),
  },
];

/** Alarms in a year of such canaries. */
export function alarmsPerYear(
  trouble: Trouble,
  nullAfterBad: NullAfterBad,
  years: number,
  seed: number,
): number {
  const watcher = mailcanary("", defaultDetector({ nullAfterBad })).start();
  const next = trouble.start(seeded(seed));
  let alarms = 0;
  let was = false;
  for (let n = 0; n < years * CANARIES_PER_YEAR; n++) {
    const on = watcher.see(next(n), n * EVERY_SECONDS);
    if (on && !was) alarms += 1;
    was = on;
  }
  return alarms / years;
}

/** The boiling frog: canaries until the alarm when the bad rate rises from .02 to .20 in a line. */
export function slowAttrition(rule: Rule, days: number, runs: number, seed: number): number {
  const random = seeded(seed);
  const delays: number[] = [];
  for (let run = 0; run < runs; run++) {
    const watcher = rule.start();
    let alarmed = false;
    for (let n = 0; n < 3000; n++) {
      alarmed = watcher.see(bad(random, 0.02), n * EVERY_SECONDS) || alarmed;
    }
    if (alarmed) continue;
    let n = 0;
    while (!alarmed && n < MAX_CANARIES) {
      n += 1;
      const badRate = 0.02 + 0.18 * Math.min(1, n / (days * DAY_CANARIES));
      alarmed = watcher.see(bad(random, badRate), (3000 + n) * EVERY_SECONDS);
    }
    delays.push(n);
  }
  return mean(delays);
}

function bad(random: Random, rate: number): Outcome {
  const u = random();
  if (u >= rate) return "inbox";
  return u < rate / 2 ? "spam" : "missing";
}

/** A chain whose share of bad canaries is `rate` and whose neighbours have this correlation. */
function markov(random: Random, rate: number, correlation: number): () => Outcome {
  let was = false;
  return () => {
    const outcome = bad(random, rate * (1 - correlation) + (was ? correlation : 0));
    was = outcome !== "inbox";
    return outcome;
  };
}

/** Up from 0 to 1 in 120 days, down again in the next 120. */
function triangle(n: number): number {
  const phase = (n / (120 * DAY_CANARIES)) % 2;
  return phase < 1 ? phase : 2 - phase;
}
