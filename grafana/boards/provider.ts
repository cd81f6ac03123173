import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { board } from "../board.ts";
import { type AnyPanel, bars, numbers, steps, timeline } from "../panel.ts";
import { happened } from "../query.ts";
import { newestOutcome, OUTCOME_WORDS } from "../states.ts";
import { authenticationOverTime, authenticationShare, spamScore } from "./content-panels.ts";
import { mailboxes } from "./mailbox-panels.ts";
import { inboxRate, placement } from "./rate-panels.ts";
import {
  lastHopTls,
  lateMail,
  replies,
  slower,
  transitHeat,
  transitTimes,
} from "./transport-panels.ts";
import { inFlight, newestOutcomeAge, seedsReadable } from "./watch-panels.ts";

const CHOSEN = 'route="$route", provider=~"$provider"';

/** Everything about one provider. */
export function provider(): Dashboard {
  return board({
    uid: "mailcanary-provider",
    title: "Mailcanary: one provider",
    description: "Everything that canaries of one route show about one provider.",
    from: "now-30d",
    variables: ["route", "provider"],
    sections: [
      { panels: PLACEMENT },
      { title: "What does $provider make of the mail?", panels: CONTENT },
      { title: "How does mail get to $provider?", panels: TRANSPORT },
      { title: "Can the mailboxes at $provider be read?", panels: MAILBOXES },
    ],
  });
}

const PLACEMENT: readonly AnyPanel[] = [
  numbers({
    title: "How much reaches the inbox of late?",
    description: "Best estimate of the inbox rate over about the last hundred canaries.",
    unit: "percentunit",
    noValue: "No canary decided yet",
    width: 6,
    height: 4,
    queries: [
      { expr: `max(deliverability_inbox_ratio{${CHOSEN}})`, legend: "inbox rate", shape: "now" },
    ],
  }).decimals(1),
  numbers({
    title: "What is normal here?",
    description: "The learned inbox rate that evidence is measured against, on the cautious side.",
    unit: "percentunit",
    noValue: "No canary decided yet",
    width: 6,
    height: 4,
    queries: [
      {
        expr: `max(deliverability_inbox_baseline_ratio{${CHOSEN}})`,
        legend: "normal",
        shape: "now",
      },
    ],
  }).decimals(1),
  numbers({
    title: "How many canaries were sent?",
    description: "Accepted by your server in the chosen time.",
    unit: "short",
    noValue: "None in this time",
    width: 6,
    height: 4,
    queries: [
      {
        expr: `sum(round(increase(deliverability_canary_sent_total{${CHOSEN}}[$__range])))`,
        legend: "sent",
        shape: "now",
      },
    ],
  }).decimals(0),
  newestOutcomeAge({ width: 6, height: 4 }),
  inboxRate({ title: "What share reaches the inbox?", width: 12, height: 9 }),
  placement({ title: "Where does mail end?", width: 12, height: 9 }),
  timeline(
    {
      title: "How did the newest canary end, mailbox by mailbox?",
      description: "One mailbox alone has its own opinion, by what its owner moved or marked.",
      unit: "none",
      noValue: "No canary decided yet",
      width: 12,
      height: 7,
      queries: [{ expr: newestOutcome(CHOSEN, "seed"), legend: "{{seed}}" }],
    },
    [OUTCOME_WORDS],
  ),
  steps({
    title: "How strong is the evidence for a fall?",
    description: "log10 of the evidence; at the threshold the alarm is raised.",
    unit: "none",
    noValue: "No canary decided yet",
    width: 12,
    height: 7,
    queries: [
      { expr: `max(deliverability_attrition_evidence{${CHOSEN}})`, legend: "evidence" },
      {
        expr: 'max(deliverability_attrition_evidence_threshold{route="$route"})',
        legend: "threshold",
      },
    ],
  })
    .axisSoftMin(-2)
    .overrideByName("threshold", [
      { id: "color", value: { mode: "fixed", fixedColor: "red" } },
      { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 6] } },
    ]),
];

const CONTENT: readonly AnyPanel[] = [
  authenticationOverTime({ width: 12, height: 8, by: "seed, method" }),
  authenticationShare({ width: 12, height: 8 }),
  bars({
    title: "Which results did it write?",
    description: "Authentication results of arrived canaries by method, counted.",
    unit: "short",
    noValue: "No receiver has written a result down in this time",
    width: 12,
    height: 8,
    interval: "1h",
    queries: [
      {
        expr: `sum by (method, result) ${happened(`deliverability_canary_auth_results_total{${CHOSEN}}`)} > 0`,
        legend: "{{method}} {{result}}",
      },
    ],
  }),
  spamScore({ width: 12, height: 8 }),
];

const TRANSPORT: readonly AnyPanel[] = [
  transitHeat({ width: 12, height: 9 }),
  transitTimes({ width: 12, height: 9 }),
  lateMail({ width: 8, height: 7 }),
  slower({ width: 8, height: 7 }),
  inFlight({ width: 8, height: 7 }),
  replies({ width: 14, height: 7 }),
  lastHopTls({ width: 10, height: 7 }),
];

const MAILBOXES: readonly AnyPanel[] = [seedsReadable({ width: 12, height: 7 }), ...mailboxes()];
