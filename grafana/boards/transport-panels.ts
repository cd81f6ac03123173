import { type AnyPanel, bars, heatmap, lines, steps, table } from "../panel.ts";
import { happened } from "../query.ts";

/** How a message travels: time, replies, identities. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const CHOSEN = 'route="$route", provider=~"$provider"';

export function transitHeat({ width, height }: Size): AnyPanel {
  return heatmap({
    title: "How long does mail travel?",
    description:
      "From acceptance by your server to the mailbox, by the receiver's clock; darker is more canaries. A band that climbs is a receiver that slows you down.",
    unit: "s",
    noValue: "No canary arrived in this time",
    width,
    height,
    interval: "1h",
    queries: [
      {
        expr: `sum by (le) (increase(deliverability_canary_transit_duration_seconds_bucket{${CHOSEN}}[$__interval]))`,
        legend: "{{le}}",
        shape: "heatmap",
      },
    ],
  });
}

export function transitTimes({ width, height }: Size): AnyPanel {
  const quantile = (q: number): string =>
    `histogram_quantile(${q}, sum by (le) (increase(deliverability_canary_transit_duration_seconds_bucket{${CHOSEN}}[6h])))`;
  return lines({
    title: "How fast are most canaries?",
    description:
      "Half and nine tenths of the canaries of the last six hours were in the mailbox within this time, and the mean. Dots are single canaries, where Prometheus keeps exemplars.",
    unit: "s",
    noValue: "No canary arrived in this time",
    width,
    height,
    queries: [
      { expr: quantile(0.5), legend: "half", exemplar: true },
      { expr: quantile(0.9), legend: "nine tenths", exemplar: true },
      {
        expr: `
          sum(increase(deliverability_canary_transit_duration_seconds_sum{${CHOSEN}}[6h]))
          / (sum(increase(deliverability_canary_transit_duration_seconds_count{${CHOSEN}}[6h])) > 0)`,
        legend: "mean",
      },
    ],
  }).min(0);
}

export function slower({ width, height }: Size): AnyPanel {
  return steps({
    title: "Has mail become slower?",
    description:
      "log10 of the evidence that transit times have grown beyond what is usual here, and 1 while the alarm on it is on.",
    unit: "none",
    noValue: "Not enough canaries yet to know what is usual",
    width,
    height,
    queries: [
      {
        expr: `max by (provider) (deliverability_transit_drift_evidence{${CHOSEN}})`,
        legend: "evidence {{provider}}",
      },
      {
        expr: `max by (provider) (deliverability_transit_drift_alarm{${CHOSEN}})`,
        legend: "alarm {{provider}}",
      },
    ],
  }).axisSoftMin(-2);
}

export function lateMail({ width, height }: Size): AnyPanel {
  return bars({
    title: "How many canaries came late?",
    description:
      "Arrived after the late deadline, those that were already counted missing included.",
    unit: "short",
    noValue: "No canary came late in this time",
    width,
    height,
    interval: "1h",
    queries: [
      {
        expr: `sum by (provider) (round(increase(deliverability_canary_late_total{${CHOSEN}}[$__interval]))) > 0`,
        legend: "{{provider}}",
      },
    ],
  });
}

export function replies({ width, height }: Size): AnyPanel {
  return bars({
    title: "What does my own server answer?",
    description:
      "Replies to canaries at submission: 2xx taken, 4xx not now, 5xx no; with the enhanced status code and the cause as Mailcanary reads it.",
    unit: "short",
    noValue: "No canary was handed over in this time",
    width,
    height,
    interval: "1h",
    queries: [
      {
        expr: `sum by (class, enhanced, cause) ${happened(`deliverability_smtp_reply_total{${CHOSEN}}`)} > 0`,
        legend: "{{class}} {{enhanced}} {{cause}}",
      },
    ],
  });
}

export function exits({ width, height }: Size): AnyPanel {
  return table({
    title: "Which addresses does mail leave from?",
    description:
      "What receivers saw in the last seven days. An address that you do not know, or one without a reverse name, is worth a look.",
    unit: "none",
    noValue: "No receiver has shown where mail came from",
    width,
    height,
    queries: [
      {
        expr: 'max by (ip, family, helo, ptr) (deliverability_exit_info{route="$route"})',
        shape: "table",
      },
    ],
  }).withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true, Value: true },
      indexByName: { ip: 0, family: 1, helo: 2, ptr: 3 },
      renameByName: { ip: "Address", family: "Family", helo: "HELO", ptr: "Reverse name" },
    },
  });
}

export function lastHopTls({ width, height }: Size): AnyPanel {
  return table({
    title: "Is the last hop encrypted?",
    description:
      "TLS of the newest canaries' hop into the receiver, where it wrote it down. No row for a provider: it told nothing, or there was no TLS.",
    unit: "none",
    noValue: "No receiver has written TLS down",
    width,
    height,
    queries: [
      {
        expr: `max by (provider, version, cipher) (deliverability_canary_tls_info{${CHOSEN}})`,
        shape: "table",
      },
    ],
  }).withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true, Value: true },
      indexByName: { provider: 0, version: 1, cipher: 2 },
      renameByName: { provider: "Provider", version: "Version", cipher: "Cipher" },
    },
  });
}
