import { type AnyPanel, steps } from "../panel.ts";
import { inFlight, newestOutcomeAge, seedsReadable } from "./watch-panels.ts";

export const WATCH: readonly AnyPanel[] = [
  seedsReadable({ width: 12, height: 7 }),
  newestOutcomeAge({ width: 6, height: 7 }),
  inFlight({ width: 6, height: 7 }),
  steps({
    title: "How often do canaries go?",
    description:
      "Seconds between two canaries to a provider as it is now. It falls while evidence is being gathered, within the daily budget.",
    unit: "s",
    noValue: "The cadence is not known",
    width: 12,
    height: 7,
    queries: [
      {
        expr: 'min by (provider) (deliverability_canary_cadence_seconds{route="$route", provider=~"$provider"})',
        legend: "{{provider}}",
      },
    ],
  }).min(0),
  steps({
    title: "How many canaries may still go today?",
    description:
      "What is left of each seed's hard daily budget. At 0 nothing is measured until midnight UTC.",
    unit: "short",
    noValue: "No seed is configured for this route",
    width: 12,
    height: 7,
    queries: [
      {
        expr: 'min by (seed) (mailcanary_canary_budget_left{route="$route"})',
        legend: "{{seed}}",
      },
    ],
  }).min(0),
];
