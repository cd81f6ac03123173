import type { DetectorConfig } from "../attrition/config.ts";
import {
  advanceRoute,
  newRoute,
  type ProviderEnding,
  type RouteState,
} from "../attrition/route.ts";
import type { Canary } from "../domain/canary.ts";
import { type Acceptance, heed } from "./acceptance.ts";
import { endingOf } from "./route-state.ts";

/**
 * The state that a route's history leads to, byte for byte what was written as it happened;
 * undefined for an empty history.
 */
export function replayRoute(
  history: Iterable<Canary>,
  acceptances: readonly Acceptance[],
  config: DetectorConfig,
): RouteState | undefined {
  let state: RouteState | undefined;
  const byCanary = Map.groupBy(acceptances, ({ after }) => after);
  const endings: ProviderEnding[] = [];
  for (const canary of history) {
    const ending = endingOf(canary);
    state ??= newRoute(config);
    advanceRoute(state, ending, config);
    if (acceptances.length > 0) endings.push(ending);
    for (const acceptance of byCanary.get(canary.id) ?? []) {
      state = heed(state, acceptance, endings, config);
    }
  }
  return state;
}
