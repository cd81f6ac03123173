/** Domains remembered, at most. */
const MAX_DOMAINS = 10_000;

/** A policy as it was when its id was seen first. */
export interface Remembered {
  readonly id: string;
  readonly text: string;
}

/** Which policy came with which id, for as long as the daemon runs. */
export interface Memory {
  /** Remembers what is seen with a new id, and tells what was seen with this one first. */
  firstWith(domain: string, id: string, text: string): Remembered;
}

export function createMemory(): Memory {
  const byDomain = new Map<string, Remembered>();
  return {
    firstWith(domain, id, text) {
      const known = byDomain.get(domain);
      if (known?.id === id) return known;
      if (byDomain.size >= MAX_DOMAINS) byDomain.clear();
      const first = { id, text };
      byDomain.set(domain, first);
      return first;
    },
  };
}
