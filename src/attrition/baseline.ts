import type { ChannelConfig, DetectorConfig } from "./config.ts";
import { plannedBadRate } from "./warm-up.ts";

/** How often a channel was bad, and how often right after it had been bad. */
interface Tally {
  bad: number;
  /** Canaries that followed a bad one; counted only with `nullAfterBad: "learned"`. */
  followers: number;
  badFollowers: number;
}

/** What one channel has learnt, and what waits to be learnt. */
export interface Baseline {
  /** Bad and good canaries learnt, the prior included. */
  bad: number;
  good: number;
  followers: number;
  badFollowers: number;
  /** The block being filled, and the full ones that wait. */
  block: Tally;
  held: Tally;
  /** 1 when the newest canary was bad in this channel. */
  previousBad: 0 | 1;
}

/** A learned bad rate after a bad canary counts from this multiple of the plain one. */
const RUNS_FACTOR = 3;

export function newBaseline({ prior }: ChannelConfig): Baseline {
  return {
    bad: prior.bad,
    good: prior.good,
    followers: 0,
    badFollowers: 0,
    block: emptyTally(),
    held: emptyTally(),
    previousBad: 0,
  };
}

export function copyBaseline(baseline: Baseline): Baseline {
  return { ...baseline, block: { ...baseline.block }, held: { ...baseline.held } };
}

/** The mean of what was learnt: the normal bad rate in words. */
export function normalBadRate({ bad, good }: Baseline): number {
  return bad / (bad + good);
}

/**
 * The bad rate that evidence is measured against, on the cautious side: an underrated normal
 * costs many false alarms, an overrated one a few canaries of delay. A rate below the objective
 * is never normal.
 */
export function referenceBadRate(
  baseline: Baseline,
  channel: ChannelConfig,
  config: DetectorConfig,
  time: number,
): number {
  if (config.fixedBadRate !== undefined) return config.fixedBadRate;
  if (config.warmUp !== undefined) {
    // Spam is part of bad, so the plan's bad rate bounds the spam rate too.
    const planned = plannedBadRate(config.warmUp, time);
    if (planned !== undefined) return planned;
  }
  const cautious = cautiousRate(baseline.bad, baseline.good, config.caution);
  return Math.min(Math.max(cautious, channel.minBadRate), 1 - config.sloInbox);
}

/**
 * The reference rate for the next canary: higher right after a bad one where the operator asked
 * for it, because outages make bad canaries come in runs. It is decided by the past alone, so the
 * guarantee stays what it is.
 */
export function nextBadRate(
  baseline: Baseline,
  channel: ChannelConfig,
  config: DetectorConfig,
  time: number,
): number {
  const reference = referenceBadRate(baseline, channel, config, time);
  if (config.nullAfterBad === 0 || baseline.previousBad === 0) return reference;
  if (config.nullAfterBad !== "learned") return Math.max(reference, config.nullAfterBad);
  const mean = normalBadRate(baseline);
  const bad = mean + baseline.badFollowers;
  const good = 1 - mean + baseline.followers - baseline.badFollowers;
  if (bad / (bad + good) <= RUNS_FACTOR * reference) return reference;
  return Math.max(reference, cautiousRate(bad, good, config.caution));
}

/** Puts one canary into the open block, in place. */
export function note(baseline: Baseline, score: number, followerCounts: boolean): void {
  baseline.block.bad += score;
  if (followerCounts && baseline.previousBad === 1) {
    baseline.block.followers += 1;
    baseline.block.badFollowers += score;
  }
}

/**
 * A block is full. `calm`: what waited is learnt and the block waits now, so that a fall is not
 * learnt before it is noticed. Otherwise both wait: dropping them would learn only lucky blocks.
 */
export function turnBlock(
  baseline: Baseline,
  heldCount: number,
  calm: boolean,
  { prior }: ChannelConfig,
  memory: number,
): void {
  const { block, held } = baseline;
  if (calm) {
    const kept = Math.exp(-heldCount / memory);
    baseline.bad = prior.bad + kept * (baseline.bad - prior.bad) + held.bad;
    baseline.good = prior.good + kept * (baseline.good - prior.good) + heldCount - held.bad;
    baseline.followers = kept * baseline.followers + held.followers;
    baseline.badFollowers = kept * baseline.badFollowers + held.badFollowers;
    baseline.held = block;
  } else {
    held.bad += block.bad;
    held.followers += block.followers;
    held.badFollowers += block.badFollowers;
  }
  baseline.block = emptyTally();
}

/** Forgets what waits: it may belong to the fall. */
export function dropPending(baseline: Baseline): void {
  baseline.block = emptyTally();
  baseline.held = emptyTally();
}

function cautiousRate(bad: number, good: number, caution: number): number {
  const count = bad + good;
  const mean = bad / count;
  return mean + caution * Math.sqrt((mean * (1 - mean)) / (count + 1));
}

function emptyTally(): Tally {
  return { bad: 0, followers: 0, badFollowers: 0 };
}
