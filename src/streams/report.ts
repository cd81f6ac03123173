import type { Canary } from "../domain/canary.ts";
import type { Clock } from "../domain/net.ts";
import type { Result } from "../domain/result.ts";
import { worst } from "../domain/severity.ts";
import { judgeRoute, STREAM_FINDINGS } from "./findings.ts";
import type { Watch } from "./watch.ts";

/** The check under which the detector's findings of a route stand. */
export function attritionCheck(route: string): string {
  return `attrition route=${route}`;
}

/** Turns the readings into a result of the route each time that what they say has changed. */
export interface AttritionReporter {
  /** To be told of each step of each canary. */
  onStep(after: Canary, before: Canary | undefined): void;
  /** To be told when a route's state was changed otherwise. */
  report(route: string): void;
}

export function createAttritionReporter(
  { streams, drift }: Watch,
  clock: Clock,
  onResult: (result: Result) => void,
): AttritionReporter {
  const said = new Map<string, string>();

  function report(route: string): void {
    const reading = streams.reading(route);
    if (reading === undefined) return;
    const findings = judgeRoute(route, reading, (provider) => drift.reading(route, provider));
    const gist = JSON.stringify(findings.map(({ kind, subject }) => [kind, subject]));
    if (said.get(route) === gist) return;
    said.set(route, gist);
    onResult({
      check: attritionCheck(route),
      probe: "attrition",
      labels: { route },
      severity: worst(findings.map(({ kind }) => STREAM_FINDINGS[kind].severity)),
      findings,
      samples: [],
      observedAt: clock.now(),
      durationMs: 0,
    });
  }

  return {
    report,
    onStep(after, before) {
      if (after.phase === "ended" && before?.phase !== "ended") report(after.route);
    },
  };
}
