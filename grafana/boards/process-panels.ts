import { type AnyPanel, bars, lines } from "../panel.ts";

const DAEMON = 'job="mailcanary"';

/** The process that Node.js tells about. */
export function processPanels(): readonly AnyPanel[] {
  return [
    lines({
      title: "How much memory does it hold?",
      description: "Resident memory, and the part of the heap in use.",
      unit: "bytes",
      noValue: "Mailcanary is not scraped",
      width: 8,
      height: 8,
      queries: [
        { expr: `process_resident_memory_bytes{${DAEMON}}`, legend: "resident {{instance}}" },
        { expr: `nodejs_heap_size_used_bytes{${DAEMON}}`, legend: "heap {{instance}}" },
      ],
    }).min(0),
    lines({
      title: "How busy is it?",
      description: "Share of one processor core.",
      unit: "percentunit",
      noValue: "Mailcanary is not scraped",
      width: 8,
      height: 8,
      queries: [
        {
          expr: `rate(process_cpu_seconds_total{${DAEMON}}[$__rate_interval])`,
          legend: "{{instance}}",
        },
      ],
    }).min(0),
    lines({
      title: "Does it keep up?",
      description:
        "Lag of the event loop, 99th percentile. More than a second is too slow to trust time stamps.",
      unit: "s",
      noValue: "Mailcanary is not scraped",
      width: 8,
      height: 8,
      queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${DAEMON}}`, legend: "{{instance}}" }],
    }).min(0),
    lines({
      title: "How many files and sockets are open?",
      description: "Open file descriptors. A line that only climbs is a leak.",
      unit: "short",
      noValue: "This system does not tell",
      width: 8,
      height: 8,
      queries: [{ expr: `process_open_fds{${DAEMON}}`, legend: "{{instance}}" }],
    }).min(0),
    bars({
      title: "Were label values folded?",
      description:
        "Values written as other because they were unusual or too many, so that strangers cannot fill Prometheus.",
      unit: "short",
      noValue: "None in this time",
      width: 8,
      height: 8,
      interval: "1h",
      queries: [
        {
          expr: "sum by (label) (round(increase(mailcanary_label_values_folded_total[$__interval]))) > 0",
          legend: "{{label}}",
        },
      ],
    }),
    lines({
      title: "How long does a scrape take?",
      description: "Time to answer /metrics, from memory. It grows with seeds and routes.",
      unit: "s",
      noValue: "Prometheus has no target with the job name mailcanary",
      width: 8,
      height: 8,
      queries: [{ expr: `scrape_duration_seconds{${DAEMON}}`, legend: "{{instance}}" }],
    }).min(0),
  ];
}
