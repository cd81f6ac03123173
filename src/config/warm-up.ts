import type { WarmUpPlan } from "../domain/route.ts";
import { day, fraction, section } from "./values.ts";

/** A route's `warm_up`: the bad rate that is planned for, in a straight line from one day to another. */
export function warmUpSection() {
  return section("a warm-up plan (starts, ends, from, to)", {
    starts: day().describe("The day on which it begins, at 00:00 UTC."),
    ends: day().describe("The day on which it is over, at 00:00 UTC."),
    from: badRate().describe("The share of bad canaries that is planned for at its beginning."),
    to: badRate().describe("The same at its end."),
  }).transform((plan, context): WarmUpPlan => {
    if (plan.ends <= plan.starts) {
      const message = "is not after starts, expected a later day";
      context.addIssue({ code: "custom", message, path: ["ends"] });
    }
    return { startsAt: plan.starts, endsAt: plan.ends, from: plan.from, to: plan.to };
  });
}

function badRate() {
  return fraction("a bad rate", 0.01, 0.9);
}
