import type { DetectorConfig } from "../attrition/config.ts";
import { type RouteReading, readRoute } from "../attrition/reading.ts";
import { advanceRoute, newRoute, type RouteState, withoutProvider } from "../attrition/route.ts";
import type { Follower } from "../domain/store.ts";
import { readOncePerState } from "./reader.ts";
import { endingOf, parseRoute, routeKey } from "./route-state.ts";

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
  const routes = new Map([...detectors.keys()].map((route) => [routeKey(route), route]));
  const readings = readOncePerState(state, (text, key): RouteReading | undefined => {
    const route = routes.get(key) ?? "";
    const config = detectors.get(route);
    const restored = config && parseRoute(text, config);
    return restored && readRoute(current(restored, providers.get(route)), config);
  });

  return {
    follower: {
      keyOf: ({ route }) => routeKey(route),
      next(text, decided) {
        const config = detectors.get(decided.route);
        // A route that left the config while its last canaries were under way keeps what it has.
        if (config === undefined) return text ?? "";
        const route = parseRoute(text, config) ?? newRoute(config);
        advanceRoute(route, endingOf(decided), config);
        return JSON.stringify(route);
      },
    },
    reading: (route) => readings(routeKey(route)),
  };
}

function current(route: RouteState, watched: ReadonlySet<string> | undefined): RouteState {
  return route.streams
    .filter(({ provider }) => watched?.has(provider) === false)
    .reduce((rest, { provider }) => withoutProvider(rest, provider), route);
}
