import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultDetector } from "../../src/attrition/config.ts";
import { newLatency, stepLatency } from "../../src/attrition/latency.ts";
import { restoreLatency, restoreRoute, restoreStream } from "../../src/attrition/restore.ts";
import { newRoute, type RouteState, stepRoute } from "../../src/attrition/route.ts";
import { mixedOutcomes, streamAfter, times } from "./outcomes.ts";

const CONFIG = defaultDetector();
const disk = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a state read back from disk", () => {
  it("is the one that was written", () => {
    fc.assert(
      fc.property(mixedOutcomes, (outcomes) => {
        const stream = streamAfter(outcomes);
        expect(restoreStream(disk(stream), CONFIG)).toEqual(stream);
        const route = outcomes.reduce<RouteState>(
          (state, outcome, time) => stepRoute(state, { provider: "p", outcome, time }, CONFIG),
          newRoute(CONFIG),
        );
        expect(restoreRoute(disk(route), CONFIG)).toEqual(route);
      }),
      { numRuns: 50 },
    );
  });

  const sound = streamAfter([...times(300, "inbox"), ...times(20, "missing")]);

  it.each([
    ["nothing", undefined],
    ["a list", []],
    ["a missing part", { ...sound, recent: undefined }],
    ["an unknown part", { ...sound, extra: 1 }],
    ["a number that was NaN", { ...sound, blockCount: null }],
    ["a part of the wrong kind", { ...sound, banks: 3 }],
    ["other tilts", { ...sound, banks: { ...sound.banks, any: sound.banks.any.slice(1) } }],
    [
      "a different tilt",
      {
        ...sound,
        banks: { ...sound.banks, any: sound.banks.any.map((c) => ({ ...c, tilt: c.tilt + 1 })) },
      },
    ],
    ["half an alarm", { ...sound, alarm: { since: 1 } }],
    ["an alarm of an unknown channel", { ...sound, alarm: { ...sound.alarm, channel: "x" } }],
  ])("is refused when it has %s", (_, json) => {
    expect(restoreStream(json, CONFIG)).toBeUndefined();
    const route = { ...newRoute(CONFIG), streams: [{ provider: "p", state: json }] };
    expect(restoreRoute(route, CONFIG)).toBeUndefined();
  });

  it.each([
    ["no streams", { ...newRoute(CONFIG), streams: {} }],
    ["a stream without a name", { ...newRoute(CONFIG), streams: [{ state: sound }] }],
    ["a broken pool", { ...newRoute(CONFIG), pool: {} }],
    ["text", "route"],
  ])("is refused as a route when it has %s", (_, json) => {
    expect(restoreRoute(json, CONFIG)).toBeUndefined();
  });
});

describe("transit times read back from disk", () => {
  const slowed = Array.from({ length: 340 }, (_, n) => n).reduce((state, n) => {
    const latency = n < 320 ? 1 + ((n * 37) % 100) / 100 : 60;
    return stepLatency(state, { latency, time: n * 3600 }, CONFIG);
  }, newLatency());
  const cells = newLatency().cells;

  it("are those that were written, before the first and while an alarm is on", () => {
    expect(slowed.alarm).not.toBeNull();
    for (const state of [newLatency(), slowed]) expect(restoreLatency(disk(state))).toEqual(state);
  });

  it.each([
    ["nothing", null],
    ["a text among the latencies", { ...slowed, recent: ["1"] }],
    ["other shifts", { ...slowed, cells: cells.map((cell) => ({ ...cell, shift: 9 })) }],
    ["an alarm of an unknown shift", { ...slowed, alarm: { ...slowed.alarm, shift: 9 } }],
    ["half a cut", { ...slowed, cuts: { median: 1 } }],
    ["an unknown part", { ...slowed, extra: 1 }],
  ])("are refused when they have %s", (_, json) => {
    expect(restoreLatency(json)).toBeUndefined();
  });
});
