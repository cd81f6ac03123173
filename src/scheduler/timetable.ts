import { schedule as cronSchedule, type ScheduledTask } from "node-cron";
import { MINUTE } from "../domain/duration.ts";
import type { Log } from "../domain/log.ts";
import type { Clock } from "../domain/net.ts";
import type { Schedule } from "../domain/schedule.ts";

/** Something that runs again and again. */
export interface Job {
  readonly id: string;
  readonly schedule: Schedule;
  /** Each run is put off by a random time up to this. */
  readonly jitterMs: number;
  /** When it last ran, wall clock, where that is remembered: a restart does not run it early. */
  readonly lastRunAt: number | undefined;
  /** Answers after how many milliseconds to run again, where that is sooner than the interval. */
  run(signal: AbortSignal): Promise<number | undefined>;
}

/** The running jobs. */
export interface Timetable {
  /** Runs a job now; one that is running is run once more when it has ended. */
  runNow(id: string): void;
  /** Stops the clockwork and resolves when the last run has ended; for after the signal has aborted. */
  ended(): Promise<void>;
}

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** Runs each job at start, put off by its jitter, and then by its schedule. A job never overlaps itself. */
export function startTimetable(
  jobs: readonly Job[],
  { clock, log, random }: Parts,
  signal: AbortSignal,
): Timetable {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const running = new Map<string, Promise<number | undefined>>();
  const tasks: ScheduledTask[] = [];

  function launch(job: Job): Promise<number | undefined> {
    const present = running.get(job.id);
    if (present !== undefined) return present;
    const run = runOnce(job).finally(() => running.delete(job.id));
    running.set(job.id, run);
    return run;
  }

  async function launchAfresh(job: Job): Promise<void> {
    await running.get(job.id);
    if (!signal.aborted) await launch(job);
  }

  async function runOnce(job: Job): Promise<number | undefined> {
    try {
      return await job.run(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      log.error({ job: job.id, err: error }, "Job crashed; it runs again at its next turn");
      return undefined;
    }
  }

  async function launchAfter(job: Job, delayMs: number): Promise<number | undefined> {
    try {
      await clock.sleep(delayMs, signal);
    } catch {
      return undefined; // Aborted: the daemon is going down.
    }
    return launch(job);
  }

  async function repeat(job: Job, everyMs: number): Promise<void> {
    let waitMs = firstDelayMs(job, everyMs, clock.now()) + random() * job.jitterMs;
    while (!signal.aborted) {
      const dueAt = clock.monotonic() + waitMs;
      const againInMs = await launchAfter(job, waitMs);
      const overrunMs = clock.monotonic() - dueAt;
      // Jitter swings around the interval, so that the mean cadence is what was asked for.
      const usualMs = Math.max(0, everyMs - overrunMs + (random() - 0.5) * job.jitterMs);
      waitMs = againInMs === undefined ? usualMs : Math.min(usualMs, againInMs);
    }
  }

  const loops: Promise<void>[] = [];
  for (const job of jobs) {
    if (job.schedule.kind === "every") {
      loops.push(repeat(job, job.schedule.everyMs));
    } else {
      const turn = (): void => void launchAfter(job, random() * job.jitterMs);
      tasks.push(cronSchedule(job.schedule.expression, turn, { timezone: "UTC" }));
      if (!recently(job, clock.now())) turn();
    }
  }

  return {
    runNow(id) {
      const job = byId.get(id);
      if (job !== undefined) void launchAfresh(job);
    },
    async ended() {
      for (const task of tasks) await task.destroy();
      await Promise.all([...loops, ...running.values()]);
    },
  };
}

function firstDelayMs({ lastRunAt }: Job, everyMs: number, now: number): number {
  if (lastRunAt === undefined || lastRunAt > now) return 0;
  return Math.max(0, lastRunAt + everyMs - now);
}

/** A daemon that restarts every few minutes does not send a canary each time. */
const RECENT_MS = 10 * MINUTE;

function recently({ lastRunAt }: Job, now: number): boolean {
  return lastRunAt !== undefined && now - lastRunAt < RECENT_MS;
}
