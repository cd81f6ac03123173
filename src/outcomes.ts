import type { AcceptAnswer, AcceptRequest } from "./domain/accept-request.ts";
import type { Canary } from "./domain/canary.ts";
import type { Config } from "./domain/config.ts";
import type { Log } from "./domain/log.ts";
import type { Net } from "./domain/net.ts";
import type { Result } from "./domain/result.ts";
import type { Seed } from "./domain/seed.ts";
import type { Store } from "./domain/store.ts";
import type { Board } from "./probes/canary/board.ts";
import { type Canaries, startCanaries } from "./probes/canary/canaries.ts";
import { meanIntervalMs } from "./scheduler/interval.ts";
import { createAcceptor } from "./streams/accept.ts";
import { type Bursts, createBursts } from "./streams/burst.ts";
import { rebuildStates } from "./streams/rebuild.ts";
import { createAttritionReporter } from "./streams/report.ts";
import { type Watch, watchOutcomes } from "./streams/watch.ts";

/** The canaries, and the detector that follows how they end. */
export interface Outcomes {
  readonly canaries: Canaries;
  readonly watch: Watch;
  /** Takes the operator's word that what is seen now is normal. */
  readonly accept: (request: AcceptRequest) => Promise<AcceptAnswer>;
}

export interface OutcomeParts {
  readonly config: Config;
  readonly net: Net;
  readonly store: Store;
  readonly board: Board;
  readonly log: Log;
  readonly record: (result: Result) => void;
  readonly onTrouble: (seed: Seed) => void;
  readonly onStep?: (after: Canary, before: Canary | undefined) => void;
  readonly retryPausesMs?: readonly number[];
}

/** Wires canaries and detector: each follows the other, canaries by what the detector suspects. */
export function followOutcomes(parts: OutcomeParts, signal: AbortSignal): Outcomes {
  const { config, net, store, log, record } = parts;
  const { clock } = net;
  const state = (key: string): string | undefined => store.state(key);
  const watch = watchOutcomes({ config, intervalMs: meanIntervalMs, state });
  rebuildStates(watch, store, log);
  const attrition = createAttritionReporter(watch, clock, record);
  const canaries: Canaries = startCanaries(
    {
      ...parts,
      followers: watch.followers,
      onResult: record,
      onStep(after, before) {
        attrition.onStep(after, before);
        if (config.attrition.burst) bursts.consider(after, before);
        parts.onStep?.(after, before);
      },
    },
    signal,
  );
  const bursts: Bursts = createBursts(
    {
      config,
      watch,
      clock,
      log,
      intervalMs: meanIntervalMs,
      budgetLeft: (seed) => canaries.budgetLeft(seed),
      send: (route, seed, abort) => canaries.send(route, seed, abort),
    },
    signal,
  );
  const accept = createAcceptor({
    watch,
    log,
    state,
    endedSince: (route, since) => store.endedSince(route, since),
    rewrite: (compose) => canaries.rewrite(compose),
    report: (route) => attrition.report(route),
  });
  return { canaries, watch, accept };
}
