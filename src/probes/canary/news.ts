import type { Canary } from "../../domain/canary.ts";
import type { CanaryNews } from "../../domain/seen.ts";

/** Exits that are no news any more, at most; a pool is not endless. */
const MAX_EXITS = 1000;

/** Tells what a canary shows that none before it did: `history` first, the oldest first. */
export function createNewsReader(
  history: Iterable<Canary>,
): (canary: Canary) => readonly CanaryNews[] {
  const exits = new Set<string>();
  const signatures = new Map<string, string>();

  function isNewExit({ route, arrival }: Canary): boolean {
    if (arrival?.exit === undefined) return false;
    const { ip, helo, reverseName } = arrival.exit;
    const key = JSON.stringify([route, ip, helo, reverseName]);
    if (exits.has(key)) return false;
    if (exits.size >= MAX_EXITS) exits.clear();
    exits.add(key);
    return true;
  }

  /** Against the one before it on the same way: receivers may differ, and do so for long. */
  function areOtherSignatures({ route, seed, arrival }: Canary): boolean {
    if (arrival?.secondOpinion === undefined) return false;
    const key = JSON.stringify([route, seed]);
    const shown = arrival.secondOpinion
      .map(({ domain, selector, result }) => `${selector}._domainkey.${domain} ${result}`)
      .toSorted()
      .join(", ");
    if (signatures.get(key) === shown) return false;
    signatures.set(key, shown);
    return true;
  }

  const read = (canary: Canary): readonly CanaryNews[] => [
    ...(isNewExit(canary) ? (["exit"] as const) : []),
    ...(areOtherSignatures(canary) ? (["signatures"] as const) : []),
  ];
  for (const canary of history) read(canary);
  return read;
}
