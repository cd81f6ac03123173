import fc from "fast-check";
import { OUTCOMES, type Outcome } from "../../src/domain/canary.ts";
import { defaultDetector, type DetectorConfig } from "../../src/attrition/config.ts";
import { newStream, step, type StreamState } from "../../src/attrition/stream.ts";

/** Any outcomes whatever. */
export const anyOutcomes: fc.Arbitrary<Outcome[]> = fc.array(fc.constantFrom(...OUTCOMES), {
  maxLength: 400,
});

/** Mostly healthy ones, so that alarms come and go. */
export const mixedOutcomes: fc.Arbitrary<Outcome[]> = fc
  .array(
    fc.oneof(
      fc.record({ of: fc.constant<Outcome>("inbox"), count: fc.nat(150) }),
      fc.record({ of: fc.constantFrom(...OUTCOMES), count: fc.nat(12) }),
    ),
    { maxLength: 20 },
  )
  .map((runs) => runs.flatMap(({ of, count }) => Array<Outcome>(count).fill(of)));

/** A stream that has seen these outcomes, one every 30 minutes from time 0. */
export function streamAfter(
  outcomes: readonly Outcome[],
  config: DetectorConfig = defaultDetector(),
  from: StreamState = newStream(config),
): StreamState {
  let state = from;
  const start = from.newestAt ?? -1800;
  for (const [index, outcome] of outcomes.entries()) {
    state = step(state, { outcome, time: start + (index + 1) * 1800 }, config);
  }
  return state;
}

/** The same outcome several times. */
export function times(count: number, outcome: Outcome): Outcome[] {
  return Array<Outcome>(count).fill(outcome);
}
