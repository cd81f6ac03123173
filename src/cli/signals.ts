import { constants } from "node:os";

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;
const RELOAD_SIGNAL = "SIGHUP";

type StopSignal = (typeof STOP_SIGNALS)[number] | typeof RELOAD_SIGNAL;

/** Resolves at the first SIGTERM, SIGINT or SIGHUP (the terminal was closed); a second one then ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return firstOf([...STOP_SIGNALS, RELOAD_SIGNAL]);
}

/** What the operator wants of a running daemon. */
export interface Orders {
  /** The next order; while nobody waits, any number of SIGHUPs are one. */
  next(): Promise<"reload" | NodeJS.Signals>;
}

/**
 * SIGHUP asks a daemon to read its config again, and tells a program in a terminal that the terminal
 * was closed. SIGTERM and SIGINT end both; a second one ends the process at once.
 */
export function takeOrders(isInTerminal: boolean): Orders {
  if (isInTerminal) {
    const stopped = untilStopped();
    return { next: () => stopped };
  }
  const stopped = firstOf(STOP_SIGNALS);
  let reload = Promise.withResolvers<"reload">();
  process.on(RELOAD_SIGNAL, () => reload.resolve("reload"));
  return {
    async next() {
      const order = await Promise.race([stopped, reload.promise]);
      if (order === "reload") reload = Promise.withResolvers();
      return order;
    },
  };
}

function firstOf(signals: readonly StopSignal[]): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const first = (signal: NodeJS.Signals): void => {
      for (const name of signals) {
        process.off(name, first);
        // 128 + the signal's number, as a shell would say it.
        process.once(name, () => process.exit(128 + constants.signals[name]));
      }
      resolve(signal);
    };
    for (const name of signals) process.on(name, first);
  });
}
