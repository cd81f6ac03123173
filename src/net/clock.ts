import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../domain/net.ts";

/** Node's timers overflow above this (2³¹ - 1 ms, 24.8 days) and would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clocks. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    for (let left = ms; left > 0; left -= MAX_TIMER_MS) {
      await delay(Math.min(left, MAX_TIMER_MS), undefined, { signal });
    }
  } catch (error) {
    // The timer rejects with an AbortError of its own; the port promises the signal's reason.
    signal.throwIfAborted();
    throw error;
  }
}
