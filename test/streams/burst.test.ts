import { describe, expect, it } from "vitest";
import { defaultDetector } from "../../src/attrition/config.ts";
import type { Canary, Outcome } from "../../src/domain/canary.ts";
import type { Config } from "../../src/domain/config.ts";
import { HOUR, MINUTE } from "../../src/domain/duration.ts";
import { createBursts } from "../../src/streams/burst.ts";
import { createStreams } from "../../src/streams/streams.ts";
import type { Watch } from "../../src/streams/watch.ts";
import { canary } from "../fakes/canary.ts";
import { crankedClock } from "../fakes/clock.ts";
import { silentLog } from "../fakes/log.ts";

const seeds = ["big-1", "big-2"].map((name) => ({ name, provider: "bigmail", routes: ["main"] }));
const config = {
  routes: [{ name: "main" }],
  seeds,
  schedule: { kind: "every", everyMs: HOUR },
} as unknown as Config;

function setUp(budgetLeft = 1000) {
  const detectors = new Map([["main", defaultDetector()]]);
  const states = new Map<string, string>();
  const streams = createStreams({
    detectors,
    providers: new Map([["main", new Set(["bigmail"])]]),
    state: (key) => states.get(key),
  });
  const clock = crankedClock();
  const sent: { seed: string; at: number }[] = [];
  const started = clock.now();
  const bursts = createBursts(
    {
      config,
      watch: { streams } as unknown as Watch,
      clock,
      log: silentLog,
      intervalMs: () => HOUR,
      budgetLeft: () => budgetLeft,
      send(_, seed) {
        sent.push({ seed: seed.name, at: (clock.now() - started) / MINUTE });
        return Promise.resolve();
      },
    },
    new AbortController().signal,
  );
  const decide = (outcome: Outcome, seed = "big-1"): void => {
    const planned: Canary = canary({ seed, plannedAt: clock.now() });
    const ended: Canary = { ...planned, phase: "ended", outcome, endedAt: clock.now() };
    bursts.consider(planned, undefined);
    const key = streams.follower.keyOf(ended) ?? "";
    states.set(key, streams.follower.next(states.get(key), ended));
    bursts.consider(ended, planned);
  };
  return { clock, sent, decide };
}

describe("streams/burst", () => {
  it("sends nothing extra while all is well", async () => {
    const { clock, sent, decide } = setUp();
    for (let n = 0; n < 50; n += 1) decide("inbox");
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
  });

  it("sends the next one five minutes later, to another seed, when outcomes look suspicious", async () => {
    const { clock, sent, decide } = setUp();
    for (let n = 0; n < 50; n += 1) decide("inbox");
    decide("spam");
    decide("spam");
    await clock.advance(30 * MINUTE);
    expect(sent).toEqual([{ seed: "big-2", at: 5 }]);
  });

  it("has one burst canary under way at a time", async () => {
    const { clock, sent, decide } = setUp();
    for (let n = 0; n < 2; n += 1) decide("spam");
    decide("inbox");
    decide("inbox");
    await clock.advance(HOUR);
    expect(sent.length).toBeLessThanOrEqual(1);
  });

  it("leaves the rest of the day's budget to the steady canaries", async () => {
    const { clock, sent, decide } = setUp(12);
    for (let n = 0; n < 50; n += 1) decide("inbox");
    decide("spam");
    decide("spam");
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
  });
});
