import type { Outcome } from "../../src/domain/canary.ts";
import type { Rule, Watcher } from "./watcher.ts";

/** What people configure today, in canaries: the alarm is on while the condition holds. */
export const TODAYS_RULES: readonly Rule[] = [
  inARow(1),
  inARow(2),
  inARow(3),
  averageBelow(24, 0.9),
  averageBelow(48, 0.9),
  averageBelow(48, 0.95),
  averageBelow(100, 0.95),
  burnRates(0.95),
];

function inARow(count: number): Rule {
  const name = count === 1 ? "last canary failed" : `${count} failed in a row`;
  return overWindow(name, count, (failed) => failed(count) === count);
}

function averageBelow(count: number, rate: number): Rule {
  const limit = count * (1 - rate) + 1e-9;
  return overWindow(`average of ${count} < ${rate}`, count, (failed) => failed(count) > limit);
}

/**
 * The multi-window burn rates of the Google SRE workbook (14.4x over 1 h and 5 min, 6x over 6 h
 * and 30 min, 1x over 3 d and 6 h), each window holding the canaries of one every 30 minutes.
 */
function burnRates(slo: number): Rule {
  const pairs = [
    { long: 2, short: 1, burn: 14.4 },
    { long: 12, short: 1, burn: 6 },
    { long: 144, short: 12, burn: 1 },
  ];
  return overWindow(`SRE burn rates, SLO ${slo}`, 144, (failed) =>
    pairs.some(({ long, short, burn }) => {
      const limit = burn * (1 - slo) + 1e-9;
      return failed(long) > limit * long && failed(short) > limit * short;
    }),
  );
}

type Condition = (failed: (newest: number) => number) => boolean;

/** A rule about how many of the newest canaries failed; it waits until its window is full. */
function overWindow(name: string, size: number, condition: Condition): Rule {
  return { name, start: () => windowWatcher([], size, condition) };
}

/** Keeps running totals: `totals[i]` failures among all canaries but the newest `i`. */
function windowWatcher(totals: number[], size: number, condition: Condition): Watcher {
  const failed = (newest: number): number => (totals.at(-1) ?? 0) - (totals.at(-1 - newest) ?? 0);
  return {
    see(outcome: Outcome) {
      totals.push((totals.at(-1) ?? 0) + (outcome === "inbox" ? 0 : 1));
      if (totals.length > 64 * size + 1024) totals.splice(0, totals.length - size - 1);
      return totals.length > size && condition(failed);
    },
    copy: () => windowWatcher(totals.slice(-size - 1), size, condition),
  };
}
