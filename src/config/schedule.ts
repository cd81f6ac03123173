import { z } from "zod";
import { DAY, SECOND } from "../domain/duration.ts";
import type { Config } from "../domain/config.ts";
import type { Schedule } from "../domain/schedule.ts";
import { readCron, shortestGap } from "./cron.ts";
import { duration, section } from "./values.ts";

const EXPECTED = "every: 30m, or cron with 5 or 6 fields in UTC";

/** `{every: 30m}` or `{cron: "*\/30 * * * *"}`. */
export function scheduleSection() {
  return section(EXPECTED, {
    every: duration(SECOND, 7 * DAY)
      .optional()
      .describe("Time between two canaries."),
    cron: cron().optional().describe("Cron expression, in UTC: 5 fields, or 6 with seconds first."),
  })
    .transform(({ every, cron }, context): Schedule => {
      if (every !== undefined && cron === undefined) return { kind: "every", everyMs: every };
      if (cron !== undefined && every === undefined) return { kind: "cron", expression: cron };
      const wrong = cron === undefined ? "is empty" : "has both every and cron";
      context.addIssue({ code: "custom", message: `${wrong}, expected ${EXPECTED}` });
      return z.NEVER;
    })
    .meta({ oneOf: [{ required: ["every"] }, { required: ["cron"] }] });
}

/** How often it fires on its busiest day. */
export function runsPerDay(schedule: Schedule): number {
  return schedule.kind === "every" ? DAY / schedule.everyMs : timesOfDay(schedule).length;
}

/** How many canaries the whole config sends on its busiest day. */
export function canariesPerDay({ routes, seeds, schedule }: Config): number {
  const pairs = seeds.flatMap((seed) =>
    routes
      .filter(({ name }) => seed.routes.includes(name))
      .map((route) => seed.schedule ?? route.schedule ?? schedule),
  );
  return pairs.reduce((sum, schedule) => sum + runsPerDay(schedule), 0);
}

/** The shortest time between two runs, milliseconds. */
export function shortestIntervalMs(schedule: Schedule): number {
  return schedule.kind === "every" ? schedule.everyMs : shortestGap(timesOfDay(schedule));
}

function timesOfDay({ expression }: Extract<Schedule, { kind: "cron" }>): readonly number[] {
  const cron = readCron(expression);
  return cron.ok ? cron.timesOfDay : [];
}

function cron() {
  const expected = 'minute hour day month weekday in UTC, such as "*/30 * * * *"';
  return z
    .string({ error: `is not a cron expression, expected ${expected}` })
    .transform((text, context) => {
      const cron = readCron(text);
      if (cron.ok) return text;
      context.addIssue({ code: "custom", message: `${cron.wrong}, expected ${expected}` });
      return z.NEVER;
    });
}
