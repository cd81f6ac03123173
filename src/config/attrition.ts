import { fraction, fractionOr, section, trueOrFalse } from "./values.ts";

/** The `attrition` section: how a falling inbox rate is judged. */
export function attritionSection() {
  return section("how silent attrition is judged (slo_inbox and others)", {
    false_alarm_years: fraction("a number of years", 0.1, 100)
      .prefault(1)
      .describe("A false alarm is tolerated about once in so many years, for each route."),
    slo_inbox: fraction("an inbox rate", 0.5, 0.99)
      .prefault(0.95)
      .describe("The inbox rate that you owe your users; a lower one is never learnt as normal."),
    tab_score: fraction("a score", 0, 1)
      .prefault(0.5)
      .describe("How bad a tab such as Promotions is: 0 as good as the inbox, 1 as bad as spam."),
    other_score: fraction("a score", 0, 1)
      .prefault(0.5)
      .describe("How bad any other folder is, on the same scale."),
    null_after_bad: fractionOr("learned", "a bad rate", 0, 0.9)
      .prefault(0)
      .describe(
        "How bad a canary right after a bad one normally is: 0 no worse, a rate, or learned.",
      ),
    burst: trueOrFalse()
      .prefault(true)
      .describe("Send more often, within the budget, to a provider that looks suspicious."),
  });
}
