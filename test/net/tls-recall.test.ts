import { expect, it } from "vitest";
import { MINUTE } from "../../src/domain/duration.ts";
import { createRecall } from "../../src/net/tls-recall.ts";
import { crankedClock } from "../fakes/clock.ts";

const never = new AbortController().signal;

it("asks again when the answer has had its time, and not before", async () => {
  const clock = crankedClock();
  const recall = createRecall<number>(clock, (answer) => answer * MINUTE);
  let asked = 0;
  const ask = () => recall.get("a", () => Promise.resolve((asked += 1)), never);
  expect(await ask()).toBe(1);
  await clock.advance(MINUTE - 1);
  expect(await ask()).toBe(1);
  await clock.advance(1);
  expect(await ask()).toBe(2);
});

it("keeps questions apart, and remembers no failure", async () => {
  const recall = createRecall<string>(crankedClock(), () => MINUTE);
  const failing = () => Promise.reject(new Error("not now"));
  await expect(recall.get("a", failing, never)).rejects.toThrow("not now");
  expect(await recall.get("a", () => Promise.resolve("one"), never)).toBe("one");
  expect(await recall.get("b", () => Promise.resolve("two"), never)).toBe("two");
});

it("goes on for those who wait when another one leaves", async () => {
  const recall = createRecall<string>(crankedClock(), () => MINUTE);
  const work = Promise.withResolvers<string>();
  const leaving = new AbortController();
  const left = recall.get("a", () => work.promise, leaving.signal);
  const stayed = recall.get("a", () => Promise.resolve("never asked"), never);
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  work.resolve("one");
  expect(await stayed).toBe("one");
});
