/**
 * The evidence of one channel for falls of one size: a Shiryaev-Roberts sum, which adds up the
 * likelihood ratios of all moments at which the fall may have begun.
 */
interface Cell {
  /** Odds ratio of the fall: how many times the odds of a bad canary have grown. */
  readonly tilt: number;
  sum: number;
  /** The same sum with every summand multiplied by its moment: `onset / sum` is the mean moment. */
  onset: number;
}

export type Bank = Cell[];

export function emptyBank(tilts: readonly number[]): Bank {
  return tilts.map((tilt) => ({ tilt, sum: 0, onset: 0 }));
}

export function copyBank(bank: Bank): Bank {
  return bank.map(({ tilt, sum, onset }) => ({ tilt, sum, onset }));
}

/**
 * Takes one canary into the bank, in place.
 *
 * tilt^score <= 1 - score + tilt * score, so the factor's mean is at most 1 as long as the
 * expected score is at most `badRate`, whatever came before. Hence a sum minus the number of
 * canaries is a supermartingale and reaches A after A canaries on average at the earliest.
 */
export function weigh(bank: Bank, score: number, badRate: number, time: number): void {
  for (const cell of bank) {
    const factor = likelihoodRatio(cell.tilt, score, badRate);
    cell.sum = (1 + cell.sum) * factor;
    cell.onset = (time + cell.onset) * factor;
  }
}

/** Fallen against healthy, for one canary. */
export function likelihoodRatio(tilt: number, score: number, badRate: number): number {
  const weight = score === 0 ? 1 : score === 1 ? tilt : tilt ** score;
  return weight / (1 + badRate * (tilt - 1));
}

/** The bank's evidence: the mean over its tilts. */
export function meanSum(bank: Bank): number {
  let total = 0;
  for (const { sum } of bank) total += sum;
  return total / bank.length;
}

/** The same mean of the onsets. */
export function meanOnset(bank: Bank): number {
  let total = 0;
  for (const { onset } of bank) total += onset;
  return total / bank.length;
}

export function clear(bank: Bank): void {
  for (const cell of bank) {
    cell.sum = 0;
    cell.onset = 0;
  }
}

/** The bad rate now, by the bank's evidence, if a fall from `badRate` is what happened. */
export function fallenBadRate(bank: Bank, badRate: number): number {
  let total = 0;
  let weighted = 0;
  for (const { tilt, sum } of bank) {
    total += sum;
    weighted += (sum * tilt * badRate) / (1 + badRate * (tilt - 1));
  }
  return total > 0 ? weighted / total : badRate;
}
