/** Longer words are not compared: the work grows with the product of the lengths. */
const MAX_LENGTH = 40;

/** The candidate that `word` is most likely a slip of; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const plain = normalise(word);
  const allowed = Math.min(3, Math.max(1, Math.floor(plain.length / 3)));
  const ranked = candidates
    .filter((candidate) => Math.abs(normalise(candidate).length - plain.length) <= allowed)
    .map((candidate) => ({ candidate, distance: distance(plain, normalise(candidate)) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** `dataDir` and `data-dir` are `data_dir`. */
function normalise(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, "");
}

/** How many letters to add, drop, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of a.split("").entries()) {
    const current = [row + 1];
    for (const [column, other] of b.split("").entries()) {
      const change = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      const drop = (previous[column + 1] ?? 0) + 1;
      const add = (current[column] ?? 0) + 1;
      const isSwap = letter === b[column - 1] && other === a[row - 1];
      const swap = isSwap ? (beforePrevious[column - 1] ?? 0) + 1 : Infinity;
      current.push(Math.min(change, drop, add, swap));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
