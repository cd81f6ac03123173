import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { betaCdf, betaQuantile } from "../../src/attrition/beta.ts";

describe("the incomplete beta function", () => {
  // Closed forms: I_x(1, 1) = x, I_x(2, 3) by integration, I_x(1/2, 1/2) the arcsine law,
  // I_x(a, 1) = x^a, I_x(1, b) = 1 - (1 - x)^b.
  it.each([
    [0.3, 1, 1, 0.3],
    [0.3, 2, 3, 0.3483],
    [0.25, 0.5, 0.5, 1 / 3],
    [0.9, 99.5, 1, 0.9 ** 99.5],
    [0.01, 1, 99.5, 1 - 0.99 ** 99.5],
    [0.5, 49.5, 49.5, 0.5],
  ])("at %d for (%d, %d) is %d", (x, a, b, expected) => {
    expect(betaCdf(x, a, b)).toBeCloseTo(expected, 12);
  });

  it("is 0 and 1 at the ends", () => {
    expect([betaCdf(0, 2, 3), betaCdf(1, 2, 3)]).toEqual([0, 1]);
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  });

  it("sums the binomial distribution: I_p(k, n - k + 1) = P(at least k of n)", () => {
    const [n, k, p] = [20, 17, 0.8];
    let expected = 0;
    for (let hits = k; hits <= n; hits++) expected += chance(n, hits, p);
    expect(betaCdf(p, k, n - k + 1)).toBeCloseTo(expected, 12);
  });

  it("has an inverse, for all the shapes that rates have", () => {
    const shape = fc.double({ min: 0.5, max: 200, noNaN: true });
    const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThanOrEqual(1);
        expect(betaCdf(x, a, b)).toBeCloseTo(p, 9);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps its precision close to 1", () => {
    // 1 - Q is the quantile of the mirrored distribution, where nothing is lost.
    expect(1 - betaQuantile(0.975, 99.5, 0.5)).toBeCloseTo(betaQuantile(0.025, 0.5, 99.5), 14);
  });
});

function chance(n: number, hits: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < hits; i++) ways *= (n - i) / (i + 1);
  return ways * p ** hits * (1 - p) ** (n - hits);
}
