import type { DetectorConfig } from "../attrition/config.ts";
import type { Log } from "../domain/log.ts";
import type { Store } from "../domain/store.ts";
import { acceptancesKey, parseAcceptances } from "./acceptance.ts";
import { replayRoute } from "./replay.ts";
import { parseRoute, routeKey } from "./route-state.ts";
import type { Watch } from "./watch.ts";

/**
 * Learns states that are missing or damaged again from the canaries that are remembered. To be
 * called before any canary is decided. Throws StoreError.
 */
export function rebuildStates(
  { detectors, drift }: Pick<Watch, "detectors" | "drift">,
  store: Pick<Store, "state" | "endedSince" | "commit">,
  log: Log,
): void {
  for (const [route, config] of detectors) {
    const lost = drift.lost(route, (key) => store.state(key));
    const states = new Map([
      ...rebuiltRoute(route, config, store),
      ...(lost.size > 0 ? drift.replay(store.endedSince(route, 0), lost) : []),
    ]);
    if (states.size === 0) continue;
    store.commit({ states });
    log.warn({ route, states: [...states.keys()] }, "Learnt again what was missing or damaged");
  }
}

function* rebuiltRoute(
  route: string,
  config: DetectorConfig,
  store: Pick<Store, "state" | "endedSince">,
): Generator<[key: string, state: string]> {
  const key = routeKey(route);
  if (parseRoute(store.state(key), config) !== undefined) return;
  const acceptances = parseAcceptances(store.state(acceptancesKey(route)));
  const state = replayRoute(store.endedSince(route, 0), acceptances, config);
  if (state !== undefined) yield [key, JSON.stringify(state)];
}
