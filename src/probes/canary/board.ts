import type { Canary, ExitIdentity } from "../../domain/canary.ts";
import { DAY } from "../../domain/duration.ts";

/** An exit that no canary has shown for so long is forgotten. */
const EXIT_MEMORY_MS = 7 * DAY;

/** Exits kept a route; a pool larger than this shows its newest. */
const MAX_EXITS = 20;

/** The newest facts of every route and seed, for gauges, findings and the page. */
export interface Board {
  note(canary: Canary): void;
  /** The newest decided canary of each route and seed. */
  decided(): Iterable<Canary>;
  /** The newest one of each route and seed that a mailbox showed. */
  arrived(): Iterable<Canary>;
  /** Newest first; only those seen in the last seven days. */
  exits(route: string, now: number): readonly SeenExit[];
}

interface SeenExit extends ExitIdentity {
  readonly firstAt: number;
  readonly lastAt: number;
}

export function createBoard(history: Iterable<Canary>): Board {
  const decided = new Map<string, Canary>();
  const arrived = new Map<string, Canary>();
  const exits = new Map<string, Map<string, SeenExit>>();

  function note(canary: Canary): void {
    const key = JSON.stringify([canary.route, canary.seed]);
    if (canary.phase === "ended" && newer(canary, decided.get(key))) decided.set(key, canary);
    if (canary.arrival === undefined) return;
    if (newer(canary, arrived.get(key))) arrived.set(key, canary);
    const { exit, seenAt } = canary.arrival;
    if (exit !== undefined) noteExit(canary.route, exit, seenAt);
  }

  function noteExit(route: string, exit: ExitIdentity, at: number): void {
    const seen = exits.get(route) ?? new Map<string, SeenExit>();
    exits.set(route, seen);
    const key = JSON.stringify([exit.ip, exit.helo, exit.reverseName]);
    const known = seen.get(key);
    seen.set(key, {
      ...exit,
      firstAt: Math.min(at, known?.firstAt ?? at),
      lastAt: Math.max(at, known?.lastAt ?? at),
    });
    if (seen.size <= MAX_EXITS) return;
    const [oldest] = [...seen].toSorted(([, a], [, b]) => a.lastAt - b.lastAt);
    if (oldest !== undefined) seen.delete(oldest[0]);
  }

  for (const canary of history) note(canary);
  return {
    note,
    decided: () => decided.values(),
    arrived: () => arrived.values(),
    exits: (route, now) =>
      [...(exits.get(route)?.values() ?? [])]
        .filter(({ lastAt }) => now - lastAt < EXIT_MEMORY_MS)
        .toSorted((a, b) => b.lastAt - a.lastAt),
  };
}

function newer(canary: Canary, than: Canary | undefined): boolean {
  return than === undefined || canary.plannedAt >= than.plannedAt;
}
