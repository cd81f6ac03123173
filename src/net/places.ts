/** A number of places for work at once; first come, first served. */
export interface Places {
  /** Resolves when a place is free, and rejects with the signal's reason when it aborts before. */
  enter(signal: AbortSignal): Promise<Disposable>;
}

export function createPlaces(count: number): Places {
  let free = count;
  const queue = new Set<() => void>();

  function leave(): void {
    const [next] = queue;
    if (next === undefined) free += 1;
    else next();
  }

  function wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        queue.delete(turn);
        reject(signal.reason as Error);
      };
      const turn = () => {
        queue.delete(turn);
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      queue.add(turn);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(signal);
      return { [Symbol.dispose]: leave };
    },
  };
}
