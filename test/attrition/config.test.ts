import { describe, expect, it } from "vitest";
import { alarmAtFor, defaultDetector, detectorConfig } from "../../src/attrition/config.ts";

describe("the detector's settings", () => {
  it("default to one false alarm a year at one canary every 30 minutes", () => {
    expect(defaultDetector()).toMatchObject({
      alarmAt: alarmAtFor(1, 17_520),
      sloInbox: 0.95,
      fixedBadRate: undefined,
      channels: [
        { name: "any", weight: 0.5 },
        { name: "spam", weight: 0.5 },
      ],
    });
  });

  it("take a fixed bad rate of 0 as none", () => {
    expect(defaultDetector({ fixedBadRate: 0 })).toEqual(defaultDetector());
  });

  it("ask one question only when the rate is known", () => {
    const [any, spam] = defaultDetector({ fixedBadRate: 0.02 }).channels;
    expect([any.weight, spam.weight]).toEqual([1, 0]);
  });

  it("score other folders as the operator says", () => {
    const [any, spam] = defaultDetector({ otherScore: 0, tabScore: 0.2 }).channels;
    expect(any.scores).toMatchObject({ inbox: 0, tab: 0.2, other: 0, missing: 1 });
    expect(spam.scores).toMatchObject({ inbox: 0, tab: 0.2, other: 0, missing: 0, spam: 1 });
  });

  it.each([
    [{ fixedBadRate: 0.4 }, "fixedBadRate: expected 0 (learn it) or a rate below 0.4"],
    [{ fixedBadRate: -0.1 }, "fixedBadRate: expected 0 (learn it) or a rate below 0.4"],
    [{ fixedBadRate: Number.NaN }, "fixedBadRate: expected 0 (learn it) or a rate below 0.4"],
    [{ alarmAt: 1 }, "alarmAt: expected a number above 1, up to 1e12"],
    [{ alarmAt: Number.POSITIVE_INFINITY }, "alarmAt: expected a number above 1, up to 1e12"],
    [{ sloInbox: 1 }, "sloInbox: expected a rate from 0.5 to below 1"],
    [{ sloInbox: 0.2 }, "sloInbox: expected a rate from 0.5 to below 1"],
    [{ tabScore: 1.1 }, "tabScore: expected a number from 0 to 1"],
    [{ otherScore: -1 }, "otherScore: expected a number from 0 to 1"],
    [{ nullAfterBad: 1 }, 'nullAfterBad: expected 0 (off), a rate below 1, or "learned"'],
    [
      { warmUp: { startsAt: 5, endsAt: 5, from: 0.3, to: 0.05 } },
      "warmUp: expected endsAt after startsAt",
    ],
    [
      { warmUp: { startsAt: 0, endsAt: 5, from: 0, to: 0.05 } },
      "warmUp: expected bad rates between 0 and 1",
    ],
  ])("refuse %j", (settings, problem) => {
    expect(detectorConfig(settings)).toEqual({ problems: [problem] });
    expect(() => defaultDetector(settings)).toThrow(problem);
  });

  it("are refused with all problems at once", () => {
    expect(detectorConfig({ alarmAt: 0, sloInbox: 2 })).toMatchObject({
      problems: { length: 2 },
    });
  });
});
