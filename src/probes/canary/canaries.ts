import type { Canary } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import { DAY, HOUR, MINUTE } from "../../domain/duration.ts";
import type { Log } from "../../domain/log.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Net } from "../../domain/net.ts";
import type { Result } from "../../domain/result.ts";
import type { Route } from "../../domain/route.ts";
import type { Seed } from "../../domain/seed.ts";
import { type Follower, type Store, StoreError } from "../../domain/store.ts";
import { BUILT_IN_TEMPLATES } from "../../mail/templates.ts";
import { createBell } from "./bell.ts";
import type { Board } from "./board.ts";
import { openBook } from "./book.ts";
import { createBudget } from "./budget.ts";
import { canaryGauges } from "./gauges.ts";
import { precreate } from "./precreate.ts";
import { createReporter } from "./report.ts";
import { deleteOldCanaries } from "./retention.ts";
import { RETRY_PAUSES_MS, sendCanary } from "./send.ts";
import { type SeedWatch, watchSeed } from "./watch-seed.ts";

/** A lost canary is still looked for now and then, for two days. */
const AFTERGLOW_MS = 2 * DAY;

/** Ended canaries are kept this long; the counters for ever. */
const KEEP_MS = 90 * DAY;

export interface CanaryParts {
  readonly config: Config;
  readonly net: Net;
  readonly store: Store;
  readonly board: Board;
  readonly log: Log;
  /** A new verdict on a route and a seed. */
  readonly onResult: (result: Result) => void;
  /** A seed could not be read: look at it more closely. */
  readonly onTrouble: (seed: Seed) => void;
  /** Each step of each canary; `before` is undefined for a new one. */
  readonly onStep?: (after: Canary, before: Canary | undefined) => void;
  readonly retryPausesMs?: readonly number[];
  readonly followers?: readonly Follower[];
}

/** The canaries of all routes and seeds: sending, watching, and what is known of them. */
export interface Canaries {
  readonly pairs: readonly { readonly route: Route; readonly seed: Seed }[];
  /** Sends one, unless the budget is spent or the disk is full. */
  send(route: Route, seed: Seed, signal: AbortSignal): Promise<void>;
  /** Canaries that may still go to the seed on this UTC day. */
  budgetLeft(seed: string): number;
  gauges(): Iterable<Sample>;
  /** Writes followers' states, composed when every step before is on the disk. */
  rewrite(compose: () => ReadonlyMap<string, string>): Promise<void>;
  /** Housekeeping: late finds, retention, forgetting. Runs until the signal aborts. */
  tend(): Promise<void>;
  /** Resolves when all watchers have ended, after the signal has aborted. */
  ended(): Promise<void>;
}

export function startCanaries(parts: CanaryParts, signal: AbortSignal): Canaries {
  const { config, net, store, board, log } = parts;
  const { clock } = net;
  const pairs = config.seeds.flatMap((seed) =>
    config.routes
      .filter((route) => seed.routes.includes(route.name))
      .map((route) => ({ route, seed })),
  );
  precreate(store.totals, pairs);
  const templates = config.templates ?? BUILT_IN_TEMPLATES;
  const budget = createBudget(store, config.budget.perSeedPerDay, () => clock.now());
  const { deadlines } = config;
  const { followers = [] } = parts;
  const afterglowMs = AFTERGLOW_MS;
  const book = openBook({ store, clock, log, deadlines, signal, afterglowMs, followers });
  const report = createReporter({
    board,
    clock,
    deadlines,
    routes: config.routes,
    onResult: parts.onResult,
  });
  const watches = new Map<string, SeedWatch>();
  for (const seed of config.seeds) {
    const bell = createBell();
    const { onTrouble } = parts;
    watches.set(seed.name, watchSeed({ seed, net, book, bell, log, deadlines, onTrouble }, signal));
  }
  let turn = Math.floor(Math.random() * templates.length);

  book.onStep("budget", (after, before) => {
    if (before === undefined) budget.spend(after.seed);
  });
  book.onStep("board", (after) => board.note(after));
  book.onStep("watchers", ({ seed }) => watches.get(seed)?.stir());
  book.onStep("findings", report);
  if (parts.onStep !== undefined) book.onStep("outcomes", parts.onStep);

  return {
    pairs,
    async send(route, seed, sendSignal) {
      if (budget.left(seed.name) <= 0) {
        log.info({ route: route.name, seed: seed.name }, "Daily budget is spent; no canary sent");
        return;
      }
      turn += 1;
      const template = templates[turn % templates.length];
      if (template === undefined) return;
      const retryPausesMs = parts.retryPausesMs ?? RETRY_PAUSES_MS;
      try {
        await sendCanary({ route, seed, template }, { net, book, log, retryPausesMs }, sendSignal);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        log.error(
          { err: error, route: route.name, seed: seed.name },
          "Cannot write; no canary is sent until it can be accounted for",
        );
      }
    },
    budgetLeft: (seed) => budget.left(seed),
    gauges: () =>
      canaryGauges({
        pairs,
        board,
        canaries: book.all(),
        budgetLeft: (seed) => budget.left(seed),
        now: clock.now(),
      }),
    rewrite: (compose) => book.rewrite(compose),
    async tend() {
      await recover();
      for (const watch of watches.values()) watch.stir();
      const everyMs = Math.max(MINUTE, Math.min(6 * HOUR, deadlines.lostMs));
      while (!signal.aborted) {
        await clock.sleep(everyMs, signal);
        for (const watch of watches.values()) await watch.searchForLost();
        for (const seed of config.seeds) await deleteOldCanaries(seed, { net, store, log }, signal);
        forgetOld();
      }
    },
    async ended() {
      await Promise.all([...watches.values()].map((watch) => watch.ended()));
    },
  };

  /** What a crash left behind: an open attempt may have gone; what was never tried never left. */
  async function recover(): Promise<void> {
    for (const { id, phase } of book.all()) {
      const at = clock.now();
      if (phase === "attempting") await book.apply(id, { type: "went-dark", at });
      if (phase === "planned") await book.apply(id, { type: "gave-up", at });
    }
  }

  function forgetOld(): void {
    try {
      store.forget(clock.now() - KEEP_MS);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn({ err: error }, "Old canaries could not be forgotten");
    }
  }
}
