import { describe, expect, it } from "vitest";
import { MINUTE } from "../../src/domain/duration.ts";
import { type Job, startTimetable } from "../../src/scheduler/timetable.ts";
import { crankedClock } from "../fakes/clock.ts";
import { silentLog } from "../fakes/log.ts";

function setUp(over: Partial<Job> = {}, random = () => 0.5) {
  const clock = crankedClock();
  const stop = new AbortController();
  const runs: number[] = [];
  const job: Job = {
    id: "job",
    schedule: { kind: "every", everyMs: 10 * MINUTE },
    jitterMs: 0,
    lastRunAt: undefined,
    run: () => {
      runs.push(clock.monotonic() / MINUTE);
      return Promise.resolve(undefined);
    },
    ...over,
  };
  const timetable = startTimetable([job], { clock, log: silentLog, random }, stop.signal);
  return { clock, stop, runs, timetable };
}

describe("scheduler/timetable", () => {
  it("runs at start and then by the interval", async () => {
    const { clock, runs } = setUp();
    await clock.advance(25 * MINUTE);
    expect(runs).toEqual([0, 10, 20]);
  });

  it("spreads the first run by the jitter and swings around the interval afterwards", async () => {
    const draws = [1, 0, 1, 0.5];
    const { clock, runs } = setUp({ jitterMs: 4 * MINUTE }, () => draws.shift() ?? 0.5);
    await clock.advance(25 * MINUTE);
    expect(runs).toEqual([4, 12, 24]);
  });

  it("does not run early because of a restart", async () => {
    const { clock, runs } = setUp({ lastRunAt: crankedClock().now() - 4 * MINUTE });
    await clock.advance(7 * MINUTE);
    expect(runs).toEqual([6]);
  });

  it("runs at once when the last run lies in the future: the clock was wrong", async () => {
    const { clock, runs } = setUp({ lastRunAt: crankedClock().now() + 99 * MINUTE });
    await clock.advance(MINUTE);
    expect(runs).toEqual([0]);
  });

  it("never overlaps a job with itself and waits no longer than the rest of the interval", async () => {
    let active = 0;
    let most = 0;
    const starts: number[] = [];
    const { clock, timetable } = setUp({
      async run(signal) {
        active += 1;
        most = Math.max(most, active);
        starts.push(clock.monotonic() / MINUTE);
        await clock.sleep(15 * MINUTE, signal);
        active -= 1;
        return undefined;
      },
    });
    await clock.advance(MINUTE);
    timetable.runNow("job");
    await clock.advance(39 * MINUTE);
    expect(most).toBe(1);
    expect(starts).toEqual([0, 15, 30]);
  });

  it("goes on after a job that crashed", async () => {
    let runs = 0;
    const { clock } = setUp({
      run() {
        runs += 1;
        return Promise.reject(new Error("bug"));
      },
    });
    await clock.advance(25 * MINUTE);
    expect(runs).toBe(3);
  });

  it("runs sooner where the job asks for it, and never later", async () => {
    const asks = [3 * MINUTE, 99 * MINUTE];
    const starts: number[] = [];
    const { clock } = setUp({
      run() {
        starts.push(clock.monotonic() / MINUTE);
        return Promise.resolve(asks.shift());
      },
    });
    await clock.advance(14 * MINUTE);
    expect(starts).toEqual([0, 3, 13]);
  });

  it("runs a job once more that was asked for while it was running", async () => {
    const runs: number[] = [];
    const { clock, timetable } = setUp({
      async run(signal) {
        runs.push(clock.monotonic() / MINUTE);
        await clock.sleep(2 * MINUTE, signal);
        return undefined;
      },
    });
    await clock.advance(MINUTE);
    timetable.runNow("job");
    timetable.runNow("job");
    await clock.advance(5 * MINUTE);
    expect(runs).toEqual([0, 2]);
  });

  it("runs a job out of turn when asked", async () => {
    const { clock, runs, timetable } = setUp();
    await clock.advance(3 * MINUTE);
    timetable.runNow("job");
    await clock.advance(MINUTE);
    expect(runs).toEqual([0, 3]);
  });

  it("ends when the signal aborts", async () => {
    const { clock, stop, timetable } = setUp();
    await clock.advance(MINUTE);
    stop.abort();
    await expect(timetable.ended()).resolves.toBeUndefined();
  });

  it("runs a cron job at start and by node-cron", async () => {
    const stop = new AbortController();
    const runs: string[] = [];
    const clock = {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      sleep: () => Promise.resolve(),
    };
    const twice = Promise.withResolvers<void>();
    const timetable = startTimetable(
      [
        {
          id: "cron",
          schedule: { kind: "cron", expression: "* * * * * *" },
          jitterMs: 0,
          lastRunAt: undefined,
          run() {
            runs.push("run");
            if (runs.length === 2) twice.resolve();
            return Promise.resolve(undefined);
          },
        },
      ],
      { clock, log: silentLog, random: () => 0 },
      stop.signal,
    );
    await twice.promise;
    stop.abort();
    await timetable.ended();
    expect(runs).toHaveLength(2);
  });
});
