import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { Net } from "../../src/domain/net.ts";
import { runCheck, type Runnable } from "../../src/scheduler/runner.ts";
import { crankedClock } from "../fakes/clock.ts";
import { memoryLog } from "../fakes/log.ts";

const net = { clock: crankedClock() } as unknown as Net;
const idle = new AbortController().signal;
const check = (run: Runnable["run"], timeoutMs = 1000): Runnable => ({
  id: "probe a=b",
  probe: "probe",
  labels: { a: "b" },
  timeoutMs,
  run,
});

describe("scheduler/runner", () => {
  it("adds what the probe does not know: check, time, duration", async () => {
    const verdict = { severity: "ok", findings: [], samples: [] } as const;
    const result = await runCheck(
      check(() => Promise.resolve(verdict)),
      net,
      memoryLog(),
      idle,
    );
    expect(result).toEqual({
      ...verdict,
      check: "probe a=b",
      probe: "probe",
      labels: { a: "b" },
      observedAt: net.clock.now(),
      durationMs: 0,
    });
  });

  it("calls a check that throws unknown, and logs the cause", async () => {
    const log = memoryLog();
    const result = await runCheck(
      check(() => Promise.reject(new Error("bug"))),
      net,
      log,
      idle,
    );
    expect(result).toMatchObject({ severity: "unknown", findings: [{ kind: "check-crashed" }] });
    expect(log.lines).toMatchObject([{ level: "error", data: { check: "probe a=b" } }]);
  });

  it("calls a check unknown that ignores its signal and hangs", async () => {
    const hangs = check(() => new Promise(() => undefined), 20);
    const result = await runCheck(hangs, net, memoryLog(), idle);
    expect(result).toMatchObject({ severity: "unknown", findings: [{ kind: "check-timed-out" }] });
  });

  it("forgets the time-out of a check that is done, and what it holds", async () => {
    const signals: AbortSignal[] = [];
    const quick = check((_, signal) => {
      signals.push(signal);
      return Promise.resolve({ severity: "ok", findings: [], samples: [] });
    }, 10);
    await runCheck(quick, net, memoryLog(), idle);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    expect(getEventListeners(idle, "abort")).toHaveLength(0);
  });

  it("rejects when the daemon stops, so that no verdict is written about it", async () => {
    const stop = new AbortController();
    const run = runCheck(
      check(() => new Promise(() => undefined)),
      net,
      memoryLog(),
      stop.signal,
    );
    stop.abort(new Error("stop"));
    await expect(run).rejects.toThrow("stop");
  });
});
