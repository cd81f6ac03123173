import type { Canary } from "../../domain/canary.ts";
import type { FindingInfo } from "../../domain/finding.ts";
import type { ObservedChange, OpenFinding } from "../../domain/store.ts";

/** What the page shows; plain facts, put together by the caller. Times are wall clock, milliseconds. */
export interface PageView {
  readonly version: string;
  readonly now: number;
  readonly streams: readonly StreamView[];
  readonly findings: readonly FindingView[];
  /** Newest first. */
  readonly canaries: readonly Canary[];
  /** Newest first: what was observed to change. */
  readonly changes: readonly ObservedChange[];
}

/** One route to one seed. */
export interface StreamView {
  readonly route: string;
  readonly seed: string;
  readonly provider: string;
  /** What the detector says of the route and the provider; undefined: nothing decided yet. */
  readonly rate: RateView | undefined;
  /** Decided canaries, newest first. */
  readonly recent: readonly Canary[];
  readonly inFlight: number;
}

/** The inbox rate of late with its 95 % interval, 0 to 1. */
export interface RateView {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly normal: number;
  /** Estimated beginning of the fall; undefined: no alarm. */
  readonly fallenSince: number | undefined;
}

/** Something to do. */
interface FindingView extends OpenFinding {
  readonly info: FindingInfo;
  /** What goes away with it: titles and subjects of other findings. */
  readonly explains: readonly string[];
}

/** One canary with all that is known of it. */
export interface CanaryView {
  readonly version: string;
  readonly now: number;
  readonly canary: Canary;
  /** The newest one before it on the same way that reached the inbox, where this one did not. */
  readonly lastGood: Canary | undefined;
  /** What was observed to change between the two, newest first. */
  readonly changesSince: readonly ObservedChange[];
}
