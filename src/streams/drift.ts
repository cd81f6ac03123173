import {
  type LatencyConfig,
  type LatencyReading,
  type LatencyState,
  newLatency,
  readLatency,
  stepLatency,
} from "../attrition/latency.ts";
import { restoreLatency } from "../attrition/restore.ts";
import type { Canary } from "../domain/canary.ts";
import type { Follower } from "../domain/store.ts";
import { readOncePerState } from "./reader.ts";

/** Whether the mail of a route takes longer to a provider than it used to. */
export interface Drift {
  readonly follower: Follower;
  reading(route: string, provider: string): LatencyReading | undefined;
  /** Keys of states that are missing or damaged. */
  lost(route: string, state: (key: string) => string | undefined): ReadonlySet<string>;
  /** The states under these keys that a route's history leads to. */
  replay(history: Iterable<Canary>, keys: ReadonlySet<string>): ReadonlyMap<string, string>;
}

export interface DriftParts {
  /** By route name. */
  readonly configs: ReadonlyMap<string, LatencyConfig>;
  /** Providers that are watched, by route. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly state: (key: string) => string | undefined;
}

/** Only what our server accepted and a mailbox showed has a latency. */
export function createDrift({ configs, providers, state }: DriftParts): Drift {
  const readings = readOncePerState(state, (text) => readLatency(parse(text) ?? newLatency()));

  function next(before: LatencyState | undefined, decided: Canary): LatencyState | undefined {
    const config = configs.get(decided.route);
    const latency = latencySeconds(decided);
    if (config === undefined || latency === undefined) return before;
    const time = (decided.endedAt ?? decided.plannedAt) / 1000;
    return stepLatency(before ?? newLatency(), { latency, time }, config);
  }

  return {
    follower: {
      keyOf: (decided) =>
        latencySeconds(decided) === undefined ? undefined : keyOf(decided.route, decided.provider),
      next(text, decided) {
        const after = next(parse(text), decided);
        return after === undefined ? (text ?? "") : JSON.stringify(after);
      },
    },
    reading: (route, provider) => readings(keyOf(route, provider)),
    lost(route, stateNow) {
      const keys = [...(providers.get(route) ?? [])].map((provider) => keyOf(route, provider));
      return new Set(keys.filter((key) => parse(stateNow(key)) === undefined));
    },
    replay(history, keys) {
      const states = new Map<string, LatencyState>();
      for (const canary of history) {
        const key = keyOf(canary.route, canary.provider);
        if (!keys.has(key)) continue;
        const after = next(states.get(key), canary);
        if (after !== undefined) states.set(key, after);
      }
      return new Map([...states].map(([key, after]) => [key, JSON.stringify(after)]));
    },
  };
}

function keyOf(route: string, provider: string): string {
  return `latency ${route} ${provider}`;
}

function latencySeconds({ submittedAt, arrival, reply, outcome }: Canary): number | undefined {
  if (submittedAt === undefined || arrival === undefined || reply === undefined) return undefined;
  // What turned up after it was given up on was not there when it was decided.
  if (outcome === "missing" || outcome === "unknown") return undefined;
  return Math.max(0, Math.min(arrival.seenAt, arrival.storedAt) - submittedAt) / 1000;
}

/** Undefined for a state that is not there or cannot be believed: the learning starts anew. */
function parse(text: string | undefined): LatencyState | undefined {
  if (text === undefined) return undefined;
  try {
    return restoreLatency(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
