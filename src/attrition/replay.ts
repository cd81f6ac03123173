import { OUTCOMES, type Outcome } from "../domain/canary.ts";
import { type DetectorConfig, defaultDetector, detectorConfig } from "./config.ts";
import { type Glance, glance } from "./reading.ts";
import { advance, newStream, type StreamState } from "./stream.ts";

/** A stream that is told its outcomes line by line. */
export interface Replay {
  config: DetectorConfig;
  state: StreamState;
}

/** What a line is answered with; `{}` after a reset. */
export type Answer = Glance | Readonly<Record<string, never>> | { readonly error: string };

const EXPECTED =
  'expected {"outcome": "inbox|tab|spam|other|missing|refused|bounced|rejected|unknown", "t": seconds} or {"reset": {...}}';

/** Settings that `reset` knows; each may be absent. */
const NUMBER_SETTINGS = ["alarmAt", "fixedBadRate", "sloInbox", "tabScore", "otherScore"] as const;

/** The last moment that a date can name, in seconds on either side of 1970. */
const MAX_TIME_SECONDS = 8.64e12;

const OUTCOME_BY_NAME: ReadonlyMap<unknown, Outcome> = new Map<unknown, Outcome>([
  ...OUTCOMES.map((outcome): [string, Outcome] => [outcome, outcome]),
  // Refused and bounced score alike, so one word may stand for both.
  ["rejected", "refused"],
]);

/** A replay with the detector as shipped. */
export function newReplay(): Replay {
  const config = defaultDetector();
  return { config, state: newStream(config) };
}

/** Takes one line in, in place, and answers it. A line that is refused changes nothing. */
export function answer(replay: Replay, line: string): Answer {
  const message = parseObject(line);
  if (message === undefined) return { error: `not a JSON object: ${EXPECTED}` };
  if (Object.hasOwn(message, "reset")) return reset(replay, message);
  const outcome = OUTCOME_BY_NAME.get(message["outcome"]);
  if (outcome === undefined) return { error: `outcome: ${EXPECTED}` };
  const time = message["t"];
  if (typeof time !== "number" || Math.abs(time) > MAX_TIME_SECONDS) {
    return { error: "t: expected a number, seconds since 1970" };
  }
  advance(replay.state, { outcome, time }, replay.config);
  return glance(replay.state, replay.config);
}

function reset(replay: Replay, message: Readonly<Record<string, unknown>>): Answer {
  const settings = message["reset"];
  if (!isObject(settings)) return { error: "reset: expected an object" };
  const given = Object.entries(settings).filter(([, value]) => value !== null);
  const problems = given.flatMap(([key, value]) => problemsOf(key, value));
  if (problems.length > 0) return { error: problems.join("; ") };
  const checked = detectorConfig(Object.fromEntries(given));
  if ("problems" in checked) return { error: checked.problems.join("; ") };
  replay.config = checked.config;
  replay.state = newStream(checked.config);
  return {};
}

function problemsOf(key: string, value: unknown): string[] {
  if (key === "nullAfterBad" && value === "learned") return [];
  if (key !== "nullAfterBad" && !NUMBER_SETTINGS.some((name) => name === key)) {
    const known = [...NUMBER_SETTINGS, "nullAfterBad"].join(", ");
    return [`reset: unknown key, expected some of ${known}`];
  }
  return typeof value === "number" ? [] : [`reset.${key}: expected a number`];
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
