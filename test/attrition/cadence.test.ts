import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Bucket,
  DEFAULT_CADENCE,
  fullBucket,
  nextCanary,
  type Situation,
  spendToken,
} from "../../src/attrition/cadence.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FULL = fullBucket(0, DEFAULT_CADENCE);

const situation: Situation = {
  now: 10 * HOUR,
  lastSentAt: 10 * HOUR - 2 * MINUTE,
  evidence: 1,
  alarmed: false,
  budgetLeft: 100,
  budgetResetsAt: DAY,
};

const ask = (differently: Partial<Situation>, bucket: Bucket = FULL) =>
  nextCanary({ ...situation, ...differently }, bucket, DEFAULT_CADENCE);

describe("the next canary", () => {
  it("goes at the steady rate while nothing is suspected", () => {
    expect(ask({})).toEqual({ dueAt: 10 * HOUR + 63 * MINUTE, burst: false });
  });

  it("goes five minutes after the last once the evidence is at 100", () => {
    expect(ask({ evidence: 100 })).toEqual({ dueAt: 10 * HOUR + 3 * MINUTE, burst: true });
    expect(ask({ evidence: 99.9 }).burst).toBe(false);
  });

  it("goes at once when it is the first, or overdue", () => {
    expect(ask({ lastSentAt: undefined })).toEqual({ dueAt: 10 * HOUR, burst: false });
    expect(ask({ lastSentAt: 0 }).dueAt).toBe(10 * HOUR);
  });

  it("does not hurry after the alarm", () => {
    expect(ask({ evidence: 1e6, alarmed: true }).burst).toBe(false);
  });

  it("does not burst with an empty bucket, which an hour fills by one", () => {
    const empty = { tokens: 0, at: 10 * HOUR };
    expect(ask({ evidence: 100 }, empty).burst).toBe(false);
    const hourLater = { now: 11 * HOUR, lastSentAt: 11 * HOUR };
    expect(ask({ evidence: 100, ...hourLater }, empty).burst).toBe(true);
  });

  it("waits for the new day when the budget is spent", () => {
    expect(ask({ budgetLeft: 0, evidence: 1e6 })).toEqual({ dueAt: DAY, burst: false });
  });

  it("never spends on a burst what the steady rate needs until the end of the day", () => {
    // 14 hours to go: 13 steady canaries.
    expect(ask({ budgetLeft: 13, evidence: 100 }).burst).toBe(false);
    expect(ask({ budgetLeft: 14, evidence: 100 }).burst).toBe(true);
  });
});

describe("a day under the worst suspicion", () => {
  it("stays inside the hard budget, and inside the bucket", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), (budget) => {
        let bucket = FULL;
        let now = 0;
        let lastSentAt: number | undefined;
        let [sent, bursts] = [0, 0];
        while (now < DAY) {
          sent += 1;
          lastSentAt = now;
          const next = ask({ now, lastSentAt, evidence: 1e5, budgetLeft: budget - sent }, bucket);
          if (next.burst) {
            bucket = spendToken(bucket, next.dueAt, DEFAULT_CADENCE);
            bursts += 1;
          }
          now = next.dueAt;
        }
        expect(sent).toBeLessThanOrEqual(budget);
        expect(bursts).toBeLessThanOrEqual(48);
      }),
    );
  });

  it("gains nothing from a clock that is put back", () => {
    const spent = spendToken({ tokens: 1, at: DAY }, DAY, DEFAULT_CADENCE);
    expect(ask({ now: 0, lastSentAt: 0, evidence: 100 }, spent).burst).toBe(false);
  });
});
