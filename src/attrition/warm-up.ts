/**
 * A plan for a new address or domain that starts with a poor reputation: the bad rate that is
 * expected falls in a straight line. Times in seconds since the epoch.
 */
export interface WarmUp {
  readonly startsAt: number;
  readonly endsAt: number;
  /** Expected bad rate at the start and at the end. */
  readonly from: number;
  readonly to: number;
}

/** The bad rate that the plan allows at `time`; undefined once it has ended, or before it began. */
export function plannedBadRate(plan: WarmUp, time: number): number | undefined {
  if (time < plan.startsAt || time >= plan.endsAt) return undefined;
  const share = (time - plan.startsAt) / (plan.endsAt - plan.startsAt);
  return plan.from + share * (plan.to - plan.from);
}
