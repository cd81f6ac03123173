/** Wakes those who wait on it, each ring once: something about the seed has changed. */
export interface Bell {
  ring(): void;
  /** Aborts at the next ring. */
  next(): AbortSignal;
}

export function createBell(): Bell {
  let waiting: AbortController | undefined;
  return {
    ring() {
      const woken = waiting;
      waiting = undefined;
      woken?.abort();
    },
    next() {
      waiting ??= new AbortController();
      return waiting.signal;
    },
  };
}
