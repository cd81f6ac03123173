/** A counting semaphore that gives up waiting when the signal aborts. First come, first served. */
interface Limit {
  /** Rejects with the signal's reason when it aborts before a place is free. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

function createLimit(places: number): Limit {
  let free = places;
  const queue = new Set<() => void>();

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        queue.delete(turn);
        reject(signal.reason as Error);
      };
      const turn = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      queue.add(turn);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  function leave(): void {
    const [next] = queue;
    if (next === undefined) {
      free += 1;
    } else {
      queue.delete(next);
      next();
    }
  }

  return {
    async run(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** One limit for all and one for each host; work holds a place in both. */
export interface Limits {
  run<T>(host: string | undefined, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createLimits({
  concurrency,
  perHost,
}: {
  concurrency: number;
  perHost: number;
}): Limits {
  const overall = createLimit(concurrency);
  const hosts = new Map<string, Limit>();
  return {
    run(host, work, signal) {
      if (host === undefined) return overall.run(work, signal);
      const own = hosts.get(host) ?? createLimit(perHost);
      hosts.set(host, own);
      // The host's place first: waiting for a slow host must not hold up the others.
      return own.run(() => overall.run(work, signal), signal);
    },
  };
}
