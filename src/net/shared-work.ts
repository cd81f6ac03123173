/** One piece of work that several callers wait for. */
export interface Shared<T> {
  /** Waits for the outcome, or rejects with the signal's reason when it aborts first. */
  join(signal: AbortSignal): Promise<T>;
}

/**
 * Starts work for many: a caller that aborts leaves the others waiting, and only when the last one
 * has left is the work itself aborted. `over` is called once, when nobody may join any more.
 */
export function shareUntilAbandoned<T>(
  work: (signal: AbortSignal) => Promise<T>,
  over: () => void,
): Shared<T> {
  const abandoned = new AbortController();
  const waiting = new Set<symbol>();
  let isOver = false;
  const end = () => {
    if (!isOver) over();
    isOver = true;
  };
  const outcome = work(abandoned.signal).finally(end);

  function leave(me: symbol): void {
    waiting.delete(me);
    if (waiting.size > 0 || isOver) return;
    end();
    abandoned.abort();
  }

  return {
    join(signal) {
      const me = Symbol("caller");
      waiting.add(me);
      return new Promise<T>((resolve, reject) => {
        const onAbort = () => {
          leave(me);
          reject(signal.reason as Error);
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort, { once: true });
        void outcome.then(resolve, reject).finally(() => {
          signal.removeEventListener("abort", onAbort);
        });
      });
    },
  };
}
