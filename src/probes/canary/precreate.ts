import { OUTCOMES } from "../../domain/canary.ts";
import type { Route } from "../../domain/route.ts";
import type { Seed } from "../../domain/seed.ts";
import type { Totals } from "../../domain/store.ts";
import {
  LABELS_FOLDED,
  LATE,
  OBSERVE_LAG,
  OUTCOMES_TOTAL,
  SENT,
  SUBMIT_DURATION,
  TRANSIT_DURATION,
} from "./metrics.ts";

/** Starts every expected series at 0: `increase()` overlooks the first event of one that appears later. */
export function precreate(
  totals: Totals,
  pairs: readonly { readonly route: Route; readonly seed: Seed }[],
): void {
  for (const { route: at, seed: to } of pairs) {
    const route = at.name;
    const stream = { route, provider: to.provider, seed: to.name };
    totals.ensure(SENT, stream);
    totals.ensure(LATE, stream);
    for (const outcome of OUTCOMES) totals.ensure(OUTCOMES_TOTAL, { ...stream, outcome });
    totals.ensure(SUBMIT_DURATION, { route });
    totals.ensure(TRANSIT_DURATION, { route, provider: to.provider });
    totals.ensure(OBSERVE_LAG, { provider: to.provider });
  }
  totals.ensure(LABELS_FOLDED, { label: "result" });
}
