import type { Canary } from "./canary.ts";
import type { Finding } from "./finding.ts";
import type { Increment, Labels, MetricSpec } from "./metric.ts";
import type { Observation, Result } from "./result.ts";

/** What the daemon remembers. Every writing call is one transaction and throws StoreError. */
export interface Store extends Disposable {
  /** Canaries, and the counters and states that their steps moved: all of it or nothing. */
  commit(change: Change): void;
  /** What a follower wrote last under the key. */
  state(key: string): string | undefined;
  /** Those that have not ended. */
  openCanaries(): readonly Canary[];
  /** Ended as missing or unknown after `since`, without having turned up. */
  lostCanaries(since: number): readonly Canary[];
  /** Newest first, by the time they were planned. */
  newestCanaries(limit: number): readonly Canary[];
  canary(id: string): Canary | undefined;
  /** The newest that was planned before it on the same way and reached the inbox or a tab of it. */
  inboxBefore(canary: Canary): Canary | undefined;
  /** Those of a seed that a mailbox showed, planned from `from` up to `to`. */
  arrivedCanaries(seed: string, from: number, to: number): readonly Canary[];
  /** Those of the route that ended at `since` or later, in the order in which they were decided. */
  endedSince(route: string, since: number): Iterable<Canary>;
  /** How many were planned for a seed at `since` or later. */
  plannedSince(seed: string, since: number): number;
  lastPlannedAt(route: string, seed: string): number | undefined;
  /** Forgets ended canaries planned before `before`; counters stay. */
  forget(before: number): void;
  /** Replaces what the check said before; a finding that goes on keeps its beginning. */
  record(result: Result, increments: readonly Increment[]): void;
  readonly results: ReadonlyMap<string, Result>;
  /** Forgets what checks said that are no longer configured. */
  keepFindingsOf(checks: ReadonlySet<string>): void;
  openFindings(): readonly OpenFinding[];
  /** What was observed last of everything that checks observe. */
  observed(): readonly Observed[];
  /** Newest first: what was observed to change, from `from` up to `to`. */
  changes(limit: number, from?: number, to?: number): readonly ObservedChange[];
  readonly totals: Totals;
}

/** Times are wall clock, milliseconds. */
export interface Observed extends Observation {
  /** When the present value was observed first. */
  readonly firstAt: number;
  /** When it last changed; undefined: never since we look. */
  readonly changedAt: number | undefined;
}

export interface ObservedChange {
  readonly at: number;
  readonly subject: string;
  readonly aspect: string;
  readonly before: string;
  readonly after: string;
}

/** What is written in one transaction. */
interface Change {
  readonly canaries?: readonly Canary[];
  readonly increments?: readonly Increment[];
  /** By key; see Follower. */
  readonly states?: ReadonlyMap<string, string>;
}

/** Follows decided canaries with a state of its own, written in the transaction that decided them. */
export interface Follower {
  /** The state that the canary belongs to; undefined: it moves none. */
  keyOf(decided: Canary): string | undefined;
  /** The state after it; pure. `undefined`: nothing was written yet. */
  next(state: string | undefined, decided: Canary): string;
}

export interface OpenFinding extends Finding {
  readonly check: string;
  /** When it was found first, wall clock. */
  readonly since: number;
}

/** Counters and histograms as persisted, held in memory for `/metrics`. */
export interface Totals {
  /** Publishes the series at 0 (histogram: empty) unless it has a value. */
  ensure(metric: MetricSpec, labels: Labels): void;
  readonly series: ReadonlyMap<string, MetricTotals>;
}

export interface MetricTotals {
  readonly metric: MetricSpec;
  readonly values: ReadonlyMap<string, CounterTotal | HistogramTotal>;
}

export interface CounterTotal {
  readonly kind: "counter";
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramTotal {
  readonly kind: "histogram";
  readonly labels: Labels;
  /** One count per bucket of the metric and a last one for +Inf; not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number;
  /** The newest observation with an exemplar, per bucket. Not persisted. */
  readonly exemplars: readonly (Exemplar | undefined)[];
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Wall clock, milliseconds. */
  readonly at: number;
}

/** The data directory could not be written or read. Nothing of the transaction was kept. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
