import { normalBadRate, referenceBadRate } from "./baseline.ts";
import type { DetectorConfig } from "./config.ts";
import { inboxRate, probabilityBelow } from "./rate.ts";
import { ALL_PROVIDERS, type RouteState, routeEvidence } from "./route.ts";
import { evidenceOf, type StreamState } from "./stream.ts";

/** What one look at a stream needs on every canary. */
export interface Glance {
  /** Latched: true until the rate has returned to normal. */
  readonly alarm: boolean;
  /** log10 E, at least -9. */
  readonly evidence: number;
  /** The inbox rate that evidence is measured against, on the cautious side. */
  readonly baseline: number;
  /** The inbox rate of late, and its 95 % interval. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Estimated beginning of the fall, seconds since the epoch; null without an alarm. */
  readonly since: number | null;
}

/** A glance and what else is published. */
export interface Reading extends Glance {
  /** The normal inbox rate, for words. */
  readonly normal: number;
  /** P(inbox rate of late < SLO). */
  readonly belowSloProbability: number;
}

export interface RouteReading extends Reading {
  /** Names of the providers whose alarm is on, or `_all` alone; empty: no alarm. */
  readonly scope: readonly string[];
  readonly providers: readonly ProviderReading[];
}

interface ProviderReading extends Reading {
  readonly provider: string;
}

const MIN_EVIDENCE = 1e-9;

/** What the detector says about a stream after its newest canary. */
export function glance(state: StreamState, config: DetectorConfig): Glance {
  const [any] = config.channels;
  const time = state.newestAt ?? 0;
  const { mean, low, high } = inboxRate(state.recent);
  return {
    alarm: state.alarm !== null,
    evidence: published(evidenceOf(state, config)),
    baseline: 1 - referenceBadRate(state.baselines.any, any, config, time),
    mean,
    low,
    high,
    since: state.alarm?.since ?? null,
  };
}

export function readStream(state: StreamState, config: DetectorConfig): Reading {
  return {
    ...glance(state, config),
    normal: 1 - (config.fixedBadRate ?? normalBadRate(state.baselines.any)),
    belowSloProbability: probabilityBelow(state.recent, config.sloInbox),
  };
}

/** The route's own reading (`_all`) and those of its providers. With one provider both are one. */
export function readRoute(route: RouteState, config: DetectorConfig): RouteReading {
  const providers = route.streams.map(({ provider, state }) => ({
    provider,
    ...readStream(state, config),
  }));
  const alarmed = providers.filter(({ alarm }) => alarm).map(({ provider }) => provider);
  const scope = route.alarm === null ? alarmed : [ALL_PROVIDERS];
  const [only] = providers;
  if (only !== undefined && providers.length === 1) {
    const { provider: _, ...reading } = only;
    return { ...reading, scope, providers };
  }
  const { mean, low, high } = inboxRate(route.recent);
  return {
    alarm: route.alarm !== null,
    evidence: published(routeEvidence(route, config)),
    baseline: average(providers.map(({ baseline }) => baseline)),
    mean,
    low,
    high,
    since: route.alarm?.since ?? null,
    normal: average(providers.map(({ normal }) => normal)),
    belowSloProbability: probabilityBelow(route.recent, config.sloInbox),
    scope,
    providers,
  };
}

function published(evidence: number): number {
  return Math.log10(Math.max(MIN_EVIDENCE, evidence));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
