import { type AnyPanel, lines, steps, timeline } from "../panel.ts";
import { newestOutcome, OUTCOME_WORDS } from "../states.ts";
import { inboxRate, placement } from "./rate-panels.ts";

const CHOSEN = 'route="$route", provider=~"$provider"';
const WITH_ALL = 'route="$route", provider=~"$provider|_all"';

export const PLACES: readonly AnyPanel[] = [
  placement({
    title: "Where does mail to $provider end?",
    width: 24,
    height: 8,
    repeat: "provider",
  }),
  inboxRate({
    title: "What share reaches the inbox at $provider?",
    width: 24,
    height: 8,
    repeat: "provider",
  }),
  timeline(
    {
      title: "How did the newest canary end, over time?",
      description:
        "One line for each seed mailbox; a change of colour is a canary that ended otherwise.",
      unit: "none",
      noValue: "No canary decided yet",
      width: 24,
      height: 7,
      queries: [
        {
          expr: newestOutcome(CHOSEN, "provider, seed"),
          legend: "{{provider}} · {{seed}}",
        },
      ],
    },
    [OUTCOME_WORDS],
  ),
  steps({
    title: "How strong is the evidence for a fall?",
    description:
      "log10 of the evidence, of each provider and of all together (_all). At the dashed threshold the alarm is raised; chance alone gets there about once a year or less.",
    unit: "none",
    noValue: "No canary decided yet",
    width: 12,
    height: 8,
    queries: [
      {
        expr: `max by (provider) (deliverability_attrition_evidence{${WITH_ALL}})`,
        legend: "{{provider}}",
      },
      {
        expr: `max(deliverability_attrition_evidence_threshold{route="$route"})`,
        legend: "threshold",
      },
    ],
  })
    .axisSoftMin(-2)
    .overrideByName("threshold", [
      { id: "color", value: { mode: "fixed", fixedColor: "red" } },
      { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 6] } },
    ]),
  steps({
    title: "Where is the alarm on?",
    description:
      "1 from the alarm until the rate has recovered. With one provider its own alarm and that of the whole (_all) are the same.",
    unit: "none",
    noValue: "No canary decided yet",
    width: 6,
    height: 8,
    queries: [
      {
        expr: `max by (provider) (deliverability_attrition_alarm{${WITH_ALL}})`,
        legend: "{{provider}}",
      },
    ],
  })
    .min(0)
    .max(1)
    .decimals(0),
  lines({
    title: "How probable is it that the goal is missed?",
    description:
      "Probability that the inbox rate of late is below the objective (95 % as shipped). For reading, not for paging: it crosses any level now and then by chance.",
    unit: "percentunit",
    noValue: "No canary decided yet",
    width: 6,
    height: 8,
    queries: [
      {
        expr: `max by (provider) (deliverability_inbox_below_slo_probability{${CHOSEN}})`,
        legend: "{{provider}}",
      },
    ],
  })
    .min(0)
    .max(1),
];
