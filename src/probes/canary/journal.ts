import { setImmediate } from "node:timers/promises";
import type { Canary } from "../../domain/canary.ts";
import { SECOND } from "../../domain/duration.ts";
import type { Log } from "../../domain/log.ts";
import type { Increment } from "../../domain/metric.ts";
import type { Clock } from "../../domain/net.ts";
import { type Store, StoreError } from "../../domain/store.ts";

const RETRY_MS = { first: SECOND, last: 30 * SECOND } as const;

/** Steps written in one transaction, at most. */
const MAX_BATCH = 256;

/** A canary's step with the counters and the states that it moves. */
export interface Entry {
  readonly before: Canary | undefined;
  readonly after: Canary;
  readonly increments: readonly Increment[];
  /** By key. */
  readonly states: readonly (readonly [key: string, value: string])[];
}

/** What the very transaction that is being put together already changes. */
export interface Pending {
  canary(id: string): Canary | undefined;
  state(key: string): string | undefined;
}

/** Puts steps on the disk, in order; those that come together share a transaction and its fsync. */
export interface Journal {
  /**
   * `compose` is called when the turn has come; undefined writes nothing. `written` is called once the entry is on the disk.
   * `once`: rejects with StoreError when the disk will not have it. `until-written`: tries again.
   * Rejects with what `compose` throws.
   */
  write(
    patience: "once" | "until-written",
    compose: (pending: Pending) => Entry | undefined,
    written: (entry: Entry) => void,
  ): Promise<void>;
  /**
   * Writes states that no canary moved. `compose` is called when all steps before are on the disk;
   * no states write nothing. Rejects with what `compose` throws, or with StoreError.
   */
  rewrite(compose: () => States): Promise<void>;
}

/** By key. */
export type States = ReadonlyMap<string, string>;

interface Rewrite {
  readonly kind: "rewrite";
  readonly compose: () => States;
  readonly done: PromiseWithResolvers<void>;
}

interface Request {
  readonly kind: "step";
  readonly patience: "once" | "until-written";
  readonly compose: (pending: Pending) => Entry | undefined;
  readonly written: (entry: Entry) => void;
  readonly done: PromiseWithResolvers<void>;
}

export function createJournal(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Journal {
  let queue: (Request | Rewrite)[] = [];
  let draining = false;

  async function drain(): Promise<void> {
    draining = true;
    let pauseMs: number = RETRY_MS.first;
    while (queue.length > 0) {
      // Whatever else this turn of the event loop brings joins the transaction.
      await setImmediate();
      const [first] = queue;
      if (first?.kind === "rewrite") {
        queue = queue.slice(1);
        rewrite(first);
        continue;
      }
      const batch = firstSteps(queue);
      const failure = commit(batch);
      queue = queue.slice(batch.length);
      if (failure === undefined) {
        pauseMs = RETRY_MS.first;
        continue;
      }
      queue = [...refuse(batch, failure), ...queue];
      if (queue.length === 0) break;
      parts.log.error(
        { err: failure, waiting: queue.length },
        "Cannot write; trying again until it works",
      );
      await parts.clock.sleep(pauseMs, parts.signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, RETRY_MS.last);
    }
    draining = false;
  }

  function rewrite({ compose, done }: Rewrite): void {
    try {
      const states = compose();
      if (states.size > 0) parts.store.commit({ states });
      done.resolve();
    } catch (error) {
      done.reject(error);
    }
  }

  function commit(batch: readonly Request[]): StoreError | undefined {
    const canaries = new Map<string, Canary>();
    const states = new Map<string, string>();
    const pending: Pending = { canary: (id) => canaries.get(id), state: (key) => states.get(key) };
    const composed = batch.flatMap((request) => {
      let entry: Entry | undefined;
      try {
        entry = request.compose(pending);
      } catch (error) {
        // A bug in one step is that step's alone: those beside it are written.
        request.done.reject(error);
        return [];
      }
      if (entry !== undefined) {
        // The store keeps the order in which canaries were decided.
        if (entry.before?.phase !== "ended") canaries.delete(entry.after.id);
        canaries.set(entry.after.id, entry.after);
      }
      for (const [key, value] of entry?.states ?? []) states.set(key, value);
      return { request, entry };
    });
    try {
      const increments = composed.flatMap(({ entry }) => entry?.increments ?? []);
      if (canaries.size > 0) {
        parts.store.commit({ canaries: [...canaries.values()], increments, states });
      }
    } catch (error) {
      if (error instanceof StoreError) return error;
      for (const { request } of composed) request.done.reject(error);
      return undefined;
    }
    for (const { request, entry } of composed) {
      if (entry !== undefined) tell(request, entry);
      request.done.resolve();
    }
    return undefined;
  }

  /** What is on the disk is done: a bug in those who are told of it neither undoes nor stops anything. */
  function tell({ written }: Request, entry: Entry): void {
    try {
      written(entry);
    } catch (error) {
      const { id, phase } = entry.after;
      parts.log.error({ err: error, canary: id, phase }, "A step is written, but not in memory");
    }
  }

  /** Those that are not tried again are told; at shutdown that is everybody. */
  function refuse(batch: readonly Request[], failure: StoreError): Request[] {
    const patient = (request: Request): boolean =>
      request.patience === "until-written" && !parts.signal.aborted;
    for (const request of batch) if (!patient(request)) request.done.reject(failure);
    return batch.filter(patient);
  }

  function enqueue(request: Request | Rewrite): Promise<void> {
    queue.push(request);
    if (!draining) void drain();
    return request.done.promise;
  }

  return {
    write(patience, compose, written) {
      const done = Promise.withResolvers<void>();
      return enqueue({ kind: "step", patience, compose, written, done });
    },
    rewrite(compose) {
      const done = Promise.withResolvers<void>();
      return enqueue({ kind: "rewrite", compose, done });
    },
  };
}

/** Up to the next rewrite. */
function firstSteps(queue: readonly (Request | Rewrite)[]): Request[] {
  const steps: Request[] = [];
  for (const request of queue) {
    if (request.kind === "rewrite" || steps.length === MAX_BATCH) break;
    steps.push(request);
  }
  return steps;
}
