import {
  type CadencePlan,
  DEFAULT_CADENCE,
  fullBucket,
  nextCanary,
  spendToken,
} from "../../src/attrition/cadence.ts";
import { defaultDetector, type DetectorConfig } from "../../src/attrition/config.ts";
import { advance, copyStream, evidenceOf, newStream } from "../../src/attrition/stream.ts";
import { type Delay, summary } from "./operating.ts";
import { type Random, seeded } from "./random.ts";
import { draw, type Mix } from "./watcher.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** From sending to knowing the outcome. */
const KNOWN_AFTER = 2 * MINUTE;
const HEALTHY: Mix = { inbox: 0.98, spamShare: 0.5 };

export const CADENCES: readonly { readonly name: string; readonly plan: CadencePlan }[] = [
  { name: "fixed, every 60 min", plan: fixed(60) },
  { name: "**adaptive, as shipped: every 65 min, bursts**", plan: DEFAULT_CADENCE },
  { name: "adaptive, every 60 min, bursts", plan: { ...DEFAULT_CADENCE, everyMs: HOUR } },
  { name: "adaptive, every 2 h, bursts", plan: { ...DEFAULT_CADENCE, everyMs: 2 * HOUR } },
  { name: "fixed, every 30 min", plan: fixed(30) },
];

/** A watched provider with its clock, milliseconds. */
interface World {
  state: ReturnType<typeof newStream>;
  bucket: ReturnType<typeof fullBucket>;
  now: number;
  sent: number;
}

/** Tolerates one false alarm a year at one canary an hour, whatever the cadence. */
function detector(fixedBadRate: number): DetectorConfig {
  return defaultDetector({ alarmAt: YEAR / HOUR, fixedBadRate });
}

/** Delays in hours after a healthy stretch, for a fall to each of the rates. */
export function cadenceDelays(
  plan: CadencePlan,
  fixedBadRate: number,
  rates: readonly number[],
  effort: { readonly stretches: number; readonly fallsEach: number; readonly healthyDays: number },
  seed: number,
): Delay[] {
  const random = seeded(seed);
  const config = detector(fixedBadRate);
  const hours = rates.map((): number[] => []);
  for (let stretch = 0; stretch < effort.stretches; stretch++) {
    const world = newWorld(config, plan);
    const fallAt = (effort.healthyDays + random()) * DAY;
    while (world.now < fallAt && world.state.alarm === null) {
      send(world, HEALTHY, config, plan, random);
    }
    if (world.state.alarm !== null) continue;
    for (const [index, inbox] of rates.entries()) {
      for (let n = 0; n < effort.fallsEach; n++) {
        const copy = { ...world, state: copyStream(world.state) };
        while (copy.state.alarm === null) {
          send(copy, { ...HEALTHY, inbox }, config, plan, random);
        }
        hours[index]?.push(((copy.state.newestAt ?? 0) * 1000 - fallAt) / HOUR);
      }
    }
  }
  return hours.map(summary);
}

/** False alarms a year and canaries a day while all is well. */
export function cadenceCost(
  plan: CadencePlan,
  fixedBadRate: number,
  years: number,
  seed: number,
): { readonly falseAlarmsPerYear: number; readonly canariesPerDay: number } {
  const random = seeded(seed);
  const config = detector(fixedBadRate);
  const world = newWorld(config, plan);
  let alarms = 0;
  while (world.now < years * YEAR) {
    const was = world.state.alarm;
    send(world, HEALTHY, config, plan, random);
    if (was === null && world.state.alarm !== null) alarms += 1;
  }
  return { falseAlarmsPerYear: alarms / years, canariesPerDay: world.sent / (world.now / DAY) };
}

function newWorld(config: DetectorConfig, plan: CadencePlan): World {
  return { state: newStream(config), bucket: fullBucket(0, plan), now: 0, sent: 0 };
}

/** Sends the canary that is due, learns its outcome, and moves the clock to the next. */
function send(
  world: World,
  mix: Mix,
  config: DetectorConfig,
  plan: CadencePlan,
  random: Random,
): void {
  const sentAt = world.now;
  const knownAt = sentAt + KNOWN_AFTER;
  world.sent += 1;
  advance(world.state, { outcome: draw(mix, random), time: knownAt / 1000 }, config);
  const next = nextCanary(
    {
      now: knownAt,
      lastSentAt: sentAt,
      evidence: evidenceOf(world.state, config),
      alarmed: world.state.alarm !== null,
      budgetLeft: Number.POSITIVE_INFINITY,
      budgetResetsAt: knownAt,
    },
    world.bucket,
    plan,
  );
  if (next.burst) world.bucket = spendToken(world.bucket, next.dueAt, plan);
  world.now = next.dueAt;
}

function fixed(minutes: number): CadencePlan {
  return { ...DEFAULT_CADENCE, everyMs: minutes * MINUTE, burstTokens: 0 };
}
