import { createTask } from "node-cron";
import { MINUTE } from "../domain/duration.ts";
import type { Schedule } from "../domain/schedule.ts";

/** So many of the next runs are looked at: more than a day of one every ten minutes. */
const SAMPLE = 150;

/** The mean interval of a schedule, milliseconds. */
export function meanIntervalMs(schedule: Schedule): number {
  if (schedule.kind === "every") return schedule.everyMs;
  const task = createTask(schedule.expression, () => undefined, { timezone: "UTC" });
  const runs = task.getNextRuns(SAMPLE);
  void task.destroy();
  const [first] = runs;
  const last = runs.at(-1);
  if (first === undefined || last === undefined || runs.length < 2) return FALLBACK_MS;
  return (last.getTime() - first.getTime()) / (runs.length - 1);
}

/** For an expression that never matches again. */
const FALLBACK_MS = 30 * MINUTE;
