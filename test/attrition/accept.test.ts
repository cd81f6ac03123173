import { describe, expect, it } from "vitest";
import { acceptBaseline, acceptRouteBaseline } from "../../src/attrition/accept.ts";
import { defaultDetector } from "../../src/attrition/config.ts";
import { readRoute, readStream } from "../../src/attrition/reading.ts";
import { newRoute, type RouteState, stepRoute } from "../../src/attrition/route.ts";
import { copyStream } from "../../src/attrition/stream.ts";
import { streamAfter, times } from "./outcomes.ts";

const CONFIG = defaultDetector();
/** Four bad in a hundred. */
const WORSE = Array.from({ length: 10 }, () => [
  ...times(24, "inbox" as const),
  "missing" as const,
]).flat();

describe("accepting the present as the new normal", () => {
  const fallen = streamAfter(times(10, "missing"), CONFIG, streamAfter(times(3000, "inbox")));

  it("ends the alarm and learns afresh from the outcomes since the fall", () => {
    const before = copyStream(fallen);
    const accepted = acceptBaseline(fallen, [...WORSE, "unknown"], CONFIG);
    expect(accepted.alarm).toBeNull();
    // The prior Beta(1, 49) and 10 bad of 250.
    expect(readStream(accepted, CONFIG).normal).toBeCloseTo(1 - 11 / 300, 12);
    expect(readStream(accepted, CONFIG).evidence).toBe(-9);
    const half = streamAfter(times(150, "inbox"));
    expect(acceptBaseline(half, [], CONFIG)).toMatchObject({ blockCount: 0, heldCount: 0 });
    expect(fallen).toEqual(before);
  });

  it("makes the old rate unremarkable, and a further fall an alarm", () => {
    const accepted = acceptBaseline(fallen, WORSE, CONFIG);
    expect(streamAfter(WORSE, CONFIG, accepted).alarm).toBeNull();
    expect(streamAfter(times(10, "missing"), CONFIG, accepted).alarm).not.toBeNull();
  });

  it("does not make a rate below the objective normal", () => {
    const accepted = acceptBaseline(fallen, times(200, "spam"), CONFIG);
    expect(readStream(accepted, CONFIG).baseline).toBeCloseTo(0.95, 12);
    expect(streamAfter(times(10, "spam"), CONFIG, accepted).alarm).not.toBeNull();
  });
});

describe("accepting on a route", () => {
  const route = ["bigmail", "othermail"].reduce<RouteState>((state, provider) => {
    let next = state;
    for (let n = 0; n < 400; n++) {
      next = stepRoute(next, { provider, outcome: "inbox", time: n * 3600 }, CONFIG);
    }
    for (let n = 400; n < 412; n++) {
      next = stepRoute(next, { provider, outcome: "missing", time: n * 3600 }, CONFIG);
    }
    return next;
  }, newRoute(CONFIG));

  it("touches the provider named and no other", () => {
    expect(readRoute(route, CONFIG).scope).toEqual(["bigmail", "othermail"]);
    const accepted = acceptRouteBaseline(route, "bigmail", new Map([["bigmail", WORSE]]), CONFIG);
    expect(readRoute(accepted, CONFIG).scope).toEqual(["othermail"]);
    expect(accepted.streams[1]).toEqual(route.streams[1]);
  });

  it("touches all of them when all are named", () => {
    const accepted = acceptRouteBaseline(route, "_all", new Map([["bigmail", WORSE]]), CONFIG);
    expect(readRoute(accepted, CONFIG)).toMatchObject({ alarm: false, scope: [] });
    const [bigmail, othermail] = readRoute(accepted, CONFIG).providers;
    expect(bigmail?.normal).toBeCloseTo(1 - 11 / 300, 12);
    expect(othermail?.normal).toBeCloseTo(0.98, 12);
  });
});
