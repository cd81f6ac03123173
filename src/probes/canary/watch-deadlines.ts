import type { Canary } from "../../domain/canary.ts";
import { giveUpAge, searchAges } from "./deadlines.ts";
import { inFlight } from "./life.ts";
import { sweep } from "./sweep.ts";
import type { WatchParts } from "./watch-parts.ts";

/** Longest sleep between two looks at the clock. */
const MAX_SLEEP_MS = 60_000;

/** Declares a seed's canaries late, searches all folders for them, and decides those that are lost. */
export async function watchDeadlines(parts: WatchParts, signal: AbortSignal): Promise<void> {
  const { book, seed, deadlines } = parts;
  const ages = searchAges(deadlines);
  /** How many of the search ages each canary has passed. */
  const passed = new Map<string, number>();
  while (book.open(seed.name).length > 0 && !signal.aborted) {
    const waiting = book.open(seed.name).filter(inFlight);
    for (const canary of waiting) await declareLate(canary, parts);
    const due = waiting.filter(
      (canary) => book.ageMs(canary) >= (ages[passed.get(canary.id) ?? 0] ?? Infinity),
    );
    if (due.length > 0) {
      const agesBefore = new Map(due.map((canary) => [canary.id, book.ageMs(canary)]));
      const complete = await sweep(parts, signal);
      for (const canary of due) {
        const age = agesBefore.get(canary.id) ?? 0;
        passed.set(canary.id, ages.filter((limit) => limit <= age).length);
        await decide(canary, age, complete, parts);
      }
    } else {
      await pause(untilNextMs(waiting, passed, ages, parts), parts, signal);
    }
  }
}

/** Ends early when something about the seed's canaries changes: the next deadline may be nearer. */
async function pause(ms: number, { net, bell }: WatchParts, signal: AbortSignal): Promise<void> {
  const wake = bell.next();
  try {
    await net.clock.sleep(ms, AbortSignal.any([signal, wake]));
  } catch (error) {
    if (!wake.aborted) throw error;
  }
}

async function declareLate(canary: Canary, { book, deadlines, net }: WatchParts): Promise<void> {
  if (canary.late || book.ageMs(canary) < deadlines.lateMs) return;
  await book.apply(canary.id, { type: "overdue", at: net.clock.now() });
}

/** `age` is that before the search began: only a search begun after the deadline can tell. */
async function decide(
  canary: Canary,
  age: number,
  complete: boolean,
  parts: WatchParts,
): Promise<void> {
  const { book, deadlines, net } = parts;
  const at = net.clock.now();
  if (complete && age >= deadlines.lostMs) await book.apply(canary.id, { type: "not-found", at });
  else if (age >= giveUpAge(deadlines)) await book.apply(canary.id, { type: "unreadable", at });
}

function untilNextMs(
  waiting: readonly Canary[],
  passed: ReadonlyMap<string, number>,
  ages: readonly number[],
  { book, deadlines }: WatchParts,
): number {
  const waits = waiting.map((canary) => {
    const age = book.ageMs(canary);
    const search = (ages[passed.get(canary.id) ?? 0] ?? Infinity) - age;
    return canary.late ? search : Math.min(search, deadlines.lateMs - age);
  });
  return Math.max(10, Math.min(MAX_SLEEP_MS, ...waits));
}
