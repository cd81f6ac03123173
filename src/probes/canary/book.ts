import type { Canary } from "../../domain/canary.ts";
import type { Deadlines } from "../../domain/config.ts";
import type { Log } from "../../domain/log.ts";
import type { Clock } from "../../domain/net.ts";
import type { Follower, Store } from "../../domain/store.ts";
import { createJournal, type Entry, type Pending, type States } from "./journal.ts";
import { type CanaryEvent, mayArrive, step } from "./life.ts";
import { tally } from "./tally.ts";

/**
 * The canaries that are under way, in memory and on disk alike. Every event goes through `apply`,
 * in order, and is on the disk with its counters before anybody sees the new state.
 */
export interface Book {
  /** Writes a new canary. Rejects with StoreError when the disk will not have it: then do not send. */
  plan(canary: Canary): Promise<void>;
  /**
   * Applies an event; resolves when it is written. While the disk is full it waits and tries again,
   * since what has happened in the world cannot be refused.
   */
  apply(id: string, event: CanaryEvent): Promise<void>;
  /**
   * Writes followers' states that no canary moved. `compose` is called when every step before is on
   * the disk. Rejects with what it throws, or with StoreError.
   */
  rewrite(compose: () => States): Promise<void>;
  /** Those of the seed that have not ended. */
  open(seed: string): readonly Canary[];
  /** Those of the seed that a mailbox may still show, lost ones of the last days included. */
  awaited(seed: string): readonly Canary[];
  /** Milliseconds since it was submitted, by the monotonic clock: a jump of the wall clock moves no deadline. */
  ageMs(canary: Canary): number;
  all(): readonly Canary[];
  /**
   * Called after each step that changed something. One that throws is named in the log, and the
   * others are called all the same.
   */
  onStep(name: string, listener: StepListener): void;
}

type StepListener = (after: Canary, before: Canary | undefined) => void;

export interface BookParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlines: Deadlines;
  readonly signal: AbortSignal;
  /** How long after the end a lost canary is still looked for. */
  readonly afterglowMs: number;
  readonly followers?: readonly Follower[];
}

interface Page {
  readonly canary: Canary;
  /** Monotonic time of submission. */
  readonly submittedMono: number;
}

export function openBook(parts: BookParts): Book {
  const { store, clock, deadlines, afterglowMs } = parts;
  const pages = new Map<string, Page>();
  const bySeed = new Map<string, Set<string>>();
  const listeners = new Map<string, StepListener>();
  const journal = createJournal(parts);

  const begin = clock.now() - afterglowMs;
  for (const canary of [...store.openCanaries(), ...store.lostCanaries(begin)]) turn(canary);

  /** Writes the canary's present state into memory, or closes its page. */
  function turn(canary: Canary): void {
    const known = pages.get(canary.id);
    const ids = bySeed.get(canary.seed) ?? new Set();
    bySeed.set(canary.seed, ids);
    if (!stillOfInterest(canary)) {
      pages.delete(canary.id);
      ids.delete(canary.id);
      return;
    }
    pages.set(canary.id, { canary, submittedMono: submission(canary, known) });
    ids.add(canary.id);
  }

  function submission(canary: Canary, known: Page | undefined): number {
    const goesOn = known !== undefined && known.canary.submittedAt !== undefined;
    if (goesOn) return known.submittedMono;
    if (known !== undefined) return clock.monotonic();
    // After a restart the wall clock is all there is; one that was set back makes nobody younger than new.
    const ageMs = clock.now() - (canary.submittedAt ?? canary.plannedAt);
    return clock.monotonic() - Math.max(0, ageMs);
  }

  function stillOfInterest(canary: Canary): boolean {
    if (canary.phase !== "ended") return true;
    return mayArrive(canary) && clock.now() - (canary.endedAt ?? 0) < afterglowMs;
  }

  /** The followers' states, moved by a canary that was just decided. */
  function followed(before: Canary, after: Canary, pending: Pending): Entry["states"] {
    if (before.phase === "ended" || after.phase !== "ended") return [];
    return (parts.followers ?? []).flatMap((follower) => {
      const key = follower.keyOf(after);
      if (key === undefined) return [];
      const state = pending.state(key) ?? store.state(key);
      return [[key, follower.next(state, after)] as const];
    });
  }

  function written({ after, before }: Entry): void {
    turn(after);
    for (const [name, listener] of listeners) {
      try {
        listener(after, before);
      } catch (error) {
        const { id, phase } = after;
        parts.log.error(
          { err: error, canary: id, phase, unaware: name },
          "A step of a canary is written, but a part of the daemon did not take it in",
        );
      }
    }
  }

  function ofSeed(seed: string): Canary[] {
    return [...(bySeed.get(seed) ?? [])].flatMap((id) => pages.get(id)?.canary ?? []);
  }

  return {
    plan: (canary) =>
      journal.write(
        "once",
        () => ({ before: undefined, after: canary, increments: [], states: [] }),
        written,
      ),
    apply: (id, event) =>
      journal.write(
        "until-written",
        (pending) => {
          const before = pending.canary(id) ?? pages.get(id)?.canary;
          if (before === undefined) return undefined;
          const after = step(before, event);
          if (after === before) return undefined;
          const increments = tally(before, event, after, deadlines.lateMs);
          return { before, after, increments, states: followed(before, after, pending) };
        },
        written,
      ),
    rewrite: (compose) => journal.rewrite(compose),
    open: (seed) => ofSeed(seed).filter(({ phase }) => phase !== "ended"),
    awaited(seed) {
      for (const canary of ofSeed(seed)) if (!stillOfInterest(canary)) turn(canary);
      return ofSeed(seed).filter(mayArrive);
    },
    ageMs: ({ id }) => clock.monotonic() - (pages.get(id)?.submittedMono ?? clock.monotonic()),
    all: () => [...pages.values()].map(({ canary }) => canary),
    onStep: (name, listener) => void listeners.set(name, listener),
  };
}
