import { expect, it } from "vitest";
import { CADENCES, cadenceCost, cadenceDelays } from "../../bench/detector/cadences.ts";
import { delays, falseAlarmsPerYear, mean } from "../../bench/detector/operating.ts";
import { FALLEN_TO, PROFILES, PROMISED_FALSE_ALARMS } from "../../bench/detector/profiles.ts";
import { routeDelays, routeFalseAlarmsPerYear } from "../../bench/detector/providers.ts";
import { seeded } from "../../bench/detector/random.ts";
import { slowAttrition } from "../../bench/detector/troubles.ts";
import { draw, type Rule, type Watcher } from "../../bench/detector/watcher.ts";
import { DEFAULT_CADENCE } from "../../src/attrition/cadence.ts";
import { type Check, type Maker, shipped, WRONG } from "./wrong-detectors.ts";

/** What few simulated streams may differ by, on the side of harm. */
const DELAY_TOLERANCE = 1.12;
const TAIL_TOLERANCE = 1.2;
const FALSE_ALARM_TOLERANCE = 1.5;
/** Canaries on average after a repair; it takes about 35 after 1000 healthy ones. */
const MAX_RECOVERY = 45;
const SEED = 4711;

const CHECKS: Readonly<Record<Check, (make: Maker) => Generator<string>>> = {
  known: (make) => lateness(make, 0),
  ".99": (make) => lateness(make, 1),
  ".98": (make) => lateness(make, 2),
  ".96": (make) => lateness(make, 3),
  spam: (make) => lateness(make, 4),
  young: (make) => lateness(make, 5),
  slow: (make) => slowness(make(0)),
  end: (make) => endlessness(make(0)),
  false: (make) => falseAlarms(make(0)),
};

it.each(Object.entries(CHECKS))("the detector keeps what is published of it: %s", (_, check) => {
  expect([...check(shipped)]).toEqual([]);
});

it("eight providers on one route keep what is published of them", () => {
  const effort = { stretches: 6, fallsEach: 10, rounds: 2500 };
  const [half, none] = routeDelays(1, [0.5, 0], effort, SEED);
  expect(half?.mean).toBeLessThan(10 * TAIL_TOLERANCE);
  expect(none?.mean).toBeLessThan(4 * DELAY_TOLERANCE);
  expect(none?.rightScope).toBeGreaterThan(0.9);
  const [fifth, all] = routeDelays(8, [0.8, 0], effort, SEED);
  expect(fifth?.mean).toBeLessThan(5.7 * TAIL_TOLERANCE);
  expect(all?.mean).toBeLessThan(1.7 * TAIL_TOLERANCE);
  expect(routeFalseAlarmsPerYear(3, SEED)).toBeLessThanOrEqual(1);
});

it("bursts halve the time to an alarm at the same number of canaries a day", () => {
  const effort = { stretches: 50, fallsEach: 6, healthyDays: 15 };
  const [fixed, adaptive] = CADENCES.map(({ plan }) =>
    cadenceDelays(plan, 0.02, FALLEN_TO, effort, SEED),
  );
  for (const [fall, { mean }] of (adaptive ?? []).entries()) {
    expect(mean).toBeLessThan(0.65 * (fixed?.[fall]?.mean ?? 0));
  }
  const cost = cadenceCost(DEFAULT_CADENCE, 0.02, 10, SEED);
  expect(cost.canariesPerDay).toBeLessThan(24.5);
  expect(cost.falseAlarmsPerYear).toBeLessThan(1);
});

it.each(WRONG)("a detector that %s does not pass for it", (_, make, check) => {
  const [complaint] = CHECKS[check](make);
  expect(complaint).toEqual(expect.any(String));
});

function* lateness(make: Maker, index: number): Generator<string> {
  const profile = PROFILES[index];
  if (profile === undefined) throw new RangeError(`no profile ${index}`);
  const { name, before, healthyCanaries, spamShareAfter: spamShare } = profile;
  const after = FALLEN_TO.map((inbox) => ({ inbox, spamShare }));
  const effort = { stretches: healthyCanaries > 1000 ? 80 : 150, fallsEach: 5, seed: SEED };
  const found = delays(
    make(profile.fixedBadRate),
    { before, healthyCanaries, after },
    effort,
    "ever",
  );
  for (const [fall, { mean, p95 }] of found.entries()) {
    const [promisedMean, promisedP95] = profile.promised[fall] ?? [0, 0];
    if (mean > promisedMean * DELAY_TOLERANCE || p95 > promisedP95 * TAIL_TOLERANCE) {
      yield `${name}, falls to ${FALLEN_TO[fall]}: ${mean} (${p95}) canaries`;
    }
  }
}

function* falseAlarms(rule: Rule): Generator<string> {
  const years = 12;
  const found = PROMISED_FALSE_ALARMS.map(({ badRate }) =>
    falseAlarmsPerYear(
      withUnknowns(rule),
      { inbox: 1 - badRate, spamShare: 0.5 },
      years,
      seeded(SEED + badRate * 1000),
    ),
  );
  if (found.some((perYear) => perYear > 1))
    yield `false alarms, more than one a year: ${found.join()}`;
  const promised = mean(PROMISED_FALSE_ALARMS.map(({ perYear }) => perYear));
  if (mean(found) > FALSE_ALARM_TOLERANCE * promised)
    yield `false alarms, too many: ${found.join()}`;
}

function* slowness(rule: Rule): Generator<string> {
  const canaries = slowAttrition(rule, 60, 40, SEED);
  if (canaries > 650 * DELAY_TOLERANCE) yield `slow attrition: ${canaries} canaries`;
}

/** A fall to .8 is one alarm while it lasts, and over soon after the repair. */
function* endlessness(rule: Rule): Generator<string> {
  const random = seeded(SEED);
  const runs = 40;
  const recoveries: number[] = [];
  let onsets = 0;
  for (let run = 0; run < runs; run++) {
    const watcher = rule.start();
    const see = (inbox: number): boolean => watcher.see(draw({ inbox, spamShare: 0.5 }, random), 0);
    for (let n = 0; n < 1000; n++) see(0.98);
    let on = false;
    for (let n = 0; n < 150; n++) {
      const was = on;
      on = see(0.8);
      if (on && !was) onsets += 1;
    }
    let repaired = 0;
    for (; on && repaired < 1000; repaired++) on = see(0.98);
    recoveries.push(repaired);
  }
  if (onsets > 2 * runs) yield `${onsets} alarms in ${runs} falls`;
  if (mean(recoveries) > MAX_RECOVERY) yield `over ${mean(recoveries)} canaries after the repair`;
}

/** Every twentieth look fails: nothing may come of it. */
function withUnknowns(rule: Rule): Rule {
  const watch = (inner: Watcher, seen: number): Watcher => ({
    see(outcome, time) {
      seen += 1;
      if (seen % 20 === 0) inner.see("unknown", time);
      return inner.see(outcome, time);
    },
    copy: () => watch(inner.copy(), seen),
  });
  return { name: rule.name, start: () => watch(rule.start(), 0) };
}
