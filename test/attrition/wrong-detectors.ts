import type { Outcome } from "../../src/domain/canary.ts";
import { defaultDetector, type DetectorConfig } from "../../src/attrition/config.ts";
import { mailcanary, type Rule, type Watcher } from "../../bench/detector/watcher.ts";

/** Makes a detector for a stream whose bad rate is known, or learned when 0 is given. */
export type Maker = (fixedBadRate: number) => Rule;

/** The detector as shipped. */
export const shipped: Maker = changed(() => ({}));

/** What a detector is examined for; a profile's number examines its delays. */
export type Check = "known" | ".99" | ".98" | ".96" | "spam" | "young" | "slow" | "end" | "false";

/** Plausible mistakes, each with the check that it must not pass. */
export const WRONG: readonly (readonly [mistake: string, make: Maker, check: Check])[] = [
  ["alarms at a fifth of the threshold", changed((c) => ({ alarmAt: c.alarmAt / 5 })), "false"],
  ["alarms at five times the threshold", changed((c) => ({ alarmAt: c.alarmAt * 5 })), "known"],
  ["takes the first 200 canaries for the truth", plugIn, "false"],
  ["takes 0.02 for everybody's normal", () => shipped(0.02), "false"],
  ["adds no caution to the learned rate", changed(() => ({ caution: 0 })), "false"],
  ["adds too much caution", changed(() => ({ caution: 3 })), ".98"],
  ["learns nothing", changed(() => ({ block: 1e9 })), ".99"],
  ["has no spam channel", changed(withoutSpam), "spam"],
  ["has a spam channel only", changed(spamOnly), ".98"],
  ["has a short memory and no lag", changed(() => ({ memory: 100, block: 5 })), "slow"],
  ["learns while it is worried", changed(() => ({ warnShare: 1, block: 10 })), "young"],
  ["does not know the objective", changed(() => ({ sloInbox: 0.01 })), "young"],
  ["looks for small falls only", changed(() => ({ tilts: [3] })), "known"],
  ["looks for blackouts only", changed(() => ({ tilts: [200] })), "known"],
  ["forgets everything at a daily restart", (rate) => restarted(shipped(rate), 48), ".98"],
  ["counts unknown as missing", (rate) => believingUnknown(shipped(rate)), "false"],
  ["does not latch", changed(() => ({ recoverAt: 1 })), "end"],
  ["hardly ever recovers", changed(() => ({ recoverAt: 1e9 })), "end"],
];

function changed(change: (config: DetectorConfig) => Partial<DetectorConfig>): Maker {
  return (fixedBadRate) => {
    const config = defaultDetector({ fixedBadRate });
    return mailcanary("changed", { ...config, ...change(config) });
  };
}

function withoutSpam({ channels: [any, spam] }: DetectorConfig): Partial<DetectorConfig> {
  return {
    channels: [
      { ...any, weight: 1 },
      { ...spam, weight: 0 },
    ],
  };
}

function spamOnly({ channels: [any, spam] }: DetectorConfig): Partial<DetectorConfig> {
  return {
    channels: [
      { ...any, weight: 0 },
      { ...spam, weight: 1 },
    ],
  };
}

/** Counts what was bad among the first canaries, and never looks back. */
function plugIn(fixedBadRate: number): Rule {
  if (fixedBadRate > 0) return shipped(fixedBadRate);
  const trial = 200;
  const watch = (seen: number, bad: number, inner: Watcher | undefined): Watcher => ({
    see(outcome, time) {
      if (outcome === "unknown") return false;
      if (inner !== undefined) return inner.see(outcome, time);
      seen += 1;
      bad += outcome === "inbox" ? 0 : 1;
      if (seen === trial) inner = shipped(Math.max(bad, 0.5) / trial).start();
      return false;
    },
    copy: () => watch(seen, bad, inner?.copy()),
  });
  return { name: "plug-in", start: () => watch(0, 0, undefined) };
}

function restarted(rule: Rule, every: number): Rule {
  const watch = (seen: number, inner: Watcher): Watcher => ({
    see(outcome, time) {
      if (seen % every === 0) inner = rule.start();
      seen += 1;
      return inner.see(outcome, time);
    },
    copy: () => watch(seen, inner.copy()),
  });
  return { name: "restarted", start: () => watch(0, rule.start()) };
}

function believingUnknown(rule: Rule): Rule {
  const known = (outcome: Outcome): Outcome => (outcome === "unknown" ? "missing" : outcome);
  const watch = (inner: Watcher): Watcher => ({
    see: (outcome, time) => inner.see(known(outcome), time),
    copy: () => watch(inner.copy()),
  });
  return { name: "believing unknown", start: () => watch(rule.start()) };
}
