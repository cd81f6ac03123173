import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../../src/domain/duration.ts";
import { createFollowUps } from "../../src/scheduler/follow-ups.ts";
import { crankedClock } from "../fakes/clock.ts";

function setUp() {
  const clock = crankedClock();
  const stop = new AbortController();
  const runs: string[] = [];
  const checks = [
    { id: "lists", follows: ["exit"] as const },
    { id: "keys", follows: ["signatures"] as const },
    { id: "records", follows: [] },
  ];
  const runNow = (id: string) => void runs.push(`${id} ${clock.monotonic() / SECOND}`);
  return { clock, stop, runs, tell: createFollowUps(checks, { clock, runNow }, stop.signal) };
}

describe("scheduler/follow-ups", () => {
  it("has those look again that follow such news, a moment later", async () => {
    const { clock, runs, tell } = setUp();
    tell(["exit"]);
    await clock.advance(SECOND);
    expect(runs).toEqual(["lists 1"]);
  });

  it("has them look once where several canaries bring news together", async () => {
    const { clock, runs, tell } = setUp();
    tell(["exit", "signatures"]);
    await clock.advance(SECOND / 2);
    tell(["exit"]);
    await clock.advance(MINUTE);
    expect(runs).toEqual(["lists 1", "keys 1"]);
  });

  it("puts later news off, and loses none of them", async () => {
    const { clock, runs, tell } = setUp();
    tell(["exit"]);
    await clock.advance(MINUTE);
    tell(["exit"]);
    tell(["exit"]);
    await clock.advance(10 * MINUTE);
    expect(runs).toEqual(["lists 1", "lists 301"]);
  });

  it("stays quiet once the signal has aborted", async () => {
    const { clock, stop, runs, tell } = setUp();
    tell(["exit"]);
    stop.abort();
    tell(["exit"]);
    await clock.advance(MINUTE);
    expect(runs).toEqual([]);
  });
});
