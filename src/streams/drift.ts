import {
  type LatencyConfig,
  type LatencyReading,
  type LatencyState,
  newLatency,
  readLatency,
  stepLatency,
} from "../attrition/latency.ts";
import type { Canary } from "../domain/canary.ts";
import type { Follower } from "../domain/store.ts";
import { readOncePerState } from "./reader.ts";

/** Whether the mail of a route takes longer to a provider than it used to. */
export interface Drift {
  readonly follower: Follower;
  reading(route: string, provider: string): LatencyReading | undefined;
}

export interface DriftParts {
  /** By route name. */
  readonly configs: ReadonlyMap<string, LatencyConfig>;
  readonly state: (key: string) => string | undefined;
}

/** Only what our server accepted and a mailbox showed has a latency. */
export function createDrift({ configs, state }: DriftParts): Drift {
  const readings = readOncePerState(state, (text) => readLatency(parse(text)));
  return {
    follower: {
      keyOf: (decided) =>
        latencySeconds(decided) === undefined ? undefined : keyOf(decided.route, decided.provider),
      next(text, decided) {
        const config = configs.get(decided.route);
        const latency = latencySeconds(decided);
        if (config === undefined || latency === undefined) return text ?? "";
        const time = (decided.endedAt ?? decided.plannedAt) / 1000;
        return JSON.stringify(stepLatency(parse(text), { latency, time }, config));
      },
    },
    reading: (route, provider) => readings(keyOf(route, provider)),
  };
}

function keyOf(route: string, provider: string): string {
  return `latency ${route} ${provider}`;
}

function latencySeconds({ submittedAt, arrival, reply }: Canary): number | undefined {
  if (submittedAt === undefined || arrival === undefined || reply === undefined) return undefined;
  return Math.max(0, Math.min(arrival.seenAt, arrival.storedAt) - submittedAt) / 1000;
}

/** Our own writing; a damaged one starts the learning anew. */
function parse(text: string | undefined): LatencyState {
  if (text === undefined) return newLatency();
  try {
    const state = JSON.parse(text) as LatencyState;
    return Array.isArray(state.recent) && Array.isArray(state.cells) ? state : newLatency();
  } catch {
    return newLatency();
  }
}
