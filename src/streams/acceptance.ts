import { acceptRouteBaseline } from "../attrition/accept.ts";
import type { DetectorConfig } from "../attrition/config.ts";
import { ALL_PROVIDERS, type ProviderEnding, type RouteState } from "../attrition/route.ts";
import type { Outcome } from "../domain/canary.ts";

/** The operator's word that what is seen now is normal, kept so that a replay of the history heeds it. */
export interface Acceptance {
  /** Providers, or `_all` alone. */
  readonly scopes: readonly string[];
  /** By provider: its outcomes from then on are the new normal. Seconds since the epoch. */
  readonly since: Readonly<Record<string, number>>;
  /** The newest canary of the route that had been decided; null: the history has none. */
  readonly after: string | null;
}

/** More are of no use: each makes a fresh beginning, and canaries are forgotten. */
const MAX_ACCEPTANCES = 100;

/** The key under which a route's acceptances are kept. */
export function acceptancesKey(route: string): string {
  return `accepted ${route}`;
}

/** When the fall began for each provider that the scopes speak of; none where there is no alarm. */
export function beginnings(
  { streams, alarm }: RouteState,
  scopes: readonly string[],
): Record<string, number> {
  const isAll = scopes.includes(ALL_PROVIDERS);
  return Object.fromEntries(
    streams.flatMap(({ provider, state }) => {
      const since = state.alarm?.since ?? (isAll ? alarm?.since : undefined);
      const isMeant = isAll || scopes.includes(provider);
      return isMeant && since !== undefined ? [[provider, since]] : [];
    }),
  );
}

/** The route's state after the operator's word, given what ended before it. */
export function heed(
  route: RouteState,
  { scopes, since }: Pick<Acceptance, "scopes" | "since">,
  endings: Iterable<ProviderEnding>,
  config: DetectorConfig,
): RouteState {
  const outcomes = new Map<string, Outcome[]>();
  for (const { provider, outcome, time } of endings) {
    const from = since[provider];
    if (from === undefined || time < from) continue;
    const known = outcomes.get(provider);
    if (known === undefined) outcomes.set(provider, [outcome]);
    else known.push(outcome);
  }
  return scopes.reduce(
    (state, scope) => acceptRouteBaseline(state, scope, outcomes, config),
    route,
  );
}

/** The list with one more, as text. */
export function withAcceptance(text: string | undefined, acceptance: Acceptance): string {
  return JSON.stringify([...parseAcceptances(text), acceptance].slice(-MAX_ACCEPTANCES));
}

/** Our own writing; what is damaged is left out, since an alarm too many is better than one too few. */
export function parseAcceptances(text: string | undefined): readonly Acceptance[] {
  if (text === undefined) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter(isAcceptance) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isAcceptance(json: unknown): json is Acceptance {
  if (typeof json !== "object" || json === null) return false;
  const { scopes, since, after }: Partial<Record<keyof Acceptance, unknown>> = json;
  return (
    Array.isArray(scopes) &&
    scopes.every((scope) => typeof scope === "string") &&
    typeof since === "object" &&
    since !== null &&
    Object.values(since).every((time) => Number.isFinite(time)) &&
    (after === null || typeof after === "string")
  );
}
