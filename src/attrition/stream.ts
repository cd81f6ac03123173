import type { Outcome } from "../domain/canary.ts";
import { type Alarm, bankEvidence, raise, recovers } from "./alarm.ts";
import { type Bank, copyBank, emptyBank, weigh } from "./bank.ts";
import {
  type Baseline,
  copyBaseline,
  dropPending,
  newBaseline,
  nextBadRate,
  note,
  referenceBadRate,
  turnBlock,
} from "./baseline.ts";
import type { ChannelName, DetectorConfig, KnownOutcome } from "./config.ts";
import { noteRecent, type RecentCanaries } from "./rate.ts";

/** All that is remembered of one (route, provider): plain JSON, a few dozen numbers. */
export interface StreamState {
  banks: Record<ChannelName, Bank>;
  baselines: Record<ChannelName, Baseline>;
  /** Canaries in the open block, and in the full blocks that wait. */
  blockCount: number;
  heldCount: number;
  recent: RecentCanaries;
  /** Null: no alarm. */
  alarm: Alarm | null;
  /** Time of the newest canary that counted, seconds since the epoch. */
  newestAt: number | null;
}

/** How a canary ended and when, seconds since the epoch. */
export interface Ending {
  readonly outcome: Outcome;
  readonly time: number;
}

/** A stream before its first canary. */
export function newStream(config: DetectorConfig): StreamState {
  const [any, spam] = config.channels;
  return {
    banks: { any: emptyBank(config.tilts), spam: emptyBank(config.tilts) },
    baselines: { any: newBaseline(any), spam: newBaseline(spam) },
    blockCount: 0,
    heldCount: 0,
    recent: { bad: 0, good: 0 },
    alarm: null,
    newestAt: null,
  };
}

/** The state after one more canary; the given state stays as it was. */
export function step(state: StreamState, ending: Ending, config: DetectorConfig): StreamState {
  if (ending.outcome === "unknown") return state;
  const next = copyStream(state);
  advance(next, ending, config);
  return next;
}

/** As `step`, but changes the state it is given, for those who own it: replays and simulations. */
export function advance(state: StreamState, ending: Ending, config: DetectorConfig): void {
  const { outcome, time } = ending;
  // Nobody looked, so nobody learns anything.
  if (outcome === "unknown") return;
  if (state.alarm !== null) {
    watchRecovery(state, outcome, time, config);
  } else {
    accumulate(state.banks, state, outcome, time, config);
    const evidence = bankEvidence(state.banks, config);
    if (evidence >= config.alarmAt) latch(state, evidence, time, config);
    else learn(state, outcome, evidence < config.warnShare * config.alarmAt, config);
  }
  remember(state, outcome, time, config);
}

export function copyStream(state: StreamState): StreamState {
  return {
    banks: { any: copyBank(state.banks.any), spam: copyBank(state.banks.spam) },
    baselines: {
      any: copyBaseline(state.baselines.any),
      spam: copyBaseline(state.baselines.spam),
    },
    blockCount: state.blockCount,
    heldCount: state.heldCount,
    recent: { ...state.recent },
    alarm: state.alarm === null ? null : { ...state.alarm },
    newestAt: state.newestAt,
  };
}

/** E now; while alarmed, what it was at the alarm. */
export function evidenceOf(state: StreamState, config: DetectorConfig): number {
  return state.alarm?.evidence ?? bankEvidence(state.banks, config);
}

/** Puts a canary of `state` into banks, its own or the route's, against its own normal. */
export function accumulate(
  banks: Record<ChannelName, Bank>,
  state: StreamState,
  outcome: KnownOutcome,
  time: number,
  config: DetectorConfig,
): void {
  for (const channel of config.channels) {
    if (channel.weight === 0) continue;
    const badRate = nextBadRate(state.baselines[channel.name], channel, config, time);
    weigh(banks[channel.name], channel.scores[outcome], badRate, time);
  }
}

/** Raises the stream's alarm. What waited to be learnt is dropped: it may belong to the fall. */
export function latch(
  state: StreamState,
  evidence: number,
  time: number,
  config: DetectorConfig,
): void {
  state.alarm = raise(state.banks, referenceRates(state, config, time), evidence, time, config);
  dropBlocks(state);
}

export function dropBlocks(state: StreamState): void {
  dropPending(state.baselines.any);
  dropPending(state.baselines.spam);
  state.blockCount = 0;
  state.heldCount = 0;
}

/** Takes a canary of an alarmed stream into the watch for the alarm's end. */
export function watchRecovery(
  state: StreamState,
  outcome: KnownOutcome,
  time: number,
  config: DetectorConfig,
): void {
  if (state.alarm === null) return;
  const [any, spam] = config.channels;
  const channel = state.alarm.channel === "any" ? any : spam;
  const badRate = referenceBadRate(state.baselines[channel.name], channel, config, time);
  if (recovers(state.alarm, channel.scores[outcome], badRate, config)) state.alarm = null;
}

/** Puts a canary into the open block and, when that is full, learns what waited. */
export function learn(
  state: StreamState,
  outcome: KnownOutcome,
  calm: boolean,
  config: DetectorConfig,
): void {
  if (config.fixedBadRate !== undefined) return;
  state.blockCount += 1;
  const full = state.blockCount >= config.block;
  for (const channel of config.channels) {
    const baseline = state.baselines[channel.name];
    note(baseline, channel.scores[outcome], config.nullAfterBad === "learned");
    if (full) turnBlock(baseline, state.heldCount, calm, channel, config.memory);
  }
  if (!full) return;
  state.heldCount = calm ? state.blockCount : state.heldCount + state.blockCount;
  state.blockCount = 0;
}

/** What every canary leaves behind, alarm or not. */
export function remember(
  state: StreamState,
  outcome: KnownOutcome,
  time: number,
  config: DetectorConfig,
): void {
  for (const { name, scores } of config.channels) {
    state.baselines[name].previousBad = scores[outcome] >= 0.5 ? 1 : 0;
  }
  const [any] = config.channels;
  noteRecent(state.recent, any.scores[outcome]);
  state.newestAt = time;
}

/** The reference bad rate of each channel. */
export function referenceRates(
  state: StreamState,
  config: DetectorConfig,
  time: number,
): Record<ChannelName, number> {
  const [any, spam] = config.channels;
  return {
    any: referenceBadRate(state.baselines.any, any, config, time),
    spam: referenceBadRate(state.baselines.spam, spam, config, time),
  };
}
