import { constants } from "node:os";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Resolves at the first SIGTERM, SIGINT or SIGHUP (the terminal was closed); a second one then ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const first = (signal: NodeJS.Signals): void => {
      for (const name of SIGNALS) {
        process.off(name, first);
        // 128 + the signal's number, as a shell would say it.
        process.once(name, () => process.exit(128 + constants.signals[name]));
      }
      resolve(signal);
    };
    for (const name of SIGNALS) process.on(name, first);
  });
}
