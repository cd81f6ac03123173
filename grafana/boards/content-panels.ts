import { type AnyPanel, lines, steps, timeline } from "../panel.ts";
import { AUTH_WORDS, newestAuthentication } from "../states.ts";

/** What receivers make of a message: its authentication and its score. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const CHOSEN = 'route="$route", provider=~"$provider"';

/** `by`: the labels that make a line, comma-separated. */
export function authenticationOverTime({ width, height, by }: Size & { by: string }): AnyPanel {
  return timeline(
    {
      title: "What do receivers say of SPF, DKIM and DMARC?",
      description:
        "What the receiver wrote into the newest canary that arrived; where seeds differ, the worst. temperror is the receiver's own trouble with DNS.",
      unit: "none",
      noValue: "No receiver has written a result down yet",
      width,
      height,
      queries: [
        {
          expr: newestAuthentication(CHOSEN, by),
          legend: by
            .split(", ")
            .map((label) => `{{${label}}}`)
            .join(" · "),
        },
      ],
    },
    [AUTH_WORDS],
  );
}

export function authenticationShare({ width, height }: Size): AnyPanel {
  return lines({
    title: "How often does authentication pass?",
    description:
      "Share of canaries of the last day whose result was pass, by method. Results that the receiver could not get at (temperror) count as not passed.",
    unit: "percentunit",
    noValue: "No receiver has written a result down in this time",
    width,
    height,
    queries: [
      {
        expr: `
          sum by (provider, method) (increase(deliverability_canary_auth_results_total{${CHOSEN}, result=~"pass|bestguesspass"}[1d]))
          / (sum by (provider, method) (increase(deliverability_canary_auth_results_total{${CHOSEN}}[1d])) > 0)`,
        legend: "{{provider}} · {{method}}",
      },
    ],
  })
    .min(0)
    .max(1);
}

export function spamMargin({ width, height }: Size): AnyPanel {
  return steps({
    title: "How far from the spam threshold?",
    description:
      "The filter's threshold less the score it gave the newest canary, where the receiver shows both. At 0 mail becomes spam; a shrinking margin is the warning before the flip.",
    unit: "none",
    noValue: "No receiver shows score and threshold",
    width,
    height,
    queries: [
      {
        expr: `min by (provider, filter) (deliverability_canary_spam_threshold{${CHOSEN}} - deliverability_canary_spam_score{${CHOSEN}})`,
        legend: "{{provider}} · {{filter}}",
      },
    ],
  }).axisSoftMin(0);
}

/** The two numbers themselves: some receivers show a score and no threshold. */
export function spamScore({ width, height }: Size): AnyPanel {
  return steps({
    title: "What score does the filter give?",
    description:
      "Score of the newest canary at each seed, and the dashed threshold where the receiver shows it.",
    unit: "none",
    noValue: "This receiver shows no score",
    width,
    height,
    queries: [
      {
        expr: `max by (seed, filter) (deliverability_canary_spam_score{${CHOSEN}})`,
        legend: "{{seed}} · {{filter}}",
      },
      {
        expr: `min by (filter) (deliverability_canary_spam_threshold{${CHOSEN}})`,
        legend: "threshold {{filter}}",
      },
    ],
  }).overrideByRegexp("/^threshold/", [
    { id: "color", value: { mode: "fixed", fixedColor: "red" } },
    { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 6] } },
  ]);
}
