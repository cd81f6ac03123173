import type { DetectorConfig } from "../attrition/config.ts";
import { type RouteReading, readRoute } from "../attrition/reading.ts";
import { restoreRoute } from "../attrition/restore.ts";
import { advanceRoute, newRoute, type RouteState, withoutProvider } from "../attrition/route.ts";
import type { Canary } from "../domain/canary.ts";
import type { Follower } from "../domain/store.ts";
import { readOncePerState } from "./reader.ts";

/** What the detector knows of each route, as the store keeps it. */
export interface Streams {
  /** Written with each canary that is decided. */
  readonly follower: Follower;
  /** Undefined: no canary of the route has been decided yet, or its state was damaged. */
  reading(route: string): RouteReading | undefined;
}

export interface StreamsParts {
  /** By route name. */
  readonly detectors: ReadonlyMap<string, DetectorConfig>;
  /** Providers that are watched, by route: others are left out of what is said. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>;
  /** The newest written state under a key. */
  readonly state: (key: string) => string | undefined;
}

export function createStreams({ detectors, providers, state }: StreamsParts): Streams {
  const routes = new Map([...detectors.keys()].map((route) => [keyOf(route), route]));
  const readings = readOncePerState(state, (text, key): RouteReading | undefined => {
    const route = routes.get(key) ?? "";
    const config = detectors.get(route);
    const restored = config && parse(text, config);
    return restored && readRoute(current(restored, providers.get(route)), config);
  });

  return {
    follower: {
      keyOf: ({ route }) => keyOf(route),
      next(text, decided) {
        const config = detectors.get(decided.route);
        // A route that left the config while its last canaries were under way keeps what it has.
        if (config === undefined) return text ?? "";
        const route = (text === undefined ? undefined : parse(text, config)) ?? newRoute(config);
        advanceRoute(route, endingOf(decided), config);
        return JSON.stringify(route);
      },
    },
    reading: (route) => readings(keyOf(route)),
  };
}

function keyOf(route: string): string {
  return `attrition ${route}`;
}

/** Undefined for a state that cannot be believed: the stream starts anew, and says so by its interval. */
function parse(text: string, config: DetectorConfig): RouteState | undefined {
  try {
    return restoreRoute(JSON.parse(text), config);
  } catch {
    return undefined;
  }
}

function current(route: RouteState, watched: ReadonlySet<string> | undefined): RouteState {
  return route.streams
    .filter(({ provider }) => watched?.has(provider) === false)
    .reduce((rest, { provider }) => withoutProvider(rest, provider), route);
}

function endingOf({ provider, outcome, endedAt, plannedAt }: Canary) {
  return { provider, outcome: outcome ?? "unknown", time: (endedAt ?? plannedAt) / 1000 };
}
