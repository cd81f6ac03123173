import { words } from "../mapping.ts";
import { type AnyPanel, numbers, steps, timeline } from "../panel.ts";

const YES_OR_NO = words([
  ["0", "no", "red"],
  ["1", "yes", "green"],
]);

/** Certificates and encryption of the servers that mail is handed to and fetched from. */
export const TLS: readonly AnyPanel[] = [
  timeline(
    {
      title: "Can the servers' TLS be used without harm?",
      description:
        "no: something is wrong with the certificate or the handshake that mail programs or servers stumble over. The findings above say what.",
      unit: "none",
      noValue: "No server was looked at yet",
      width: 12,
      height: 7,
      queries: [
        { expr: "min by (host, port) (deliverability_tls_ok)", legend: "{{host}}:{{port}}" },
      ],
    },
    [YES_OR_NO],
  ),
  steps({
    title: "How much of the certificates' lifetime is left?",
    description:
      "As a share, so that it fits certificates of six days and of a year. Renewal is usual at a third; the alert is at a fifth.",
    unit: "percentunit",
    noValue: "No certificate was seen yet",
    width: 12,
    height: 7,
    queries: [
      {
        expr: "min by (host, port) (deliverability_tls_cert_lifetime_left_ratio)",
        legend: "{{host}}:{{port}}",
      },
    ],
  })
    .min(0)
    .max(1),
  numbers({
    title: "When do certificates end?",
    description: "The first of each chain to end, roots apart.",
    unit: "dateTimeFromNow",
    noValue: "No certificate was seen yet",
    width: 8,
    height: 6,
    queries: [
      {
        expr: "1000 * min by (host, port) (deliverability_tls_cert_not_after_timestamp_seconds)",
        legend: "{{host}}:{{port}}",
        shape: "now",
      },
    ],
  }),
  timeline(
    {
      title: "Which TLS versions are offered?",
      description:
        "TLS 1.2 and 1.3 ought to be; 1.0 and 1.1 are for old clients only and better switched off.",
      unit: "none",
      noValue: "No server was looked at yet",
      width: 10,
      height: 6,
      queries: [
        {
          expr: "max by (host, port, version) (deliverability_tls_version_offered)",
          legend: "{{host}}:{{port}} · {{version}}",
        },
      ],
    },
    [
      words([
        ["0", "no", "gray"],
        ["1", "yes", "blue"],
      ]),
    ],
  ),
  numbers({
    title: "How large is the Diffie-Hellman group?",
    description: "Bits, where a server offers one that is not elliptic. Less than 2048 is weak.",
    unit: "none",
    noValue: "No server offers one: nothing to do",
    width: 6,
    height: 6,
    queries: [
      {
        expr: "min by (host, port) (deliverability_tls_dh_bits)",
        legend: "{{host}}:{{port}}",
        shape: "now",
      },
    ],
  }),
  numbers({
    title: "How long do mail servers take to greet?",
    description:
      "From the connection to the banner. Some senders give up after 30 seconds, and a long wait often means slow DNS.",
    unit: "s",
    noValue: "No mail server has been looked at yet",
    width: 6,
    height: 6,
    queries: [
      {
        expr: "max by (host, port) (deliverability_smtp_greeting_duration_seconds)",
        legend: "{{host}}:{{port}}",
        shape: "now",
      },
    ],
  }),
  numbers({
    title: "How large a message do mail servers take?",
    description: "What they announce in SIZE (RFC 1870).",
    unit: "bytes",
    noValue: "No mail server announces a limit",
    width: 6,
    height: 6,
    queries: [
      {
        expr: "min by (host, port) (deliverability_smtp_size_limit_bytes)",
        legend: "{{host}}:{{port}}",
        shape: "now",
      },
    ],
  }),
];
