import { glance } from "../../src/attrition/reading.ts";
import { defaultDetector } from "../../src/attrition/config.ts";
import { advance, copyStream, newStream, type StreamState } from "../../src/attrition/stream.ts";
import { mean, percentile } from "./operating.ts";
import { type Random, seeded } from "./random.ts";
import { draw, type Mix } from "./watcher.ts";

const CONFIG = defaultDetector();
const HEALTHY: Mix = { inbox: 0.98, spamShare: 0.5 };
const STRETCH = 3000;
const MAX_CANARIES = 5000;

/** What the other readings are worth, in canaries; falls from .98 after 3000. */
export interface ReadingQuality {
  /** Estimated minus true beginning of the fall. */
  readonly onsetError: { readonly p5: number; readonly median: number; readonly p95: number };
  /** From the repair to the end of the alarm, mean. */
  readonly recovery: number;
  /** From the alarm to its end while nothing is repaired, median. */
  readonly falseRecovery: number;
}

/** Falls to `inbox`, lasts, and is repaired. */
export function readingQuality(
  inbox: number,
  effort: { readonly stretches: number; readonly fallsEach: number },
  seed: number,
): ReadingQuality {
  const random = seeded(seed);
  const after = { ...HEALTHY, inbox };
  const errors: number[] = [];
  const recoveries: number[] = [];
  const falseRecoveries: number[] = [];
  for (let n = 0; n < effort.stretches; n++) {
    const healthy = healthyStream(random);
    for (let m = 0; healthy.alarm === null && m < effort.fallsEach; m++) {
      const state = copyStream(healthy);
      play(state, after, random, () => state.alarm !== null);
      errors.push((state.alarm?.since ?? 0) - STRETCH);
      const neglected = copyStream(state);
      recoveries.push(play(state, HEALTHY, random, () => state.alarm === null));
      falseRecoveries.push(play(neglected, after, random, () => neglected.alarm === null));
    }
  }
  const sorted = errors.toSorted((a, b) => a - b);
  return {
    onsetError: {
      p5: percentile(sorted, 0.05),
      median: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
    },
    recovery: mean(recoveries),
    falseRecovery: percentile(
      falseRecoveries.toSorted((a, b) => a - b),
      0.5,
    ),
  };
}

/** The share of moments at which the 95 % interval holds the true rate. */
export function coverage(inbox: number, moments: number, seed: number): number {
  const random = seeded(seed);
  const state = newStream(CONFIG);
  let held = 0;
  for (let n = 0; n < moments; n++) {
    play(state, { ...HEALTHY, inbox }, random, () => false, 200);
    const { low, high } = glance(state, CONFIG);
    if (low <= inbox && inbox <= high) held += 1;
  }
  return held / moments;
}

function healthyStream(random: Random): StreamState {
  const state = newStream(CONFIG);
  play(state, HEALTHY, random, () => state.alarm !== null, STRETCH);
  return state;
}

/** Time is counted in canaries here. Answers how many it took. */
function play(
  state: StreamState,
  mix: Mix,
  random: Random,
  done: () => boolean,
  atMost = MAX_CANARIES,
): number {
  for (let n = 1; n <= atMost; n++) {
    const time = (state.newestAt ?? 0) + 1;
    advance(state, { outcome: draw(mix, random), time }, CONFIG);
    if (done()) return n;
  }
  return atMost;
}
