import { sweep } from "./sweep.ts";
import { watchDeadlines } from "./watch-deadlines.ts";
import { watchFolder } from "./watch-folder.ts";
import type { WatchParts } from "./watch-parts.ts";

/** Keeps an eye on one seed for as long as canaries are under way to it. */
export interface SeedWatch {
  /** Something about the seed's canaries changed: wakes the watchers, starts those that rest. */
  stir(): void;
  /** One search for canaries that were given up on; answers when it is over. */
  searchForLost(): Promise<void>;
  /** Resolves when every watcher has ended; after the signal has aborted. */
  ended(): Promise<void>;
}

export function watchSeed(parts: WatchParts, signal: AbortSignal): SeedWatch {
  const running = new Map<string, Promise<void>>();
  const watchers = {
    inbox: () => watchFolder("inbox", parts, signal),
    spam: () => watchFolder("spam", parts, signal),
    deadlines: () => watchDeadlines(parts, signal),
  };

  function needed(): boolean {
    const open = parts.book.open(parts.seed.name);
    return !signal.aborted && open.some(({ phase }) => phase !== "planned");
  }

  function start(name: string, watcher: () => Promise<void>): void {
    if (running.has(name)) return;
    const run = watcher()
      .catch((error: unknown) => recover(name, error))
      .finally(() => {
        running.delete(name);
        // A canary may have been handed over in the moment between the last look and now.
        if (needed()) start(name, watcher);
      });
    running.set(name, run);
  }

  async function recover(name: string, error: unknown): Promise<void> {
    if (signal.aborted) return;
    parts.log.error({ seed: parts.seed.name, watcher: name, err: error }, "Watcher crashed");
    await parts.net.clock.sleep(CRASH_PAUSE_MS, signal).catch(() => undefined);
  }

  return {
    stir() {
      parts.bell.ring();
      if (needed()) for (const [name, watcher] of Object.entries(watchers)) start(name, watcher);
    },
    async searchForLost() {
      if (parts.book.awaited(parts.seed.name).every(({ phase }) => phase !== "ended")) return;
      await sweep(parts, signal);
    },
    async ended() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}

/** A bug must not turn into a storm of log-ins. */
const CRASH_PAUSE_MS = 60_000;
