import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type LatencyConfig,
  type LatencyState,
  newLatency,
  readLatency,
  stepLatency,
} from "../../src/attrition/latency.ts";
import { latencyDelay, latencyFalseAlarmsPerYear, NOISES } from "../../bench/detector/latencies.ts";

const CONFIG: LatencyConfig = { alarmAt: 17_520, warnShare: 0.01, recoverAt: 200 };
const DAY = 86_400;

/** Latencies of 1 to 100 seconds in a fixed disorder, multiplied; one every 30 minutes. */
function after(count: number, factor = 1, from = newLatency(), start = 0): LatencyState {
  let state = from;
  for (let n = 0; n < count; n++) {
    const latency = (1 + ((n * 37) % 100)) * factor;
    state = stepLatency(state, { latency, time: start + n * 1800 }, CONFIG);
  }
  return state;
}

const known = after(300);

describe("latency drift", () => {
  it("has no opinion before it knows what is normal", () => {
    expect(readLatency(after(299, 1000))).toEqual({
      alarm: false,
      evidence: -9,
      since: null,
      median: null,
    });
  });

  it("cuts the past at its median and upper quantiles, a little above", () => {
    expect(known.cuts).toEqual({ median: 51, q90: 91, q99: 100 });
  });

  it("notices mail that takes four times as long, and since when", () => {
    const slow = after(40, 4, known, 300 * 1800);
    expect(readLatency(slow)).toMatchObject({ alarm: true, median: 51 });
    expect(slow.alarm?.since).toBeGreaterThan(295 * 1800);
    expect(slow.alarm?.since).toBeLessThan(305 * 1800);
  });

  it("is quiet about faster mail", () => {
    const fast = after(300, 0.25, known, 300 * 1800);
    expect(readLatency(fast).evidence).toBeLessThan(2);
  });

  it("recovers, having learnt nothing of the slow time", () => {
    const slow = after(500, 4, known, 300 * 1800);
    const repaired = after(60, 1, slow, 800 * 1800);
    expect(readLatency(repaired)).toMatchObject({ alarm: false, since: null, median: 51 });
  });

  it("learns a new normal once a day, when nothing is wrong", () => {
    const sameDay = after(1, 0.5, known, (known.cutAt ?? 0) + DAY - 1);
    expect(sameDay.cutAt).toBe(known.cutAt);
    const nextDay = after(1, 0.5, known, (known.cutAt ?? 0) + DAY);
    expect(nextDay.cutAt).toBe((known.cutAt ?? 0) + DAY);
  });

  it("remembers a thousand latencies at most", () => {
    expect(after(2500).recent).toHaveLength(1000);
  });

  it("is the same after a restart, and leaves the given state alone", () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(latencies, (all) => {
        const play = (from: LatencyState) =>
          all.reduce((state, latency, n) => stepLatency(state, { latency, time: n }, CONFIG), from);
        const copy = JSON.parse(JSON.stringify(known)) as LatencyState;
        expect(play(copy)).toEqual(play(known));
        expect(copy).toEqual(known);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps the delays and the false alarms that are published", () => {
    expect(latencyDelay(1, 60, 5).mean).toBeLessThan(19.7 * 1.15);
    expect(latencyDelay(3, 60, 5).mean).toBeLessThan(3.8 * 1.1);
    const [lognormal] = NOISES;
    expect(latencyFalseAlarmsPerYear(lognormal?.draw ?? Math.random, 8, 2)).toBeLessThan(1.3);
  });
});
