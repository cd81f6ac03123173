import type { Outcome } from "../../src/domain/canary.ts";
import type { DetectorConfig } from "../../src/attrition/config.ts";
import { advance, copyStream, newStream, type StreamState } from "../../src/attrition/stream.ts";
import type { Random } from "./random.ts";

/** Something that watches one stream of outcomes and has an alarm that is on or off. */
export interface Watcher {
  /** Takes the next outcome (time in seconds) and tells whether the alarm is on. */
  see(outcome: Outcome, time: number): boolean;
  copy(): Watcher;
}

/** A kind of watcher, by name. */
export interface Rule {
  readonly name: string;
  start(): Watcher;
}

/** Seconds between canaries at one every 30 minutes, and how many make a year. */
export const EVERY_SECONDS = 1800;
export const CANARIES_PER_YEAR = 17_520;

/** Mailcanary's own detector. */
export function mailcanary(name: string, config: DetectorConfig): Rule {
  return { name, start: () => streamWatcher(newStream(config), config) };
}

function streamWatcher(state: StreamState, config: DetectorConfig): Watcher {
  return {
    see(outcome, time) {
      advance(state, { outcome, time }, config);
      return state.alarm !== null;
    },
    copy: () => streamWatcher(copyStream(state), config),
  };
}

/** Where canaries end: in the inbox, and of the others this share in spam, the rest missing. */
export interface Mix {
  readonly inbox: number;
  readonly spamShare: number;
}

export function draw({ inbox, spamShare }: Mix, random: Random): Outcome {
  const u = random();
  if (u < inbox) return "inbox";
  return u < inbox + (1 - inbox) * spamShare ? "spam" : "missing";
}
