import { describe, expect, it } from "vitest";
import { defaultDetector } from "../../src/attrition/config.ts";
import type { Canary, Outcome } from "../../src/domain/canary.ts";
import { HOUR, MINUTE } from "../../src/domain/duration.ts";
import type { Follower } from "../../src/domain/store.ts";
import { createDrift } from "../../src/streams/drift.ts";
import { streamGauges } from "../../src/streams/gauges.ts";
import { SCOPE } from "../../src/streams/metrics.ts";
import { createStreams } from "../../src/streams/streams.ts";
import { arrival, canary, OK_REPLY } from "../fakes/canary.ts";

const detector = defaultDetector({ alarmAt: 1000 });
const detectors = new Map([["main", detector]]);

function setUp(providers = new Set(["bigmail", "postbox"])) {
  const states = new Map<string, string>();
  const state = (key: string) => states.get(key);
  const watched = new Map([["main", providers]]);
  const streams = createStreams({ detectors, providers: watched, state });
  const drift = createDrift({ configs: detectors, providers: watched, state });
  let clock = canary().plannedAt;
  const follow = (follower: Follower, decided: Canary): void => {
    const key = follower.keyOf(decided);
    if (key !== undefined) states.set(key, follower.next(states.get(key), decided));
  };
  const decide = (outcome: Outcome, provider = "bigmail", tookMs = 2000): void => {
    clock += HOUR;
    const times = { plannedAt: clock, submittedAt: clock, endedAt: clock + tookMs };
    const arrived = arrival({ storedAt: clock + tookMs, seenAt: clock + tookMs });
    const decided = canary({ phase: "ended", outcome, provider, reply: OK_REPLY, ...times });
    follow(streams.follower, decided);
    follow(drift.follower, { ...decided, arrival: arrived });
  };
  const gauges = () =>
    new Map(
      [...streamGauges({ streams, drift, detectors, cadences: [] })].map(
        ({ metric, labels, value }) => [
          `${metric.name} ${Object.values(labels).slice(1).join(" ")}`.trim(),
          value,
        ],
      ),
    );
  return { states, streams, drift, decide, gauges };
}

function times(count: number, work: () => void): void {
  for (let n = 0; n < count; n += 1) work();
}

describe("streams", () => {
  it("publishes nothing but the threshold before a canary was decided", () => {
    expect([...setUp().gauges().keys()]).toEqual(["deliverability_attrition_evidence_threshold"]);
  });

  it("raises the alarm for the provider that fails, with its beginning, and clears it", () => {
    const { decide, gauges } = setUp();
    times(200, () => {
      decide("inbox", "bigmail");
      decide("inbox", "postbox");
    });
    times(10, () => {
      decide("spam", "bigmail");
      decide("inbox", "postbox");
    });
    expect(gauges().get("deliverability_attrition_alarm bigmail")).toBe(1);
    expect(gauges().get("deliverability_attrition_alarm postbox")).toBe(0);
    expect(gauges().get("deliverability_attrition_scope bigmail")).toBe(1);
    expect(gauges().has("deliverability_attrition_since_timestamp_seconds bigmail")).toBe(true);
    times(60, () => decide("inbox", "bigmail"));
    expect(gauges().get("deliverability_attrition_alarm bigmail")).toBe(0);
    expect(gauges().has("deliverability_attrition_scope bigmail")).toBe(false);
  });

  it("says nothing of a provider that is no longer watched", () => {
    const { decide, gauges } = setUp(new Set(["postbox"]));
    decide("inbox", "bigmail");
    decide("inbox", "postbox");
    const providers = [...gauges().keys()].filter((key) => key.startsWith("deliverability_inbox_"));
    expect(providers.some((key) => key.endsWith("bigmail"))).toBe(false);
    expect(providers.some((key) => key.endsWith("postbox"))).toBe(true);
  });

  it("starts anew from a state that is damaged, and does not fall over it", () => {
    const { states, decide, gauges } = setUp();
    decide("inbox");
    for (const key of states.keys()) states.set(key, '{"streams":"?"}');
    expect(gauges().size).toBe(1);
    decide("inbox");
    expect(gauges().has("deliverability_inbox_ratio bigmail")).toBe(true);
  });

  it("learns nothing from an outcome that nobody knows", () => {
    const { states, decide } = setUp();
    decide("inbox");
    const before = states.get("attrition main");
    decide("unknown");
    expect(states.get("attrition main")).toBe(before);
  });

  it("notices mail that has become slower, once it knows what is normal", () => {
    const { decide, gauges } = setUp();
    let n = 0;
    const normal = () => 1000 + ((n += 37) % 1000);
    times(200, () => decide("inbox", "bigmail", normal()));
    expect(gauges().has("deliverability_transit_drift_alarm bigmail")).toBe(false);
    times(200, () => decide("inbox", "bigmail", normal()));
    expect(gauges().get("deliverability_transit_drift_alarm bigmail")).toBe(0);
    times(20, () => decide("inbox", "bigmail", 10 * MINUTE));
    expect(gauges().get("deliverability_transit_drift_alarm bigmail")).toBe(1);
  });
});

describe("the scope of an alarm", () => {
  function setUpTwo() {
    const routes = ["main", "news"];
    const states = new Map<string, string>();
    const parts = {
      detectors: new Map(routes.map((route) => [route, detector])),
      providers: new Map(routes.map((route) => [route, new Set(["bigmail"])])),
      state: (key: string) => states.get(key),
    };
    const streams = createStreams(parts);
    const drift = createDrift({ ...parts, configs: parts.detectors });
    const decide = (route: string, outcome: Outcome): void => {
      const decided = canary({ route, phase: "ended", outcome, endedAt: canary().plannedAt });
      const key = `attrition ${route}`;
      states.set(key, streams.follower.next(states.get(key), decided));
    };
    const scopes = (route: string) =>
      [...streamGauges({ streams, drift, detectors: parts.detectors, cadences: [] })]
        .filter(({ metric, labels }) => metric === SCOPE && labels["route"] === route)
        .map(({ labels }) => labels["scope"]);
    return { decide, scopes };
  }

  it("says that it is the provider where another route has trouble with it too", () => {
    const { decide, scopes } = setUpTwo();
    times(10, () => decide("main", "spam"));
    times(3, () => decide("news", "inbox"));
    expect(scopes("main")).toEqual(["bigmail"]);
    times(2, () => decide("news", "spam"));
    expect(scopes("main")).toEqual(["bigmail", "provider"]);
    expect(scopes("news")).toEqual([]);
    times(8, () => decide("news", "spam"));
    expect(scopes("news")).toEqual(["bigmail", "provider"]);
  });
});
