import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { setDeadline } from "../../src/domain/deadline.ts";

it("aborts when the time is up, and says that it was the time", async () => {
  using deadline = setDeadline(new AbortController().signal, 5);
  await expect.poll(() => deadline.signal.aborted).toBe(true);
  expect(deadline.signal.reason).toMatchObject({ name: "TimeoutError" });
  expect(deadline.hasPassed()).toBe(true);
});

it.each(["before", "after"])("aborts with the other signal, for its reason: %s", (when) => {
  const stop = new AbortController();
  const reason = new Error("shutting down");
  if (when === "before") stop.abort(reason);
  using deadline = setDeadline(stop.signal, 60_000);
  stop.abort(reason);
  expect(deadline.signal.reason).toBe(reason);
  expect(deadline.hasPassed()).toBe(false);
});

it("leaves neither a timer nor a listener behind", () => {
  const { signal } = new AbortController();
  const timersBefore = timers();
  const deadline = setDeadline(signal, 60_000);
  expect(timers()).toBe(timersBefore + 1);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  deadline[Symbol.dispose]();
  expect(timers()).toBe(timersBefore);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}
