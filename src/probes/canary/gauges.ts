import { type Canary, OUTCOMES } from "../../domain/canary.ts";
import type { Labels, MetricSpec, Sample } from "../../domain/metric.ts";
import type { Route } from "../../domain/route.ts";
import type { Seed } from "../../domain/seed.ts";
import type { Board } from "./board.ts";
import { authenticationLabels, RESULTS_OF } from "./labels.ts";
import { inFlight } from "./life.ts";
import {
  AUTH_RESULT,
  BUDGET_LEFT,
  EXIT_INFO,
  IN_FLIGHT,
  LAST_OUTCOME,
  LAST_OUTCOME_AT,
  SPAM_SCORE,
  SPAM_THRESHOLD,
  TLS_INFO,
} from "./metrics.ts";

/** What the gauges are a view of. */
export interface GaugeParts {
  readonly pairs: readonly { readonly route: Route; readonly seed: Seed }[];
  readonly board: Board;
  readonly canaries: Iterable<Canary>;
  readonly budgetLeft: (seed: string) => number;
  readonly now: number;
}

/** Every gauge of the canaries as of now, from memory. */
export function* canaryGauges(parts: GaugeParts): Generator<Sample> {
  const flying = Map.groupBy([...parts.canaries].filter(inFlight), keyOf);
  const current = new Set(parts.pairs.map(({ route, seed }) => key(route.name, seed.name)));
  for (const { route, seed } of parts.pairs) {
    const labels = { route: route.name, provider: seed.provider, seed: seed.name };
    yield sample(IN_FLIGHT, labels, flying.get(key(route.name, seed.name))?.length ?? 0);
    yield sample(BUDGET_LEFT, { route: route.name, seed: seed.name }, parts.budgetLeft(seed.name));
  }
  for (const canary of parts.board.decided()) {
    if (current.has(keyOf(canary))) yield* outcome(canary);
  }
  const tls = new Map<string, Sample>();
  for (const canary of parts.board.arrived()) {
    if (!current.has(keyOf(canary))) continue;
    yield* verdicts(canary);
    for (const one of transport(canary)) tls.set(JSON.stringify(one.labels), one);
  }
  yield* tls.values();
  yield* exits(parts);
}

function* outcome(canary: Canary): Generator<Sample> {
  const labels = stream(canary);
  for (const one of OUTCOMES) {
    yield sample(LAST_OUTCOME, { ...labels, outcome: one }, canary.outcome === one ? 1 : 0);
  }
  yield sample(LAST_OUTCOME_AT, labels, (canary.endedAt ?? canary.plannedAt) / 1000);
}

function* verdicts(canary: Canary): Generator<Sample> {
  const labels = stream(canary);
  const { authentication, spamVerdicts } = canary.arrival ?? {};
  for (const { method, result } of authenticationLabels(authentication ?? []).results) {
    for (const one of RESULTS_OF[method]) {
      yield sample(AUTH_RESULT, { ...labels, method, result: one }, result === one ? 1 : 0);
    }
  }
  for (const { filter, score, threshold } of spamVerdicts ?? []) {
    if (score !== undefined) yield sample(SPAM_SCORE, { ...labels, filter }, score);
    if (threshold !== undefined) yield sample(SPAM_THRESHOLD, { ...labels, filter }, threshold);
  }
}

function* transport({ route, provider, arrival }: Canary): Generator<Sample> {
  const tls = arrival?.tls;
  if (tls === undefined) return;
  const version = bounded(tls.version, /^(?:TLSv1(?:\.[0-3])?|SSLv3)$/);
  const cipher = bounded(tls.cipher, /^[A-Z0-9_-]{3,50}$/);
  yield sample(TLS_INFO, { route, provider, version, cipher }, 1);
}

function* exits({ pairs, board, now }: GaugeParts): Generator<Sample> {
  for (const route of new Set(pairs.map((pair) => pair.route.name))) {
    for (const { ip, family, helo, reverseName } of board.exits(route, now)) {
      const name = /^[A-Za-z0-9._-]{1,100}$/;
      yield sample(
        EXIT_INFO,
        { route, ip, family, helo: bounded(helo, name), ptr: bounded(reverseName, name) },
        1,
      );
    }
  }
}

/** Empty where nothing was told; `other` where it is out of shape: strangers choose no label. */
function bounded(value: string | undefined, shape: RegExp): string {
  if (value === undefined) return "";
  return shape.test(value) ? value : "other";
}

function sample(metric: MetricSpec, labels: Labels, value: number): Sample {
  return { metric, labels, value };
}

function stream({ route, provider, seed }: Canary): Labels {
  return { route, provider, seed };
}

function keyOf({ route, seed }: Canary): string {
  return key(route, seed);
}

function key(route: string, seed: string): string {
  return JSON.stringify([route, seed]);
}
