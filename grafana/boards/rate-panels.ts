import { GraphDrawStyle, LineStyleBuilder } from "@grafana/grafana-foundation-sdk/common";
import { OUTCOMES } from "../../src/domain/canary.ts";
import { type AnyPanel, bars, steps } from "../panel.ts";
import { OUTCOME_COLORS } from "../states.ts";

/** Panels that the overview repeats for each provider and the drill-down shows once. */
interface Place {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly repeat?: "provider";
}

const CHOSEN = 'route="$route", provider=~"$provider"';

/** How many canaries ended where, hour by hour. */
export function placement({ title, width, height, repeat }: Place): AnyPanel {
  const panel = bars({
    title,
    description:
      "Canaries by how they ended, counted when it was decided. tab is the inbox behind a category of the provider; unknown says something about the monitor, not about your mail.",
    unit: "short",
    noValue: "No canary was decided in this time",
    width,
    height,
    interval: "1h",
    queries: [
      {
        expr: `sum by (outcome) (round(increase(deliverability_canary_outcomes_total{${CHOSEN}}[$__interval]))) > 0`,
        legend: "{{outcome}}",
      },
    ],
  });
  for (const outcome of OUTCOMES) {
    panel.overrideByName(outcome, [
      { id: "color", value: { mode: "fixed", fixedColor: OUTCOME_COLORS[outcome] } },
    ]);
  }
  return repeat === undefined ? panel : panel.repeat(repeat).repeatDirection("h").maxPerRow(3);
}

/** The inbox rate with its interval, and what is normal. */
export function inboxRate({ title, width, height, repeat }: Place): AnyPanel {
  const panel = steps({
    title,
    description:
      "The inbox rate of late with its 95 % interval, and the dashed line is what is normal here. A fall of the line below the dashed one is what the evidence counts.",
    unit: "percentunit",
    noValue: "No canary decided yet",
    width,
    height,
    queries: [
      { expr: `max(deliverability_inbox_ratio{${CHOSEN}})`, legend: "inbox rate" },
      { expr: `max(deliverability_inbox_ratio_high{${CHOSEN}})`, legend: "95 % high" },
      { expr: `max(deliverability_inbox_ratio_low{${CHOSEN}})`, legend: "95 % low" },
      { expr: `max(deliverability_inbox_baseline_ratio{${CHOSEN}})`, legend: "normal" },
    ],
  })
    .max(1)
    .drawStyle(GraphDrawStyle.Line)
    .overrideByName("inbox rate", [fixed("green")])
    .overrideByName("95 % high", [
      fixed("green"),
      { id: "custom.lineWidth", value: 0 },
      { id: "custom.fillBelowTo", value: "95 % low" },
      { id: "custom.fillOpacity", value: 15 },
    ])
    .overrideByName("95 % low", [fixed("green"), { id: "custom.lineWidth", value: 0 }])
    .overrideByName("normal", [
      fixed("gray"),
      { id: "custom.lineStyle", value: new LineStyleBuilder().fill("dash").dash([8, 6]).build() },
    ]);
  return repeat === undefined ? panel : panel.repeat(repeat).repeatDirection("h").maxPerRow(3);
}

function fixed(color: string): { id: string; value: unknown } {
  return { id: "color", value: { mode: "fixed", fixedColor: color } };
}
