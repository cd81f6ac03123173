import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inboxRate, noteRecent, probabilityBelow } from "../../src/attrition/rate.ts";
import { coverage } from "../../bench/detector/readings.ts";

function after(scores: readonly number[]) {
  const recent = { bad: 0, good: 0 };
  for (const score of scores) noteRecent(recent, score);
  return recent;
}

describe("the inbox rate of late", () => {
  it("is nobody's guess before the first canary: Jeffreys' prior", () => {
    const { mean, low, high } = inboxRate(after([]));
    expect(mean).toBe(0.5);
    expect(low).toBeCloseTo(0.0015413, 6);
    expect(high).toBeCloseTo(0.9984587, 6);
  });

  it("weighs 99 canaries after many", () => {
    const { mean, low } = inboxRate(after(Array<number>(2000).fill(0)));
    // Beta(99.5, 0.5).
    expect(mean).toBeCloseTo(0.995, 6);
    expect(low).toBeCloseTo(0.97500855, 6);
  });

  it("holds its mean between its bounds, and rises with every good canary", () => {
    const scores = fc.array(fc.constantFrom(0, 0.5, 1), { maxLength: 300 });
    fc.assert(
      fc.property(scores, (all) => {
        const recent = after(all);
        const { mean, low, high } = inboxRate(recent);
        expect(low).toBeLessThan(mean);
        expect(mean).toBeLessThan(high);
        expect(inboxRate(after([...all, 0])).mean).toBeGreaterThan(
          inboxRate(after([...all, 1])).mean,
        );
        expect(probabilityBelow(recent, low)).toBeCloseTo(0.025, 9);
        expect(probabilityBelow(recent, high)).toBeCloseTo(0.975, 9);
      }),
    );
  });

  it.each([0.98, 0.95, 0.8, 0.5])(
    "has a 95 % interval that holds %d as often as it says",
    (rate) => {
      expect(Math.abs(coverage(rate, 1000, 3) - 0.955)).toBeLessThan(0.03);
    },
  );
});
