import { words } from "../mapping.ts";
import { type AnyPanel, numbers, steps, timeline } from "../panel.ts";

/** Whether Mailcanary can see at all. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const CHOSEN = 'route="$route", provider=~"$provider"';

export function seedsReadable({ width, height }: Size): AnyPanel {
  return timeline(
    {
      title: "Can the seed mailboxes be read?",
      description:
        "Until a mailbox can be read, what happens to its canaries is unknown, never missing.",
      unit: "none",
      noValue: "No mailbox was looked at yet",
      width,
      height,
      queries: [
        {
          expr: 'min by (provider, seed) (deliverability_seed_up{provider=~"$provider"})',
          legend: "{{provider}} · {{seed}}",
        },
      ],
    },
    [
      words([
        ["0", "no", "red"],
        ["1", "yes", "green"],
      ]),
    ],
  );
}

export function newestOutcomeAge({ width, height }: Size): AnyPanel {
  return numbers({
    title: "How old is the newest outcome?",
    description:
      "Since a canary to the provider was decided last. Much more than the interval at which canaries go means that nothing is being measured.",
    unit: "s",
    noValue: "No canary decided yet",
    width,
    height,
    queries: [
      {
        expr: `time() - max by (provider) (deliverability_canary_last_outcome_timestamp_seconds{${CHOSEN}})`,
        legend: "{{provider}}",
        shape: "now",
      },
    ],
  });
}

export function inFlight({ width, height }: Size): AnyPanel {
  return steps({
    title: "How many canaries are on their way?",
    description: "Sent and not yet decided. A climbing line is mail that does not arrive.",
    unit: "short",
    noValue: "No canary was sent yet",
    width,
    height,
    queries: [
      {
        expr: `sum by (provider) (deliverability_canary_in_flight{${CHOSEN}})`,
        legend: "{{provider}}",
      },
    ],
  }).min(0);
}
