import { BigValueTextMode } from "@grafana/grafana-foundation-sdk/common";
import { words } from "../mapping.ts";
import { type AnyPanel, numbers } from "../panel.ts";
import { findingsTable } from "./findings-table.ts";

const CHOSEN = 'route="$route", provider=~"$provider"';

/**
 * The first line that yields anything wins: an alarm first, and that nobody could look before
 * anything is called fine.
 */
const VERDICT = `
  3 * (max by (route) (deliverability_attrition_alarm{route="$route"}) == 1)
  or 1 + 0 * (min by (route) (deliverability_canary_last_outcome{route="$route", outcome="unknown"}) == 1)
  or 1 + 0 * (time() - max by (route) (deliverability_canary_last_outcome_timestamp_seconds{route="$route"}) > 6 * 3600)
  or 2 * (max by (route) (deliverability_canary_last_outcome{route="$route", outcome=~"spam|missing|refused|bounced"}) == 1)
  or 0 * max by (route) (deliverability_canary_last_outcome{route="$route"})`;

export const ANSWERS: readonly AnyPanel[] = [
  numbers(
    {
      title: "Is my mail reaching inboxes?",
      description:
        "Yes: the newest canary of every mailbox did, and the rate is normal. Not all: a newest canary did not, which is an event and no trend yet. No: the rate has fallen and it is no chance. Nobody knows: no canary was decided for six hours, or all ended as unknown.",
      unit: "none",
      noValue: "No canary yet",
      width: 6,
      height: 5,
      queries: [{ expr: VERDICT, legend: "{{route}}", shape: "now" }],
    },
    [
      words([
        ["0", "Yes", "green"],
        ["1", "Nobody knows", "gray"],
        ["2", "Not all", "yellow"],
        ["3", "No", "red"],
      ]),
    ],
  ).textMode(BigValueTextMode.Value),
  numbers({
    title: "If not, since when?",
    description:
      "When the inbox rate probably began to fall, by the provider that the alarm is about. The estimate has a spread of a day or so for small falls and of an hour or two for large ones.",
    unit: "dateTimeFromNow",
    noValue: "No alarm",
    width: 6,
    height: 5,
    queries: [
      {
        expr: `1000 * min by (provider) (deliverability_attrition_since_timestamp_seconds{route="$route"})`,
        legend: "{{provider}}",
        shape: "now",
      },
    ],
  }),
  numbers(
    {
      title: "Where?",
      description:
        "Each provider that the alarm is about; _all: the cause is not with one provider but with everybody, so probably with you.",
      unit: "none",
      noValue: "Nowhere: no alarm",
      width: 6,
      height: 5,
      queries: [
        {
          expr: `max by (scope) (deliverability_attrition_scope{route="$route"}) == 1`,
          legend: "{{scope}}",
          shape: "now",
        },
      ],
    },
    [words([["1", "alarm", "red"]])],
  ).textMode(BigValueTextMode.Name),
  numbers({
    title: "How much reaches the inbox of late?",
    description:
      "Best estimate of the inbox rate over about the last hundred canaries, newer ones weighing more.",
    unit: "percentunit",
    noValue: "No canary decided yet",
    width: 6,
    height: 5,
    queries: [
      {
        expr: `max by (provider) (deliverability_inbox_ratio{${CHOSEN}})`,
        legend: "{{provider}}",
        shape: "now",
      },
    ],
  })
    .decimals(1)
    .min(0)
    .max(1),
  findingsTable(),
];
