import { type AnyPanel, heatmap, lines, numbers } from "../panel.ts";

const AT = 'provider=~"$provider"';

/** The seed mailboxes of a provider as accounts. */
export function mailboxes(): readonly AnyPanel[] {
  return [
    lines({
      title: "How long does a login take?",
      description: "TCP, TLS and login at each look. Providers slow down before they lock out.",
      unit: "s",
      noValue: "No login has succeeded yet",
      width: 12,
      height: 7,
      queries: [
        {
          expr: `max by (seed) (deliverability_seed_login_duration_seconds{${AT}})`,
          legend: "{{seed}}",
        },
      ],
    }).min(0),
    heatmap({
      title: "How soon do we see what has arrived?",
      description:
        "From the mailbox's time stamp to seen by Mailcanary: our own lag, no fault of the mail.",
      unit: "s",
      noValue: "No canary arrived in this time",
      width: 12,
      height: 7,
      interval: "1h",
      queries: [
        {
          expr: `sum by (le) (increase(deliverability_canary_observe_lag_seconds_bucket{${AT}}[$__interval]))`,
          legend: "{{le}}",
          shape: "heatmap",
        },
      ],
    }),
    lines({
      title: "How full are the mailboxes?",
      description: "Storage used, as a share of what is allowed. A full mailbox bounces mail.",
      unit: "percentunit",
      noValue: "The server does not tell a quota",
      width: 6,
      height: 7,
      queries: [
        {
          expr: `max by (seed) (deliverability_seed_quota_used_bytes{${AT}} / deliverability_seed_quota_limit_bytes{${AT}})`,
          legend: "{{seed}}",
        },
      ],
    })
      .min(0)
      .max(1),
    numbers({
      title: "When do access tokens end?",
      description:
        "OAuth2 access tokens; they are renewed before. One in the past is a renewal that failed.",
      unit: "dateTimeFromNow",
      noValue: "No mailbox here logs in by OAuth2",
      width: 6,
      height: 7,
      queries: [
        {
          expr: `1000 * max by (seed) (deliverability_seed_token_expires_timestamp_seconds) and on (seed) deliverability_seed_up{${AT}}`,
          legend: "{{seed}}",
          shape: "now",
        },
      ],
    }),
  ];
}
