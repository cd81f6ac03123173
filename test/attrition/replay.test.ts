import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answer, answer, newReplay } from "../../src/attrition/replay.ts";

/** The answers to these messages, in order. */
function replay(...messages: unknown[]): Answer[] {
  const stream = newReplay();
  return messages.map((message) => answer(stream, JSON.stringify(message)));
}

describe("a replayed line", () => {
  it("is answered with the detector's reading", () => {
    const [reading] = replay({ outcome: "inbox", t: 1_767_225_600 });
    expect(Object.keys(reading ?? {})).toEqual([
      "alarm",
      "evidence",
      "baseline",
      "mean",
      "low",
      "high",
      "since",
    ]);
    expect(reading).toMatchObject({ alarm: false, since: null });
  });

  it("resets to the settings it names, and to the shipped ones for the rest", () => {
    const bad = { outcome: "missing", t: 3600 };
    const [, once, , fresh] = replay(
      { reset: { alarmAt: 10, fixedBadRate: 0.02 } },
      bad,
      { reset: {} },
      bad,
    );
    // The mean of tilt / (1 + 0.02 (tilt - 1)) over the tilts.
    const evidence = [3, 8, 25, 200].map((r) => r / (1 + 0.02 * (r - 1)));
    const mean = evidence.reduce((sum, e) => sum + e, 0) / 4;
    expect(once).toMatchObject({ alarm: true, baseline: 0.98 });
    expect(once).toHaveProperty("since", expect.closeTo(3600, 6));
    expect(once).toHaveProperty("evidence", Math.log10(mean));
    expect(fresh).toMatchObject({ alarm: false });
  });

  it("answers a reset with an empty object, null settings left out", () => {
    expect(
      replay({ reset: { fixedBadRate: 0, sloInbox: 0.9 } }, { reset: { alarmAt: null } }),
    ).toEqual([{}, {}]);
  });

  it("takes rejected for refused and bounced, which score alike", () => {
    const one = (outcome: string) => replay({ outcome, t: 0 });
    expect(one("rejected")).toEqual(one("refused"));
    expect(one("rejected")).toEqual(one("bounced"));
    expect(one("rejected")).not.toEqual(one("spam"));
  });

  it("reads the same after an unknown outcome", () => {
    const [before, after] = replay({ outcome: "spam", t: 0 }, { outcome: "unknown", t: 1800 });
    expect(after).toEqual(before);
  });

  it.each([
    ["", /not a JSON object: expected \{"outcome"/],
    ["inbox", /not a JSON object/],
    ["[1]", /not a JSON object/],
    ["null", /not a JSON object/],
    ['{"outcome": "inboxx", "t": 1}', /^outcome: expected/],
    ['{"t": 1}', /^outcome: expected/],
    ['{"outcome": ["inbox"], "t": 1}', /^outcome: expected/],
    ['{"outcome": "inbox"}', /^t: expected a number/],
    ['{"outcome": "inbox", "t": "1"}', /^t: expected a number/],
    ['{"outcome": "inbox", "t": 1e300}', /^t: expected a number/],
    ['{"reset": 1}', /^reset: expected an object/],
    ['{"reset": {"alarmat": 1}}', /^reset: unknown key, expected some of alarmAt/],
    ['{"reset": {"alarmAt": "1"}}', /^reset\.alarmAt: expected a number/],
    ['{"reset": {"fixedBadRate": 0.4}}', /^fixedBadRate: expected 0/],
    ['{"reset": {"sloInbox": 1}}', /^sloInbox: expected a rate/],
    ['{"reset": {"alarmAt": 1e999}}', /^alarmAt: expected/],
  ])("%s is refused, and changes nothing", (line, message) => {
    const stream = newReplay();
    answer(stream, '{"outcome": "spam", "t": 0}');
    const before = structuredClone(stream);
    expect(answer(stream, line)).toEqual({ error: expect.stringMatching(message) as unknown });
    expect(stream).toEqual(before);
  });

  it("is never a reason to throw", () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((o) => JSON.stringify(o)),
    );
    fc.assert(
      fc.property(line, (text) => {
        const said = answer(newReplay(), `{"hostile": ${text}`);
        expect(said).toHaveProperty("error");
      }),
    );
  });
});
