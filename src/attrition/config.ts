import type { Outcome } from "../domain/canary.ts";
import type { WarmUp } from "./warm-up.ts";

/** Outcomes that say something about the receiver. */
export type KnownOutcome = Exclude<Outcome, "unknown">;

/** Two views of one canary: is it not in the inbox, and is it in the spam folder. */
export type ChannelName = "any" | "spam";

export interface ChannelConfig {
  readonly name: ChannelName;
  /** Share of the evidence that this channel contributes; they add up to 1. 0: not watched. */
  readonly weight: number;
  /** What is believed before the first canary, in canaries. */
  readonly prior: { readonly bad: number; readonly good: number };
  /** The reference bad rate is never below this: luck must not make it zero. */
  readonly minBadRate: number;
  /** How bad each outcome is, 0 to 1. */
  readonly scores: Readonly<Record<KnownOutcome, number>>;
}

/** What an operator may set. */
export interface DetectorSettings {
  /** A: mean number of canaries between false alarms that is tolerated at the most. */
  readonly alarmAt?: number;
  /** The normal bad rate where it is known for certain; 0 or absent learns it. */
  readonly fixedBadRate?: number;
  /** An inbox rate below this is never learnt as normal. */
  readonly sloInbox?: number;
  /** How bad the inbox behind a category is, 0 (as good as inbox) to 1 (as bad as spam). */
  readonly tabScore?: number;
  /** The same for any other folder. */
  readonly otherScore?: number;
  /** For bad outcomes that come in runs: see baseline.ts. */
  readonly nullAfterBad?: NullAfterBad;
  readonly warmUp?: WarmUp;
}

/** 0: off. A rate: the least reference rate right after a bad canary. `learned`: from the past. */
export type NullAfterBad = number | "learned";

export interface DetectorConfig {
  readonly alarmAt: number;
  /** Blocks seen while a stream's evidence is at or above this share of `alarmAt` wait. */
  readonly warnShare: number;
  readonly sloInbox: number;
  readonly fixedBadRate: number | undefined;
  /** Odds ratios of the falls that are looked for, weighed equally. */
  readonly tilts: readonly number[];
  /** Standard deviations put on top of the learned bad rate. */
  readonly caution: number;
  /** Canaries after which what was learnt has faded to 1/e. */
  readonly memory: number;
  /** Canaries that are learnt together, one block late. */
  readonly block: number;
  readonly channels: readonly [any: ChannelConfig, spam: ChannelConfig];
  readonly nullAfterBad: NullAfterBad;
  readonly warmUp: WarmUp | undefined;
  /** How many times likelier health must be than the alarm before it is over. */
  readonly recoverAt: number;
}

/** Canaries of a year at one every 30 minutes: the shipped `alarmAt`, one false alarm a year. */
const YEAR_OF_CANARIES = 17_520;

/** From this on a reference rate leaves no room for a fall. */
const MAX_FIXED_BAD_RATE = 0.4;
/** Far beyond any use, far below where doubles overflow. */
const MAX_ALARM_AT = 1e12;

/** The detector as shipped, changed by the settings; or what is wrong with them, all at once. */
export function detectorConfig(
  settings: DetectorSettings = {},
): { readonly config: DetectorConfig } | { readonly problems: readonly string[] } {
  const problems = problemsOf(settings);
  if (problems.length > 0) return { problems };
  const fixedBadRate = settings.fixedBadRate === 0 ? undefined : settings.fixedBadRate;
  // With a known rate there is one question only, so all the evidence is asked of it.
  const spamWeight = fixedBadRate === undefined ? 0.5 : 0;
  return {
    config: {
      alarmAt: settings.alarmAt ?? YEAR_OF_CANARIES,
      warnShare: 0.01,
      sloInbox: settings.sloInbox ?? 0.95,
      fixedBadRate,
      tilts: [3, 8, 25, 200],
      caution: 1,
      memory: 3000,
      block: 100,
      channels: [anyChannel(1 - spamWeight, settings), spamChannel(spamWeight, settings)],
      nullAfterBad: settings.nullAfterBad ?? 0,
      warmUp: settings.warmUp,
      recoverAt: 200,
    },
  };
}

/** The detector as shipped. */
export function defaultDetector(settings: DetectorSettings = {}): DetectorConfig {
  const answer = detectorConfig(settings);
  if ("problems" in answer) throw new RangeError(answer.problems.join("; "));
  return answer.config;
}

/** A, from the false alarms that are tolerated: one in `years` at this many canaries a year. */
export function alarmAtFor(years: number, canariesPerYear: number): number {
  return years * canariesPerYear;
}

function anyChannel(
  weight: number,
  { tabScore = 0.5, otherScore = 0.5 }: DetectorSettings,
): ChannelConfig {
  return {
    name: "any",
    weight,
    prior: { bad: 1, good: 49 },
    minBadRate: 0.01,
    scores: {
      inbox: 0,
      tab: tabScore,
      other: otherScore,
      spam: 1,
      missing: 1,
      refused: 1,
      bounced: 1,
    },
  };
}

function spamChannel(
  weight: number,
  { tabScore = 0.5, otherScore = 0.5 }: DetectorSettings,
): ChannelConfig {
  return {
    name: "spam",
    weight,
    prior: { bad: 0.5, good: 49.5 },
    minBadRate: 0.003,
    scores: {
      inbox: 0,
      tab: tabScore,
      other: otherScore,
      spam: 1,
      missing: 0,
      refused: 0,
      bounced: 0,
    },
  };
}

function problemsOf(settings: DetectorSettings): string[] {
  const { alarmAt, fixedBadRate, sloInbox, tabScore, otherScore, nullAfterBad, warmUp } = settings;
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  if (alarmAt !== undefined) {
    expect(
      alarmAt > 1 && alarmAt <= MAX_ALARM_AT,
      "alarmAt: expected a number above 1, up to 1e12",
    );
  }
  if (fixedBadRate !== undefined) {
    expect(
      fixedBadRate >= 0 && fixedBadRate < MAX_FIXED_BAD_RATE,
      "fixedBadRate: expected 0 (learn it) or a rate below 0.4",
    );
  }
  if (sloInbox !== undefined) {
    expect(sloInbox >= 0.5 && sloInbox < 1, "sloInbox: expected a rate from 0.5 to below 1");
  }
  if (tabScore !== undefined) expect(isRate(tabScore), "tabScore: expected a number from 0 to 1");
  if (otherScore !== undefined) {
    expect(isRate(otherScore), "otherScore: expected a number from 0 to 1");
  }
  if (nullAfterBad !== undefined && nullAfterBad !== "learned") {
    expect(
      nullAfterBad >= 0 && nullAfterBad < 1,
      'nullAfterBad: expected 0 (off), a rate below 1, or "learned"',
    );
  }
  if (warmUp !== undefined) {
    expect(warmUp.endsAt > warmUp.startsAt, "warmUp: expected endsAt after startsAt");
    expect(
      [warmUp.from, warmUp.to].every((rate) => rate > 0 && rate < 1),
      "warmUp: expected bad rates between 0 and 1",
    );
  }
  return problems;
}

function isRate(value: number): boolean {
  return value >= 0 && value <= 1;
}
