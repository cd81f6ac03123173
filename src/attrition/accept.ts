import type { Outcome } from "../domain/canary.ts";
import { clear } from "./bank.ts";
import { newBaseline } from "./baseline.ts";
import type { DetectorConfig } from "./config.ts";
import { ALL_PROVIDERS, copyRoute, type RouteState } from "./route.ts";
import { copyStream, dropBlocks, type StreamState } from "./stream.ts";

/**
 * The operator says that what is seen now is normal: no alarm, no evidence, and a baseline learnt
 * afresh from the outcomes since the fall began. The objective stays: a rate below it alarms again.
 */
export function acceptBaseline(
  state: StreamState,
  outcomesSince: readonly Outcome[],
  config: DetectorConfig,
): StreamState {
  const next = copyStream(state);
  next.alarm = null;
  for (const channel of config.channels) {
    clear(next.banks[channel.name]);
    const baseline = newBaseline(channel);
    for (const outcome of outcomesSince) {
      if (outcome === "unknown") continue;
      baseline.bad += channel.scores[outcome];
      baseline.good += 1 - channel.scores[outcome];
    }
    next.baselines[channel.name] = baseline;
  }
  dropBlocks(next);
  return next;
}

/**
 * The same for one provider of a route, or for all of it (`_all`). The outcomes since the fall
 * are given by provider; a provider without any starts from the prior.
 */
export function acceptRouteBaseline(
  route: RouteState,
  scope: string,
  outcomesSince: ReadonlyMap<string, readonly Outcome[]>,
  config: DetectorConfig,
): RouteState {
  const next = copyRoute(route);
  for (const stream of next.streams) {
    if (scope !== ALL_PROVIDERS && scope !== stream.provider) continue;
    const outcomes = outcomesSince.get(stream.provider) ?? [];
    stream.state = acceptBaseline(stream.state, outcomes, config);
  }
  clear(next.pool.any);
  clear(next.pool.spam);
  if (scope === ALL_PROVIDERS) next.alarm = null;
  return next;
}
