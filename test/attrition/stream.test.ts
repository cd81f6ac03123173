import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultDetector } from "../../src/attrition/config.ts";
import { glance } from "../../src/attrition/reading.ts";
import {
  advance,
  copyStream,
  evidenceOf,
  newStream,
  step,
  type StreamState,
} from "../../src/attrition/stream.ts";
import { anyOutcomes, mixedOutcomes, streamAfter, times } from "./outcomes.ts";

const LEARNED = defaultDetector();
const KNOWN = defaultDetector({ fixedBadRate: 0.02 });

describe("evidence", () => {
  it("is the mean over the tilts of the likelihood ratios of all possible beginnings", () => {
    const outcomes = ["inbox", "missing", "inbox", "tab", "spam", "inbox"] as const;
    const factors = (tilt: number): number[] =>
      outcomes.map((outcome) => {
        const score = outcome === "inbox" ? 0 : outcome === "tab" ? 0.5 : 1;
        return tilt ** score / (1 + 0.02 * (tilt - 1));
      });
    const sumOverBeginnings = (tilt: number): number =>
      factors(tilt)
        .map((_, first) => factors(tilt).slice(first))
        .reduce((sum, tail) => sum + tail.reduce((product, factor) => product * factor, 1), 0);
    const expected = [3, 8, 25, 200].reduce((sum, tilt) => sum + sumOverBeginnings(tilt) / 4, 0);

    expect(evidenceOf(streamAfter(outcomes, KNOWN), KNOWN)).toBeCloseTo(expected, 9);
  });

  it("grows by at most 1 a canary on average while the bad rate is the reference", () => {
    fc.assert(
      fc.property(mixedOutcomes, (outcomes) => {
        const state = streamAfter(outcomes, KNOWN);
        fc.pre(state.alarm === null);
        const after = (outcome: "inbox" | "missing"): number =>
          evidenceOf(streamAfter([outcome], { ...KNOWN, alarmAt: 1e300 }, state), KNOWN);
        const mean = 0.98 * after("inbox") + 0.02 * after("missing");
        const before = evidenceOf(state, KNOWN);
        expect(mean).toBeLessThanOrEqual((before + 1) * (1 + 1e-12));
      }),
    );
  });

  it("is higher after a worse canary, in either channel", () => {
    const from = streamAfter(times(300, "inbox"));
    const [inbox, tab, missing, spam] = (["inbox", "tab", "missing", "spam"] as const).map(
      (outcome) => evidenceOf(streamAfter([outcome], LEARNED, from), LEARNED),
    );
    expect([inbox, tab, spam]).toEqual([inbox, tab, spam].toSorted((a = 0, b = 0) => a - b));
    expect(missing).toBeGreaterThan(inbox ?? 0);
    expect(missing).toBeLessThan(spam ?? 0);
  });

  it("never falls when one canary of a young stream was worse", () => {
    const short = fc.array(fc.constantFrom("inbox", "tab", "missing", "spam"), {
      minLength: 1,
      maxLength: 40,
    });
    const never = { ...LEARNED, alarmAt: 1e300 };
    fc.assert(
      fc.property(short, fc.nat(39), (outcomes, at) => {
        fc.pre(at < outcomes.length);
        const worse = outcomes.with(at, "spam");
        const evidence = evidenceOf(streamAfter(outcomes, never), never);
        expect(evidenceOf(streamAfter(worse, never), never)).toBeGreaterThanOrEqual(
          evidence * (1 - 1e-12),
        );
      }),
    );
  });
});

