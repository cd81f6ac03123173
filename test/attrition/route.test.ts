import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OUTCOMES, type Outcome } from "../../src/domain/canary.ts";
import { defaultDetector } from "../../src/attrition/config.ts";
import { readRoute } from "../../src/attrition/reading.ts";
import {
  newRoute,
  type ProviderEnding,
  routeEvidence,
  type RouteState,
  stepRoute,
  withoutProvider,
} from "../../src/attrition/route.ts";
import { evidenceOf } from "../../src/attrition/stream.ts";
import { streamAfter, times } from "./outcomes.ts";

const CONFIG = defaultDetector({ alarmAt: 4 * 8760 });
const PROVIDERS = ["bigmail", "othermail", "thirdmail", "ownmail"];

/** Rounds of one canary to each provider, an hour apart. */
function rounds(
  count: number,
  outcomeOf: (provider: string, round: number) => Outcome,
  from: RouteState = newRoute(CONFIG),
  providers: readonly string[] = PROVIDERS,
): RouteState {
  let route = from;
  const start = Math.max(0, ...route.streams.map(({ state }) => state.newestAt ?? 0));
  for (let round = 1; round <= count; round++) {
    for (const provider of providers) {
      const time = start + round * 3600;
      route = stepRoute(route, { provider, outcome: outcomeOf(provider, round), time }, CONFIG);
    }
  }
  return route;
}

const healthy = rounds(500, () => "inbox");
const readings = (route: RouteState) => readRoute(route, CONFIG);

describe("a fall at one provider", () => {
  const fallen = rounds(8, (name) => (name === "bigmail" ? "spam" : "inbox"), healthy);

  it("latches that provider, by name", () => {
    expect(readings(fallen)).toMatchObject({ alarm: false, scope: ["bigmail"] });
    const alarmed = readings(fallen).providers.filter(({ alarm }) => alarm);
    expect(alarmed).toMatchObject([{ provider: "bigmail" }]);
    expect(alarmed[0]?.since).toBeGreaterThan(497 * 3600);
  });

  it("leaves the others watched, and empties the pool", () => {
    expect(routeEvidence(fallen, CONFIG)).toBeLessThan(100);
    const second = rounds(8, (name) => (name === "othermail" ? "missing" : "inbox"), fallen);
    expect(readings(second).scope).toContain("othermail");
  });

  it("ends when that provider recovers", () => {
    expect(readings(rounds(40, () => "inbox", fallen)).scope).toEqual([]);
  });
});

describe("a fall at all providers", () => {
  // A fifth goes to spam everywhere, in turn.
  const fifth = (name: string, round: number): Outcome =>
    (round + PROVIDERS.indexOf(name)) % 5 === 0 ? "spam" : "inbox";
  const fallen = rounds(30, fifth, healthy);

  it("latches the route as a whole, once, before any provider alone would", () => {
    expect(readings(fallen)).toMatchObject({ alarm: true, scope: ["_all"] });
    expect(readings(fallen).providers.map(({ alarm }) => alarm)).toEqual(times4(false));
    expect(readings(rounds(300, fifth, fallen)).providers.some(({ alarm }) => alarm)).toBe(false);
  });

  it("is learnt by nobody", () => {
    const learnt = ({ streams }: RouteState) =>
      streams.map(({ state }) => [state.baselines.any.bad, state.baselines.any.good]);
    expect(learnt(rounds(1000, fifth, fallen))).toEqual(learnt(fallen));
  });

  it("drops what waited to be learnt", () => {
    for (const { state } of fallen.streams) {
      expect(state).toMatchObject({ blockCount: 0, heldCount: 0 });
      expect(state.baselines.any).toMatchObject({ block: { bad: 0 }, held: { bad: 0 } });
    }
  });

  it("ends when the route recovers", () => {
    const repaired = rounds(30, () => "inbox", fallen);
    expect(readings(repaired)).toMatchObject({ alarm: false, since: null, scope: [] });
  });
});

describe("a route with one provider", () => {
  it("says the same as its stream, all the way", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OUTCOMES), { maxLength: 200 }), (outcomes) => {
        const all = [...times(100, "inbox" as const), ...outcomes];
        let route = newRoute(CONFIG);
        for (const [index, outcome] of all.entries()) {
          const ending = { provider: "only", outcome, time: index * 1800 };
          route = stepRoute(route, ending, CONFIG);
        }
        const stream = streamAfter(all, CONFIG);
        expect(route.streams[0]?.state).toEqual(stream);
        const { provider: _, ...only } = readings(route).providers[0] ?? {};
        expect(readings(route)).toMatchObject(only);
      }),
    );
  });
});

describe("the route's state", () => {
  const endings: fc.Arbitrary<ProviderEnding[]> = fc.array(
    fc.record({
      provider: fc.constantFrom(...PROVIDERS, "__proto__", "constructor"),
      outcome: fc.oneof(
        { weight: 9, arbitrary: fc.constant<Outcome>("inbox") },
        fc.constantFrom(...OUTCOMES),
      ),
      time: fc.nat(1e9),
    }),
    { maxLength: 300 },
  );
  const play = (all: readonly ProviderEnding[], from: RouteState) =>
    all.reduce((route, ending) => stepRoute(route, ending, CONFIG), from);

  it("is the same after a restart at any moment", () => {
    fc.assert(
      fc.property(endings, fc.nat(), (all, at) => {
        const split = at % (all.length + 1);
        const before = play(all.slice(0, split), newRoute(CONFIG));
        const restarted = JSON.parse(JSON.stringify(before)) as RouteState;
        expect(play(all.slice(split), restarted)).toEqual(play(all, newRoute(CONFIG)));
      }),
    );
  });

  it("is not changed by an unknown outcome, not even by a new provider", () => {
    const ending = { provider: "new", outcome: "unknown", time: 1 } as const;
    expect(stepRoute(healthy, ending, CONFIG)).toBe(healthy);
  });

  it("keeps its evidence half from the streams and half from the pool", () => {
    const worried = rounds(1, (name) => (name === "bigmail" ? "spam" : "inbox"), healthy);
    const streams = worried.streams.map(({ state }) => evidenceOf(state, CONFIG));
    const alone = streams.reduce((sum, evidence) => sum + evidence, 0) / 2;
    expect(routeEvidence(worried, CONFIG)).toBeGreaterThan(alone);
    expect(routeEvidence(worried, CONFIG)).toBeLessThan(4 * alone);
  });

  it("lets a stream's blocks wait at its share of the worry", () => {
    // Evidence between A / 400 and A / 100 when the block is full.
    const last = (name: string, round: number): Outcome =>
      name === "bigmail" && (round === 92 || round === 95) ? "missing" : "inbox";
    const worried = rounds(
      100,
      last,
      rounds(400, () => "inbox"),
    );
    const [bigmail, othermail] = worried.streams.map(({ state }) => state);
    const evidence = bigmail === undefined ? 0 : evidenceOf(bigmail, CONFIG);
    expect(evidence).toBeGreaterThan(CONFIG.alarmAt / 400);
    expect(evidence).toBeLessThan(CONFIG.alarmAt / 100);
    expect([bigmail?.heldCount, othermail?.heldCount]).toEqual([200, 100]);
  });

  it("forgets a provider that is no longer watched", () => {
    const rest = withoutProvider(healthy, "bigmail");
    expect(rest.streams.map(({ provider }) => provider)).toEqual(PROVIDERS.slice(1));
    expect(healthy.streams).toHaveLength(4);
  });
});

function times4<T>(value: T): T[] {
  return [value, value, value, value];
}
