import { type Bank, clear, fallenBadRate, likelihoodRatio, meanOnset, meanSum } from "./bank.ts";
import type { ChannelName, DetectorConfig } from "./config.ts";

/** A latched alarm and the watch for its end. */
export interface Alarm {
  /** E at the moment of the alarm; it stays. */
  readonly evidence: number;
  /** Estimated moment at which the fall began, seconds since the epoch. */
  readonly since: number;
  readonly raisedAt: number;
  /** The channel whose return to normal ends the alarm. */
  readonly channel: ChannelName;
  /** The size of the fall as an odds ratio. */
  readonly oddsRatio: number;
  /** How many times likelier health is than the fall, over the newest stretch: a CUSUM. */
  recovery: number;
}

export type Banks = Readonly<Record<ChannelName, Bank>>;

const MAX_FALLEN_RATE = 0.95;

/** E: the channels' evidence, weighed. */
export function bankEvidence(banks: Banks, config: DetectorConfig): number {
  let total = 0;
  for (const { name, weight } of config.channels) {
    if (weight > 0) total += weight * meanSum(banks[name]);
  }
  return total;
}

/** Latches: reads size and beginning of the fall from the banks, then empties them. */
export function raise(
  banks: Banks,
  badRates: Readonly<Record<ChannelName, number>>,
  evidence: number,
  time: number,
  config: DetectorConfig,
): Alarm {
  const channel = carrier(banks, config);
  const badRate = badRates[channel];
  const fallen = Math.min(
    Math.max(fallenBadRate(banks[channel], badRate), 2 * badRate),
    MAX_FALLEN_RATE,
  );
  const alarm: Alarm = {
    evidence,
    since: estimatedOnset(banks, config),
    raisedAt: time,
    channel,
    oddsRatio: odds(fallen) / odds(badRate),
    recovery: 1,
  };
  clear(banks.any);
  clear(banks.spam);
  return alarm;
}

/** Takes one canary into the watch for the end, in place; true: it is over. */
export function recovers(
  alarm: Alarm,
  score: number,
  badRate: number,
  config: DetectorConfig,
): boolean {
  alarm.recovery = Math.max(1, alarm.recovery) / likelihoodRatio(alarm.oddsRatio, score, badRate);
  return alarm.recovery >= config.recoverAt;
}

/**
 * The channel to watch: *any*, unless spam raised the alarm alone. Where mail went from missing
 * to spam the total has not changed, and by *any* the alarm would be over at once, and return.
 */
function carrier(banks: Banks, config: DetectorConfig): ChannelName {
  const [, spam] = config.channels;
  const anyIsCalm = meanSum(banks.any) < config.warnShare * config.alarmAt;
  return spam.weight > 0 && anyIsCalm ? "spam" : "any";
}

function estimatedOnset(banks: Banks, config: DetectorConfig): number {
  let onset = 0;
  for (const { name, weight } of config.channels) {
    if (weight > 0) onset += weight * meanOnset(banks[name]);
  }
  return onset / bankEvidence(banks, config);
}

function odds(rate: number): number {
  return rate / (1 - rate);
}
