import type { DetectorConfig } from "../attrition/config.ts";
import { restoreRoute } from "../attrition/restore.ts";
import type { ProviderEnding, RouteState } from "../attrition/route.ts";
import type { Canary } from "../domain/canary.ts";

/** The key under which the detector's state of a route is kept. */
export function routeKey(route: string): string {
  return `attrition ${route}`;
}

/** Undefined for a state that is not there or cannot be believed. */
export function parseRoute(
  text: string | undefined,
  config: DetectorConfig,
): RouteState | undefined {
  if (text === undefined) return undefined;
  try {
    return restoreRoute(JSON.parse(text), config);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** How a decided canary ended, in the detector's words. */
export function endingOf({ provider, outcome, endedAt, plannedAt }: Canary): ProviderEnding {
  return { provider, outcome: outcome ?? "unknown", time: (endedAt ?? plannedAt) / 1000 };
}