describe("an alarm", () => {
  const fallen = streamAfter(times(12, "missing"), LEARNED, streamAfter(times(2000, "inbox")));

  it("names the beginning of the fall, and keeps it", () => {
    expect(fallen.alarm?.since).toBeGreaterThan(1997 * 1800);
    expect(fallen.alarm?.since).toBeLessThan(2004 * 1800);
    expect(streamAfter(times(50, "spam"), LEARNED, fallen).alarm?.since).toBe(fallen.alarm?.since);
  });

  it("stays through a few good canaries and ends after enough of them", () => {
    expect(streamAfter(times(2, "inbox"), LEARNED, fallen).alarm).not.toBeNull();
    const repaired = streamAfter(times(30, "inbox"), LEARNED, fallen);
    expect(repaired.alarm).toBeNull();
    expect(glance(repaired, LEARNED)).toMatchObject({ alarm: false, since: null });
  });

  it("drops what waited to be learnt, which may belong to the fall", () => {
    const { any } = streamAfter(times(1999, "inbox")).baselines;
    expect(fallen).toMatchObject({ blockCount: 0, heldCount: 0 });
    expect(fallen.baselines.any.held.bad + fallen.baselines.any.block.bad).toBe(0);
    expect(fallen.baselines.any.bad).toBe(any.bad);
  });

  it.each([
    ["a blackout", ["spam"], 0.95],
    ["a small fall", ["spam", "spam", "inbox"], 0.78],
  ] as const)("takes %s for neither total nor negligible", (_, pattern, rate) => {
    const config = defaultDetector({ fixedBadRate: 0.39 });
    let state = newStream(config);
    for (let n = 0; n < 300 && state.alarm === null; n++) {
      state = streamAfter([pattern[n % pattern.length] ?? "inbox"], config, state);
    }
    const odds = (p: number): number => p / (1 - p);
    expect(state.alarm?.oddsRatio).toBeCloseTo(odds(rate) / odds(0.39), 6);
  });

  it("keeps the evidence that raised it, and starts from nothing after its end", () => {
    const later = streamAfter(times(40, "missing"), LEARNED, fallen);
    expect(evidenceOf(later, LEARNED)).toBe(fallen.alarm?.evidence);
    const repaired = untilQuiet(later);
    expect(evidenceOf(repaired, LEARNED)).toBe(0);
  });

  it("learns nothing of the fall, however long it lasts", () => {
    const later = streamAfter(times(3000, "missing"), LEARNED, fallen);
    expect(later.baselines).toEqual({
      any: { ...fallen.baselines.any, previousBad: 1 },
      spam: { ...fallen.baselines.spam, previousBad: 0 },
    });
  });

  it("comes again when the fall does", () => {
    const repaired = untilQuiet(fallen);
    expect(streamAfter(times(12, "missing"), LEARNED, repaired).alarm).not.toBeNull();
  });

  it("does not flap when missing mail turns into spam at the same rate", () => {
    const cycle = (bad: "missing" | "spam") => [...times(49, "inbox" as const), bad] as const;
    let state = streamAfter(Array.from({ length: 60 }, () => cycle("missing")).flat());
    let raised = 0;
    for (let n = 0; n < 60; n++) {
      for (const outcome of cycle("spam")) {
        const was = state.alarm;
        state = streamAfter([outcome], LEARNED, state);
        if (was === null && state.alarm !== null) raised += 1;
      }
    }
    expect(raised).toBe(1);
    expect(state.alarm?.channel).toBe("spam");
  });
});

describe("the state", () => {
  it("is not changed by an unknown outcome", () => {
    fc.assert(
      fc.property(mixedOutcomes, (outcomes) => {
        const state = streamAfter(outcomes);
        expect(streamAfter(["unknown"], LEARNED, state)).toBe(state);
        const owned = copyStream(state);
        advance(owned, { outcome: "unknown", time: 1e9 }, LEARNED);
        expect(owned).toEqual(state);
      }),
    );
  });

  it("is never changed under its owner's hands by a step", () => {
    fc.assert(
      fc.property(mixedOutcomes, (outcomes) => {
        let state = newStream(LEARNED);
        const all = (): void => {
          for (const [time, outcome] of outcomes.entries()) {
            state = frozen(step(frozen(state), { outcome, time }, LEARNED));
          }
        };
        expect(all).not.toThrow();
      }),
    );
  });

  it("is the same after a restart at any moment: JSON carries all of it", () => {
    fc.assert(
      fc.property(mixedOutcomes, fc.nat(), (outcomes, at) => {
        const split = at % (outcomes.length + 1);
        const before = streamAfter(outcomes.slice(0, split));
        const restarted = JSON.parse(JSON.stringify(before)) as StreamState;
        const rest = outcomes.slice(split);
        expect(streamAfter(rest, LEARNED, restarted)).toEqual(streamAfter(rest, LEARNED, before));
      }),
    );
  });

  it("is what the history makes it, in place or not", () => {
    fc.assert(
      fc.property(mixedOutcomes, (outcomes) => {
        const owned = newStream(LEARNED);
        for (const [index, outcome] of outcomes.entries()) {
          advance(owned, { outcome, time: index * 1800 }, LEARNED);
        }
        expect(owned).toEqual(streamAfter(outcomes));
      }),
    );
  });

  it("holds finite numbers only, whatever comes, at whatever time", () => {
    const time = fc.double({ min: -8.64e12, max: 8.64e12, noNaN: true });
    fc.assert(
      fc.property(anyOutcomes, fc.array(time, { minLength: 400, maxLength: 400 }), (all, at) => {
        const state = newStream(LEARNED);
        for (const [index, outcome] of all.entries()) {
          advance(state, { outcome, time: at[index] ?? 0 }, LEARNED);
        }
        expect(JSON.stringify([state, glance(state, LEARNED)])).toBe(
          JSON.stringify([state, glance(state, LEARNED)], (_, value: unknown) =>
            typeof value === "number" && !Number.isFinite(value) ? "not finite" : value,
          ),
        );
      }),
    );
  });

  it("is small", () => {
    expect(JSON.stringify(streamAfter(times(5000, "inbox"))).length).toBeLessThan(2000);
  });
});

function untilQuiet(from: StreamState): StreamState {
  let state = from;
  for (let n = 0; n < 200 && state.alarm !== null; n++) {
    state = streamAfter(["inbox"], LEARNED, state);
  }
  return state;
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
