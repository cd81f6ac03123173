/**
 * Watches the time that arrived canaries took. Each falls into one of four bins of the stream's
 * own past, cut at its median and its 90 % and 99 % quantiles, so neither the shape of the
 * distribution nor a few very slow messages matter. Times and latencies in seconds.
 */
export interface LatencyState {
  readonly cells: readonly ShiftCell[];
  /** The cuts; null until enough canaries have arrived. */
  readonly cuts: Cuts | null;
  readonly cutAt: number | null;
  /** The newest latencies, in no order: once full, each takes the place of the oldest. */
  readonly recent: readonly number[];
  readonly oldest: number;
  readonly alarm: LatencyAlarm | null;
}

/** The Shiryaev-Roberts sum for a shift by so many standard deviations of the log latency. */
interface ShiftCell {
  readonly shift: number;
  readonly sum: number;
  readonly onset: number;
}

interface Cuts {
  readonly median: number;
  readonly q90: number;
  readonly q99: number;
}

interface LatencyAlarm {
  readonly evidence: number;
  readonly since: number;
  readonly raisedAt: number;
  /** The likeliest shift, whose end is waited for. */
  readonly shift: number;
  readonly recovery: number;
}

export interface LatencyConfig {
  /** As the detector's, in arrived canaries. */
  readonly alarmAt: number;
  readonly warnShare: number;
  readonly recoverAt: number;
}

/** An arrived canary: what it took, and when it was known. */
export interface ArrivedAfter {
  readonly latency: number;
  readonly time: number;
}

export interface LatencyReading {
  readonly alarm: boolean;
  /** log10 of the evidence, at least -9. */
  readonly evidence: number;
  readonly since: number | null;
  /** The normal latency; null while it is not known. */
  readonly median: number | null;
}

/** Shares of healthy canaries in the four bins, and of canaries slower by so many deviations. */
const HEALTHY_SHARES = [0.5, 0.4, 0.09, 0.01] as const;
const SHIFTED_SHARES = [
  { shift: 0.5, shares: [0.308538, 0.474223, 0.18334, 0.033899] },
  { shift: 1, shares: [0.158655, 0.452201, 0.296781, 0.092362] },
  { shift: 2, shares: [0.02275, 0.21349, 0.391679, 0.372081] },
] as const;

/** Fewer make the 99 % cut a matter of luck. */
const MIN_LATENCIES = 300;
const MAX_LATENCIES = 1000;
const RECUT_AFTER_SECONDS = 86_400;
const MIN_EVIDENCE = 1e-9;

export function newLatency(): LatencyState {
  return {
    cells: SHIFTED_SHARES.map(({ shift }) => ({ shift, sum: 0, onset: 0 })),
    cuts: null,
    cutAt: null,
    recent: [],
    oldest: 0,
    alarm: null,
  };
}

/** The state after one more arrived canary; the given state stays as it was. */
export function stepLatency(
  state: LatencyState,
  arrived: ArrivedAfter,
  config: LatencyConfig,
): LatencyState {
  if (state.alarm !== null) return watch(state, state.alarm, arrived, config);
  const remembered = { ...state, ...replaceOldest(state, arrived.latency) };
  if (state.cuts === null) return recut(remembered, arrived.time);
  const bin = binOf(arrived.latency, state.cuts);
  const cells = state.cells.map((cell) => weighed(cell, bin, arrived.time));
  const next = { ...remembered, cells };
  const evidence = evidenceOf(next);
  if (evidence >= config.alarmAt) return raised(next, evidence, arrived.time);
  return evidence < config.warnShare * config.alarmAt ? recut(next, arrived.time) : next;
}

export function readLatency(state: LatencyState): LatencyReading {
  return {
    alarm: state.alarm !== null,
    evidence: Math.log10(Math.max(MIN_EVIDENCE, state.alarm?.evidence ?? evidenceOf(state))),
    since: state.alarm?.since ?? null,
    median: state.cuts?.median ?? null,
  };
}

function watch(
  state: LatencyState,
  alarm: LatencyAlarm,
  { latency }: ArrivedAfter,
  config: LatencyConfig,
): LatencyState {
  if (state.cuts === null) return { ...state, alarm: null };
  const recovery = Math.max(1, alarm.recovery) / ratio(alarm.shift, binOf(latency, state.cuts));
  return { ...state, alarm: recovery >= config.recoverAt ? null : { ...alarm, recovery } };
}

function raised(state: LatencyState, evidence: number, time: number): LatencyState {
  const onset = state.cells.reduce((sum, cell) => sum + cell.onset, 0) / state.cells.length;
  const likeliest = state.cells.reduce((best, cell) => (cell.sum > best.sum ? cell : best));
  const alarm = {
    evidence,
    since: onset / evidence,
    raisedAt: time,
    shift: likeliest.shift,
    recovery: 1,
  };
  return { ...state, cells: newLatency().cells, alarm };
}

function replaceOldest(
  { recent, oldest }: LatencyState,
  latency: number,
): Pick<LatencyState, "recent" | "oldest"> {
  return recent.length < MAX_LATENCIES
    ? { recent: [...recent, latency], oldest }
    : { recent: recent.with(oldest, latency), oldest: (oldest + 1) % MAX_LATENCIES };
}

/** Learns the cuts anew once a day. */
function recut(state: LatencyState, time: number): LatencyState {
  const fresh = state.cutAt !== null && time - state.cutAt < RECUT_AFTER_SECONDS;
  if (fresh || state.recent.length < MIN_LATENCIES) return state;
  const sorted = Float64Array.from(state.recent).toSorted();
  const cuts = {
    median: quantile(sorted, 0.5),
    q90: quantile(sorted, 0.9),
    q99: quantile(sorted, 0.99),
  };
  return { ...state, cuts, cutAt: time };
}

/** The order statistic that the next value exceeds with probability 1 - p or less. */
function quantile(sorted: Float64Array, p: number): number {
  const rank = Math.min(sorted.length, Math.ceil(p * (sorted.length + 1)));
  return sorted[rank - 1] ?? Number.POSITIVE_INFINITY;
}

type Bin = 0 | 1 | 2 | 3;

function binOf(latency: number, { median, q90, q99 }: Cuts): Bin {
  if (latency <= median) return 0;
  if (latency <= q90) return 1;
  return latency <= q99 ? 2 : 3;
}

function weighed({ shift, sum, onset }: ShiftCell, bin: Bin, time: number): ShiftCell {
  const factor = ratio(shift, bin);
  return { shift, sum: (1 + sum) * factor, onset: (time + onset) * factor };
}

/** Slower against healthy, for one canary. */
function ratio(shift: number, bin: Bin): number {
  const slower = SHIFTED_SHARES.find((candidate) => candidate.shift === shift);
  return (slower?.shares[bin] ?? HEALTHY_SHARES[bin]) / HEALTHY_SHARES[bin];
}

function evidenceOf({ cells }: LatencyState): number {
  return cells.reduce((total, { sum }) => total + sum, 0) / cells.length;
}
