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
export function createAttritionReporter(
  { streams, drift }: Watch,
  clock: Clock,
  onResult: (result: Result) => void,
): (after: Canary, before: Canary | undefined) => void {
  const said = new Map<string, string>();
  return (after, before) => {
    const { route } = after;
    if (after.phase !== "ended" || before?.phase === "ended") return;
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
  };
}
