import { type Alarm, type Banks, bankEvidence, raise, recovers } from "./alarm.ts";
import { clear, copyBank, emptyBank } from "./bank.ts";
import { referenceBadRate } from "./baseline.ts";
import type { DetectorConfig, KnownOutcome } from "./config.ts";
import { noteRecent, type RecentCanaries } from "./rate.ts";
import {
  accumulate,
  copyStream,
  dropBlocks,
  type Ending,
  latch,
  learn,
  newStream,
  referenceRates,
  remember,
  type StreamState,
  watchRecovery,
} from "./stream.ts";

/** The name under which all providers of a route are spoken of together. */
export const ALL_PROVIDERS = "_all";

/** One route: its streams, and all their canaries in one pool. Plain JSON. */
export interface RouteState {
  streams: NamedStream[];
  /** Banks that every canary of an unalarmed stream goes into. */
  pool: Banks;
  /** The alarm of the route as a whole; streams have their own. */
  alarm: Alarm | null;
  recent: RecentCanaries;
}

interface NamedStream {
  readonly provider: string;
  state: StreamState;
}

/** How a canary to `provider` ended and when, seconds since the epoch. */
export interface ProviderEnding extends Ending {
  readonly provider: string;
}

/** A route before its first canary. */
export function newRoute(config: DetectorConfig): RouteState {
  return {
    streams: [],
    pool: { any: emptyBank(config.tilts), spam: emptyBank(config.tilts) },
    alarm: null,
    recent: { bad: 0, good: 0 },
  };
}

/** The state after one more canary; the given state stays as it was. */
export function stepRoute(
  route: RouteState,
  ending: ProviderEnding,
  config: DetectorConfig,
): RouteState {
  if (ending.outcome === "unknown") return route;
  const next = copyRoute(route);
  advanceRoute(next, ending, config);
  return next;
}

/** As `stepRoute`, but changes the state it is given, for those who own it. */
export function advanceRoute(
  route: RouteState,
  ending: ProviderEnding,
  config: DetectorConfig,
): void {
  const { outcome, time } = ending;
  if (outcome === "unknown") return;
  const stream = streamOf(route, ending.provider, config);
  if (stream.alarm !== null) watchRecovery(stream, outcome, time, config);
  else if (route.alarm !== null) watchRouteRecovery(route, stream, outcome, time, config);
  else look(route, stream, outcome, time, config);
  remember(stream, outcome, time, config);
  const [any] = config.channels;
  noteRecent(route.recent, any.scores[outcome]);
}

/** The route without a provider that is no longer watched. */
export function withoutProvider(route: RouteState, provider: string): RouteState {
  const next = copyRoute(route);
  next.streams = next.streams.filter((stream) => stream.provider !== provider);
  return next;
}

export function copyRoute(route: RouteState): RouteState {
  return {
    streams: route.streams.map(({ provider, state }) => ({ provider, state: copyStream(state) })),
    pool: { any: copyBank(route.pool.any), spam: copyBank(route.pool.spam) },
    alarm: route.alarm === null ? null : { ...route.alarm },
    recent: { ...route.recent },
  };
}

/**
 * E of the route: half from the streams one by one, half from all canaries as one stream. The
 * first half sees a fall at one provider, the second a small fall at all of them. Both halves
 * together still grow by at most 1 a canary.
 */
export function routeEvidence(route: RouteState, config: DetectorConfig): number {
  if (route.alarm !== null) return route.alarm.evidence;
  let total = bankEvidence(route.pool, config);
  // An alarmed stream's banks are empty.
  for (const { state } of route.streams) total += bankEvidence(state.banks, config);
  return total / 2;
}

function streamOf(route: RouteState, provider: string, config: DetectorConfig): StreamState {
  const known = route.streams.find((stream) => stream.provider === provider);
  if (known !== undefined) return known.state;
  const state = newStream(config);
  route.streams.push({ provider, state });
  return state;
}

function look(
  route: RouteState,
  stream: StreamState,
  outcome: KnownOutcome,
  time: number,
  config: DetectorConfig,
): void {
  accumulate(stream.banks, stream, outcome, time, config);
  accumulate(route.pool, stream, outcome, time, config);
  const evidence = routeEvidence(route, config);
  if (evidence >= config.alarmAt) latchUnit(route, stream, evidence, time, config);
  if (isLatched(route, stream)) return;
  const warnAt = (config.warnShare * config.alarmAt) / route.streams.length;
  learn(stream, outcome, bankEvidence(stream.banks, config) < warnAt, config);
}

function isLatched(route: RouteState, stream: StreamState): boolean {
  return route.alarm !== null || stream.alarm !== null;
}

/** Latches what the evidence points at most: one provider, or the route as a whole. */
function latchUnit(
  route: RouteState,
  newest: StreamState,
  evidence: number,
  time: number,
  config: DetectorConfig,
): void {
  const suspect = strongest(route, config);
  if (suspect === undefined) {
    route.alarm = raise(route.pool, referenceRates(newest, config, time), evidence, time, config);
    // Until the route's alarm is over nobody collects evidence, and nobody learns.
    for (const { state } of route.streams) {
      clear(state.banks.any);
      clear(state.banks.spam);
      dropBlocks(state);
    }
    return;
  }
  latch(suspect, evidence, time, config);
  clear(route.pool.any);
  clear(route.pool.spam);
}

/** The stream with the most evidence; undefined when the pool has more. */
function strongest(route: RouteState, config: DetectorConfig): StreamState | undefined {
  let suspect: StreamState | undefined;
  let most = 0;
  for (const { state } of route.streams) {
    const evidence = bankEvidence(state.banks, config);
    if (evidence > most) {
      most = evidence;
      suspect = state;
    }
  }
  // With one provider both are the same, and the provider is the better name.
  return bankEvidence(route.pool, config) > most ? undefined : suspect;
}

function watchRouteRecovery(
  route: RouteState,
  stream: StreamState,
  outcome: KnownOutcome,
  time: number,
  config: DetectorConfig,
): void {
  if (route.alarm === null) return;
  const [any, spam] = config.channels;
  const channel = route.alarm.channel === "any" ? any : spam;
  const badRate = referenceBadRate(stream.baselines[channel.name], channel, config, time);
  if (recovers(route.alarm, channel.scores[outcome], badRate, config)) route.alarm = null;
}
