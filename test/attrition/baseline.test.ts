import { describe, expect, it } from "vitest";
import { defaultDetector } from "../../src/attrition/config.ts";
import { readStream } from "../../src/attrition/reading.ts";
import { newStream, referenceRates } from "../../src/attrition/stream.ts";
import { streamAfter, times } from "./outcomes.ts";

const CONFIG = defaultDetector();
const rates = (state: ReturnType<typeof newStream>, time = 0) =>
  referenceRates(state, CONFIG, time);

/** One bad canary in fifty, n times. */
const fiftieths = (n: number) =>
  Array.from({ length: n }, () => [...times(49, "inbox"), "missing" as const]).flat();

describe("the learned baseline", () => {
  it("starts from the prior, on the cautious side", () => {
    // Beta(1, 49): mean 0.02, one standard deviation sqrt(0.02 * 0.98 / 51) on top.
    expect(rates(newStream(CONFIG)).any).toBeCloseTo(0.02 + Math.sqrt((0.02 * 0.98) / 51), 12);
    // Beta(0.5, 49.5) for spam.
    expect(rates(newStream(CONFIG)).spam).toBeCloseTo(0.01 + Math.sqrt((0.01 * 0.99) / 51), 12);
  });

  it("learns a block of 100 only when the next one is full", () => {
    const young = rates(newStream(CONFIG));
    expect(rates(streamAfter(times(199, "inbox")))).toEqual(young);
    expect(rates(streamAfter(times(200, "inbox"))).any).toBeLessThan(young.any);
  });

  it("comes down to its floor and no further", () => {
    expect(rates(streamAfter(times(9000, "inbox")))).toEqual({ any: 0.01, spam: 0.003 });
  });

  it("finds the true rate", () => {
    expect(readStream(streamAfter(fiftieths(160)), CONFIG).normal).toBeCloseTo(0.98, 2);
  });

  it("never takes a rate below the objective for normal", () => {
    const quiet = { ...CONFIG, alarmAt: 1e300 };
    const third = Array.from({ length: 1500 }, () => ["inbox", "inbox", "spam"] as const).flat();
    expect(referenceRates(streamAfter(third, quiet), CONFIG, 0)).toEqual({
      any: 1 - 0.95,
      spam: 1 - 0.95,
    });
  });

  it("lets blocks wait while the evidence is up, and learns them once it is down", () => {
    const worried = streamAfter([...times(2, "missing"), ...times(98, "inbox")], {
      ...CONFIG,
      warnShare: 0,
    });
    const held = streamAfter(times(100, "inbox"), { ...CONFIG, warnShare: 0 }, worried);
    expect(held.heldCount).toBe(200);
    expect(held.baselines.any).toMatchObject({ bad: 1, good: 49, held: { bad: 2 } });
    const calm = streamAfter(times(100, "inbox"), CONFIG, held);
    expect(calm.baselines.any).toMatchObject({ bad: 3, good: 247 });
    expect(calm.heldCount).toBe(100);
  });

  it("forgets with a memory of 3000 canaries", () => {
    const quiet = { ...CONFIG, alarmAt: 1e300 };
    const { any } = streamAfter(fiftieths(2000), quiet).baselines;
    // The sum of 100 * exp(-100 k / 3000) over k.
    const count = 100 / (1 - Math.exp(-100 / 3000));
    expect(any.bad + any.good).toBeGreaterThan(0.95 * count);
    expect(any.bad + any.good).toBeLessThan(1.05 * count + 50);
  });
});

describe("a warm-up plan", () => {
  const warmUp = { startsAt: 0, endsAt: 1000, from: 0.3, to: 0.1 };
  const config = defaultDetector({ warmUp });

  it("stands in for the learned rates until it ends", () => {
    const state = newStream(config);
    expect(referenceRates(state, config, 0).any).toBeCloseTo(0.3, 12);
    expect(referenceRates(state, config, 500).any).toBeCloseTo(0.2, 12);
    expect(referenceRates(state, config, 1000)).toEqual(rates(state));
    expect(referenceRates(state, config, -1)).toEqual(rates(state));
  });

  it("bears the spam that it allows, where the plain detector would alarm", () => {
    // 1800 seconds apart, bad rate 0.25 as planned, all of it spam.
    const long = { warmUp: { startsAt: 0, endsAt: 400 * 1800, from: 0.3, to: 0.3 } };
    const planned = defaultDetector(long);
    const quarter = Array.from({ length: 100 }, () => [
      ...times(3, "inbox"),
      "spam" as const,
    ]).flat();
    expect(streamAfter(quarter, planned).alarm).toBeNull();
    expect(streamAfter(quarter).alarm).not.toBeNull();
  });

  it("still notices a fall below the plan", () => {
    const planned = defaultDetector({ warmUp: { ...warmUp, endsAt: 1e6, to: 0.29 } });
    expect(streamAfter(times(30, "spam"), planned).alarm).not.toBeNull();
  });
});

describe("nullAfterBad", () => {
  const healthy = streamAfter(fiftieths(40));
  const outage = times(4, "missing");

  it("is off by default: four missing in a row are an alarm", () => {
    expect(streamAfter(outage, CONFIG, healthy).alarm).not.toBeNull();
  });

  it("as a rate bears a short run of bad canaries, and not a long one", () => {
    const patient = defaultDetector({ nullAfterBad: 0.25 });
    expect(streamAfter(outage, patient, healthy).alarm).toBeNull();
    expect(streamAfter(times(20, "missing"), patient, healthy).alarm).not.toBeNull();
  });

  it("learned takes the past's runs for normal", () => {
    const learning = defaultDetector({ nullAfterBad: "learned" });
    const pairs = Array.from({ length: 40 }, () => [
      ...times(118, "inbox"),
      ...times(2, "missing"),
    ]).flat();
    const used = streamAfter(pairs, learning);
    expect(used.baselines.any.followers).toBeGreaterThan(30);

    expect(streamAfter(outage, learning, used).alarm).toBeNull();
    expect(streamAfter(outage, CONFIG, used).alarm).not.toBeNull();
  });
});
