import { BigValueTextMode } from "@grafana/grafana-foundation-sdk/common";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { board } from "../board.ts";
import { words } from "../mapping.ts";
import { type AnyPanel, bars, lines, numbers, steps, table } from "../panel.ts";
import { processPanels } from "./process-panels.ts";

/** The daemon itself: is it up, do its checks run, what does it cost. */
export function daemon(): Dashboard {
  return board({
    uid: "mailcanary-daemon",
    title: "Mailcanary: the daemon itself",
    description: "Whether Mailcanary runs, looks and keeps up. Nothing here is about your mail.",
    from: "now-24h",
    variables: [],
    sections: [
      { panels: STATE },
      { title: "Do the checks run?", panels: CHECKS },
      { title: "What does it cost?", panels: processPanels() },
    ],
  });
}

const STATE: readonly AnyPanel[] = [
  numbers(
    {
      title: "Does it answer?",
      description: "Whether the last scrape by Prometheus succeeded.",
      unit: "none",
      noValue: "Prometheus has no target with the job name mailcanary",
      width: 6,
      height: 4,
      queries: [{ expr: 'up{job="mailcanary"}', legend: "{{instance}}", shape: "now" }],
    },
    [
      words([
        ["0", "down", "red"],
        ["1", "up", "green"],
      ]),
    ],
  ),
  numbers({
    title: "Which version runs?",
    description: "Version of Mailcanary and of Node.js.",
    unit: "none",
    noValue: "Mailcanary is not scraped",
    width: 6,
    height: 4,
    queries: [
      {
        expr: "max by (version, node_version) (mailcanary_build_info)",
        legend: "{{version}} on Node {{node_version}}",
        shape: "now",
      },
    ],
  }).textMode(BigValueTextMode.Name),
  numbers(
    {
      title: "Is the config file in force?",
      description: "Whether the file was without a mistake when it was read last.",
      unit: "none",
      noValue: "Mailcanary is not scraped",
      width: 6,
      height: 4,
      queries: [
        {
          expr: "min by (instance) (mailcanary_config_last_reload_successful)",
          legend: "{{instance}}",
          shape: "now",
        },
      ],
    },
    [
      words([
        ["0", "no: the one before is", "red"],
        ["1", "yes", "green"],
      ]),
    ],
  ),
  numbers({
    title: "When was it read?",
    description: "When the configuration in force was read.",
    unit: "dateTimeFromNow",
    noValue: "Mailcanary is not scraped",
    width: 6,
    height: 4,
    queries: [
      {
        expr: "1000 * max by (instance) (mailcanary_config_last_reload_success_timestamp_seconds)",
        legend: "{{instance}}",
        shape: "now",
      },
    ],
  }),
];

const CHECKS: readonly AnyPanel[] = [
  bars({
    title: "How do checks end?",
    description:
      "Runs by result. unknown: Mailcanary could not look. Bars that stop are a daemon that hangs.",
    unit: "short",
    noValue: "No check ran in this time",
    width: 12,
    height: 8,
    interval: "15m",
    queries: [
      {
        expr: "sum by (probe, result) (round(increase(mailcanary_check_runs_total[$__interval]))) > 0",
        legend: "{{probe}} {{result}}",
      },
    ],
  }),
  steps({
    title: "How long does a check take?",
    description: "Duration of the last run of each. For a canary it is its whole way.",
    unit: "s",
    noValue: "No check has run yet",
    width: 12,
    height: 8,
    queries: [
      {
        expr: "max by (probe, target) (mailcanary_check_duration_seconds)",
        legend: "{{probe}} {{target}}",
      },
    ],
  }).min(0),
  table({
    title: "When did each check run last?",
    description: "What the dashboards show of a check is as old as this.",
    unit: "dateTimeFromNow",
    noValue: "No check has run yet",
    width: 12,
    height: 8,
    queries: [
      {
        expr: "1000 * max by (probe, target) (mailcanary_check_last_run_timestamp_seconds)",
        shape: "table",
      },
    ],
  }).withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true },
      indexByName: { probe: 0, target: 1, Value: 2 },
      renameByName: { probe: "Probe", target: "Target", Value: "Last run" },
    },
  }),
  lines({
    title: "How long does the hand-over to my own server take?",
    description: "Half and nine tenths of the hand-overs of the last six hours.",
    unit: "s",
    noValue: "No canary was handed over in this time",
    width: 12,
    height: 8,
    queries: [0.5, 0.9].map((q) => ({
      expr: `histogram_quantile(${q}, sum by (route, le) (increase(deliverability_canary_submit_duration_seconds_bucket[6h])))`,
      legend: `{{route}} ${q === 0.5 ? "half" : "nine tenths"}`,
    })),
  }).min(0),
];
