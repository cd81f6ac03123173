import type { DetectorConfig } from "../attrition/config.ts";
import { ALL_PROVIDERS, type ProviderEnding, type RouteState } from "../attrition/route.ts";
import type { AcceptAnswer, AcceptRequest } from "../domain/accept-request.ts";
import type { Log } from "../domain/log.ts";
import { type Store, StoreError } from "../domain/store.ts";
import { type Acceptance, acceptancesKey, beginnings, heed, withAcceptance } from "./acceptance.ts";
import { percent, stamp } from "./findings.ts";
import { endingOf, parseRoute, routeKey } from "./route-state.ts";
import type { Watch } from "./watch.ts";

export interface AcceptParts {
  readonly watch: Pick<Watch, "detectors" | "providers">;
  readonly log: Log;
  /** The newest written state under a key. */
  readonly state: (key: string) => string | undefined;
  readonly endedSince: Store["endedSince"];
  /** Calls `compose` when all steps before are on the disk, and writes what it answers. */
  readonly rewrite: (compose: () => ReadonlyMap<string, string>) => Promise<void>;
  /** Says anew what is to be said of the route. */
  readonly report: (route: string) => void;
}

/** Takes the operator's word that what is seen now is normal. */
export function createAcceptor(
  parts: AcceptParts,
): (request: AcceptRequest) => Promise<AcceptAnswer> {
  const { watch, log } = parts;

  return async (request) => {
    const detector = watch.detectors.get(request.route);
    if (detector === undefined) return unknown("route", request.route, watch.detectors.keys());
    const watched = watch.providers.get(request.route) ?? new Set();
    if (request.provider !== undefined && !watched.has(request.provider)) {
      return unknown(`provider on route ${request.route}`, request.provider, watched);
    }
    let answer = notAccepted(request, []);
    try {
      await parts.rewrite(() => {
        const decided = decide(parts, request, detector, watched);
        answer = decided.answer;
        return decided.states;
      });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error({ err: error, ...request }, "New baseline could not be written");
      return { ok: false, message: `Nothing was changed: ${error.message}.` };
    }
    parts.report(request.route);
    log.info({ ...request, answer: answer.message }, "Asked to accept a new baseline");
    return answer;
  };
}

const MAX_NAMES_SHOWN = 20;

interface Decided {
  readonly answer: AcceptAnswer;
  readonly states: ReadonlyMap<string, string>;
}

/** What the operator's word changes: no states where there is no such alarm. */
function decide(
  { state, endedSince }: AcceptParts,
  request: AcceptRequest,
  detector: DetectorConfig,
  watched: ReadonlySet<string>,
): Decided {
  const route = parseRoute(state(routeKey(request.route)), detector);
  const { alarmed, scopes } = meant(route, request.provider, watched);
  if (route === undefined || scopes.length === 0) {
    return { answer: notAccepted(request, alarmed), states: new Map() };
  }
  const since = beginnings(route, scopes);
  const begin = Math.min(...Object.values(since));
  const endings: ProviderEnding[] = [];
  let after: string | null = null;
  for (const canary of endedSince(request.route, Math.floor(begin * 1000))) {
    endings.push(endingOf(canary));
    after = canary.id;
  }
  const acceptance: Acceptance = { scopes, since, after };
  const list = acceptancesKey(request.route);
  return {
    answer: { ok: true, message: accepted(request.route, acceptance, endings, detector) },
    states: new Map([
      [routeKey(request.route), JSON.stringify(heed(route, acceptance, endings, detector))],
      [list, withAcceptance(state(list), acceptance)],
    ]),
  };
}

/** The alarms that are on among watched providers, and those of them that the operator speaks of. */
function meant(
  route: RouteState | undefined,
  provider: string | undefined,
  watched: ReadonlySet<string>,
): { readonly alarmed: readonly string[]; readonly scopes: readonly string[] } {
  const providers = (route?.streams ?? [])
    .filter((stream) => stream.state.alarm !== null && watched.has(stream.provider))
    .map((stream) => stream.provider);
  const isWhole = (route?.alarm ?? null) !== null;
  const alarmed = isWhole ? [ALL_PROVIDERS] : providers;
  const scopes = provider === undefined ? alarmed : providers.filter((name) => name === provider);
  return { alarmed, scopes };
}

function unknown(what: string, name: string, known: Iterable<string>): AcceptAnswer {
  const names = [...known].slice(0, MAX_NAMES_SHOWN).join(", ");
  return { ok: false, message: `There is no ${what} called ${name}, expected one of ${names}.` };
}

function notAccepted({ route, provider }: AcceptRequest, alarmed: readonly string[]): AcceptAnswer {
  if (provider === undefined) {
    return { ok: true, message: `No alarm is on for route ${route}: nothing was changed.` };
  }
  if (alarmed.includes(ALL_PROVIDERS)) {
    const message = `The alarm is about route ${route} as a whole: nothing was changed. Accept it without naming a provider.`;
    return { ok: false, message };
  }
  const message = `No alarm is on for ${provider} on route ${route}: nothing was changed.`;
  return { ok: true, message };
}

function accepted(
  route: string,
  { scopes, since }: Acceptance,
  endings: readonly ProviderEnding[],
  { channels: [any], sloInbox }: DetectorConfig,
): string {
  let count = 0;
  let bad = 0;
  for (const { provider, outcome, time } of endings) {
    const from = since[provider];
    if (from === undefined || time < from || outcome === "unknown") continue;
    count += 1;
    bad += any.scores[outcome];
  }
  const what = scopes.includes(ALL_PROVIDERS) ? "all its providers" : scopes.join(", ");
  const begin = stamp(Math.min(...Object.values(since)));
  const rate = count === 0 ? 1 : 1 - bad / count;
  const done = `Accepted for route ${route} and ${what}: the alarm is over. The normal is learnt afresh, from ${count} canaries since about ${begin}, ${percent(rate)} of them in the inbox.`;
  return rate >= sloInbox
    ? done
    : `${done} That is below the objective of ${percent(sloInbox)}, which is never normal: if it stays so the alarm will come back. Lower attrition.slo_inbox if that is what you mean.`;
}
