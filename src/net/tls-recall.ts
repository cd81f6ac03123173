import type { Clock } from "../domain/net.ts";
import { shareUntilAbandoned, type Shared } from "./shared-work.ts";

const MAX_ANSWERS = 500;

/** Answers kept for a while, so that those who ask the same do not each knock at the server. */
export interface Recall<T> {
  get(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createRecall<T>(clock: Clock, keepMs: (answer: T) => number): Recall<T> {
  const kept = new Map<string, { readonly answer: T; readonly untilMs: number }>();
  const underway = new Map<string, Shared<T>>();

  async function remember(key: string, work: Promise<T>): Promise<T> {
    const answer = await work;
    const [oldest] = kept.keys();
    if (kept.size >= MAX_ANSWERS && oldest !== undefined) kept.delete(oldest);
    kept.delete(key);
    kept.set(key, { answer, untilMs: clock.monotonic() + keepMs(answer) });
    return answer;
  }

  return {
    async get(key, work, signal) {
      const known = kept.get(key);
      if (known !== undefined && clock.monotonic() < known.untilMs) return known.answer;
      const shared =
        underway.get(key) ??
        shareUntilAbandoned(
          (inner) => remember(key, work(inner)),
          () => underway.delete(key),
        );
      underway.set(key, shared);
      return shared.join(signal);
    },
  };
}
