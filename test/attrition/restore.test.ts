import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultDetector } from "../../src/attrition/config.ts";
import { restoreRoute, restoreStream } from "../../src/attrition/restore.ts";
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
