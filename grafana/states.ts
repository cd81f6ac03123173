import { OUTCOMES, type Outcome } from "../src/domain/canary.ts";
import { type Color, type Meaning, words } from "./mapping.ts";

/** One colour for each outcome, the same on every panel. */
export const OUTCOME_COLORS: Readonly<Record<Outcome, Color>> = {
  inbox: "green",
  tab: "blue",
  spam: "red",
  other: "yellow",
  missing: "purple",
  refused: "orange",
  bounced: "orange",
  unknown: "gray",
};

/** What a receiver may say, best first; the rest is `other`. */
const AUTH_RESULTS = [
  ["pass", "green"],
  ["bestguesspass", "green"],
  ["none", "gray"],
  ["neutral", "yellow"],
  ["temperror", "blue"],
  ["policy", "orange"],
  ["softfail", "orange"],
  ["permerror", "red"],
  ["fail", "red"],
  ["other", "gray"],
] as const;

/**
 * Turns a state set (one series a state, 1 for the one that holds) into one series whose value is
 * the number of the state, for a state timeline.
 */
function numbered(selector: string, label: string, states: readonly string[], by: string): string {
  const terms = states.map(
    (state, index) => `${index + 1} * (${selector.replace("}", `, ${label}="${state}"}`)} == 1)`,
  );
  return `max by (${by}) (${terms.join(" or ")})`;
}

/** The newest outcome of each stream by number. */
export function newestOutcome(selector: string, by: string): string {
  return numbered(`deliverability_canary_last_outcome{${selector}}`, "outcome", OUTCOMES, by);
}

export const OUTCOME_WORDS = words(
  OUTCOMES.map((outcome, index): Meaning => [`${index + 1}`, outcome, OUTCOME_COLORS[outcome]]),
);

/** What the receiver said of the newest canary, by number. */
export function newestAuthentication(selector: string, by: string): string {
  const results = AUTH_RESULTS.map(([result]) => result);
  return numbered(`deliverability_canary_auth_result{${selector}}`, "result", results, by);
}

export const AUTH_WORDS = words(
  AUTH_RESULTS.map(([result, color], index): Meaning => [`${index + 1}`, result, color]),
);
