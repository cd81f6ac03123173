/** How a look at one address ended. */
interface Outcome {
  readonly kind: string;
  readonly why?: string;
}

/**
 * What was seen of a host's addresses, without those that this machine has no way to while it saw
 * another: a machine without IPv6 cannot look at it, and need not say so for ever.
 */
export function withinReach<T>(
  sights: readonly T[],
  outcomeOf: (sight: T) => Outcome,
): readonly T[] {
  if (sights.every((sight) => outcomeOf(sight).kind === "failed")) return sights;
  return sights.filter((sight) => outcomeOf(sight).why !== "no-route");
}
