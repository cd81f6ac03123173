import { expect, it } from "vitest";
import { createClock } from "../../src/net/clock.ts";

const clock = createClock();
const never = new AbortController().signal;

it("tells the time of day, and a time that only goes forward", () => {
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  const before = clock.monotonic();
  expect(clock.monotonic()).toBeGreaterThanOrEqual(before);
});

it("sleeps", async () => {
  const before = clock.monotonic();
  await clock.sleep(20, never);
  expect(clock.monotonic() - before).toBeGreaterThan(18);
});

it("does not sleep for less than nothing", async () => {
  await expect(clock.sleep(-1, never)).resolves.toBeUndefined();
  await expect(clock.sleep(0, never)).resolves.toBeUndefined();
});

it("is woken with the signal's own reason", async () => {
  const alarm = new AbortController();
  const sleep = clock.sleep(60_000, alarm.signal);
  alarm.abort(new Error("shutting down"));
  await expect(sleep).rejects.toThrow("shutting down");
});

it("does not fall asleep once the signal has come", async () => {
  const rung = AbortSignal.abort(new Error("shutting down"));
  await expect(clock.sleep(60_000, rung)).rejects.toThrow("shutting down");
  await expect(clock.sleep(0, rung)).rejects.toThrow("shutting down");
});

it("sleeps longer than a timer of Node's can", async () => {
  const alarm = new AbortController();
  const sleep = clock.sleep(2 ** 40, alarm.signal).then(() => "awake");
  const glimpse = new Promise((resolve) => setTimeout(() => resolve("asleep"), 20));
  expect(await Promise.race([sleep.catch(() => "woken"), glimpse])).toBe("asleep");
  alarm.abort();
});
