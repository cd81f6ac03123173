import { betaCdf, betaQuantile } from "./beta.ts";

/** The newest canaries, each fading by 2 % with every one that follows. */
export interface RecentCanaries {
  bad: number;
  good: number;
}

/** The inbox rate of late: posterior mean and equal-tailed 95 % interval. */
export interface InboxRate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const FADE = 0.98;
/** Makes the effective number of canaries 99: (1 + FADE), the variance of exponential weights. */
const WEIGHT = 1.98;
/** Jeffreys' prior: the interval covers what it says, near 0 and 1 too. */
const PRIOR = 0.5;

/** Takes one canary in, in place. */
export function noteRecent(recent: RecentCanaries, score: number): void {
  recent.bad = FADE * recent.bad + score;
  recent.good = FADE * recent.good + 1 - score;
}

export function inboxRate({ bad, good }: RecentCanaries): InboxRate {
  const a = WEIGHT * good + PRIOR;
  const b = WEIGHT * bad + PRIOR;
  return {
    mean: a / (a + b),
    low: betaQuantile(0.025, a, b),
    high: betaQuantile(0.975, a, b),
  };
}

/** The probability that the inbox rate of late is below `rate`. For reading, not for paging. */
export function probabilityBelow({ bad, good }: RecentCanaries, rate: number): number {
  return betaCdf(rate, WEIGHT * good + PRIOR, WEIGHT * bad + PRIOR);
}
