import { DAY } from "../../domain/duration.ts";
import type { Store } from "../../domain/store.ts";

/** The hard daily maximum of canaries to one seed, over all its routes. Days are UTC days. */
export interface Budget {
  left(seed: string): number;
  /** Called with each canary that was planned. */
  spend(seed: string): void;
}

/** Begins each day from what is on the disk, so that a crash loop cannot send more than was allowed. */
export function createBudget(
  store: Pick<Store, "plannedSince">,
  perSeedPerDay: number,
  now: () => number,
): Budget {
  const spent = new Map<string, { day: number; count: number }>();

  function today(seed: string): { day: number; count: number } {
    const day = Math.floor(now() / DAY);
    const known = spent.get(seed);
    if (known?.day === day) return known;
    const counted = { day, count: store.plannedSince(seed, day * DAY) };
    spent.set(seed, counted);
    return counted;
  }

  return {
    left: (seed) => Math.max(0, perSeedPerDay - today(seed).count),
    spend(seed) {
      today(seed).count += 1;
    },
  };
}
