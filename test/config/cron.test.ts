import fc from "fast-check";
import { validate } from "node-cron";
import { describe, expect, it } from "vitest";
import { readCron, shortestGap } from "../../src/config/cron.ts";
import { HOUR, MINUTE, SECOND } from "../../src/domain/duration.ts";

describe("config/cron", () => {
  it.each([
    ["*/30 * * * *", 48, 30 * MINUTE],
    ["*/20 * * * * *", 4320, 20 * SECOND],
    ["0 8-18/2 * * mon-fri", 6, 2 * HOUR],
    ["15,45 * 1 jan,DEC *", 48, 30 * MINUTE],
    ["59 23 * * 7", 1, 24 * HOUR],
    ["0 1,23 * * *", 2, 2 * HOUR],
    ["  0   0  29 2 * ", 1, 24 * HOUR],
  ])("knows how often %j fires on a day", (expression, count, gap) => {
    const cron = readCron(expression);
    expect(cron.ok && cron.timesOfDay.length).toBe(count);
    expect(cron.ok && shortestGap(cron.timesOfDay)).toBe(gap);
  });

  it.each([
    ["* * * *", "has 4 fields"],
    ["* * * * * * *", "has 7 fields"],
    ["60 * * * *", "has a wrong minute"],
    ["* 24 * * *", "has a wrong hour"],
    ["* * 0 * *", "has a wrong day of the month"],
    ["* * * 13 *", "has a wrong month"],
    ["* * * * 8", "has a wrong day of the week"],
    ["60 * * * * *", "has a wrong second"],
    ["5/10 * * * *", "has a wrong minute"],
    ["*/0 * * * *", "has a wrong minute"],
    ["30-10 * * * *", "has a wrong minute"],
    ["1-2-3 * * * *", "has a wrong minute"],
    ["*/2/2 * * * *", "has a wrong minute"],
    ["1,,2 * * * *", "has a wrong minute"],
    ["* * * * sunsun", "has a wrong day of the week"],
    ["* * 31 2,4,6 *", "names a date that no year has"],
    ["@daily", "has 1 fields"],
    ["* ".repeat(1000), "has 100 fields"],
  ])("does not accept %j", (expression, wrong) => {
    expect(readCron(expression)).toEqual({ ok: false, wrong });
  });

  it("accepts nothing that the scheduler would refuse", () => {
    const value = fc.integer({ min: 0, max: 61 }).map(String);
    const item = fc.oneof(
      fc.constantFrom("*", "*/5", "*/7", "jan", "mon", "mon-fri", "feb-mar"),
      value,
      fc.tuple(value, value).map(([a, b]) => `${a}-${b}`),
      fc.tuple(value, value, value).map(([a, b, c]) => `${a}-${b}/${c}`),
    );
    const field = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
    const usual = fc.oneof({ weight: 3, arbitrary: fc.constant("*") }, field);
    const expression = fc.array(usual, { minLength: 5, maxLength: 6 });
    fc.assert(
      fc.property(expression, (fields) => {
        const text = fields.join(" ");
        fc.pre(readCron(text).ok);
        expect([text, validate(text)]).toEqual([text, true]);
      }),
      { numRuns: 1000 },
    );
  });
});
