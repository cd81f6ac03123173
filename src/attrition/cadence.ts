/** How often canaries go to one provider, and how much oftener when something looks wrong. */
export interface CadencePlan {
  /** The steady rate. */
  readonly everyMs: number;
  /** The rate of a burst. */
  readonly burstEveryMs: number;
  /** A stream's evidence E from which on it bursts. */
  readonly burstAt: number;
  /** Burst canaries that may go at once, when none went for long. */
  readonly burstTokens: number;
  /** Burst canaries a day in the long run. */
  readonly tokensPerDay: number;
}

/** As many canaries a day as one an hour, and news in half the time. */
export const DEFAULT_CADENCE: CadencePlan = {
  everyMs: 65 * 60_000,
  burstEveryMs: 5 * 60_000,
  burstAt: 100,
  burstTokens: 24,
  tokensPerDay: 24,
};

const DAY_MS = 24 * 3_600_000;

/** The burst canaries that are saved up. Plain JSON. */
export interface Bucket {
  readonly tokens: number;
  /** When `tokens` was right, milliseconds since the epoch. */
  readonly at: number;
}

/** What the next canary of a provider depends on. Times are milliseconds since the epoch. */
export interface Situation {
  readonly now: number;
  /** When the newest canary to this provider was sent; undefined: none yet. */
  readonly lastSentAt: number | undefined;
  /** E of the provider's stream. */
  readonly evidence: number;
  /** Its alarm is on: nothing is left to find out in a hurry. */
  readonly alarmed: boolean;
  /** Canaries that the hard daily budget still allows this provider. */
  readonly budgetLeft: number;
  /** When the budget starts anew. */
  readonly budgetResetsAt: number;
}

export interface NextCanary {
  readonly dueAt: number;
  /** A burst canary costs a token when it is sent, and ought to differ in seed and template. */
  readonly burst: boolean;
}

/** A bucket at start: full. */
export function fullBucket(now: number, plan: CadencePlan): Bucket {
  return { tokens: plan.burstTokens, at: now };
}

/**
 * When the next canary goes. To be asked anew after every canary sent and every outcome; it
 * depends on the past alone, so the detector's guarantee, counted in canaries, is untouched.
 */
export function nextCanary(situation: Situation, bucket: Bucket, plan: CadencePlan): NextCanary {
  const { now, lastSentAt, budgetLeft, budgetResetsAt } = situation;
  if (budgetLeft <= 0) return { dueAt: Math.max(now, budgetResetsAt), burst: false };
  if (lastSentAt === undefined) return { dueAt: now, burst: false };
  const steadyAt = Math.max(now, lastSentAt + plan.everyMs);
  const burstAt = Math.max(now, lastSentAt + plan.burstEveryMs);
  return burstAt < steadyAt && mayBurst(situation, bucket, plan)
    ? { dueAt: burstAt, burst: true }
    : { dueAt: steadyAt, burst: false };
}

/** The bucket after a burst canary was sent. */
export function spendToken(bucket: Bucket, now: number, plan: CadencePlan): Bucket {
  return { tokens: Math.max(0, tokensAt(bucket, now, plan) - 1), at: now };
}

function mayBurst(situation: Situation, bucket: Bucket, plan: CadencePlan): boolean {
  const { now, evidence, alarmed, budgetLeft, budgetResetsAt } = situation;
  // The steady canaries of the rest of the day are never spent on a burst.
  const steadyNeed = Math.ceil(Math.max(0, budgetResetsAt - now) / plan.everyMs);
  return (
    !alarmed &&
    evidence >= plan.burstAt &&
    budgetLeft > steadyNeed &&
    tokensAt(bucket, now, plan) >= 1
  );
}

/** A clock that was put back refills nothing. */
function tokensAt({ tokens, at }: Bucket, now: number, plan: CadencePlan): number {
  const earned = (Math.max(0, now - at) / DAY_MS) * plan.tokensPerDay;
  return Math.min(plan.burstTokens, tokens + earned);
}
