import type { Clock } from "../../src/domain/net.ts";

/** A clock that moves only when it is cranked; sleepers wake in the order of their deadlines. */
export interface CrankedClock extends Clock {
  /** Moves both clocks forward and lets everybody who is due run. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as a bad time server would. */
  jump(ms: number): void;
}

export function crankedClock(startAt = Date.UTC(2026, 10, 22, 12)): CrankedClock {
  let elapsedMs = 0;
  let offsetMs = startAt;
  const sleepers = new Set<{ dueMs: number; wake: () => void }>();
  return {
    now: () => offsetMs + elapsedMs,
    monotonic: () => elapsedMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const sleeper = { dueMs: elapsedMs + ms, wake: () => resolve() };
        sleepers.add(sleeper);
        signal.addEventListener("abort", () => {
          if (sleepers.delete(sleeper)) reject(signal.reason as Error);
        });
      });
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].toSorted((a, b) => a.dueMs - b.dueMs);
        if (next === undefined || next.dueMs > untilMs) break;
        elapsedMs = Math.max(elapsedMs, next.dueMs);
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      elapsedMs = untilMs;
      await settle();
    },
    jump(ms) {
      offsetMs += ms;
    },
  };
}

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
