/** A limit in time on top of a signal; dispose of it when the work is done, or it waits to its end. */
export interface Deadline extends Disposable {
  /** Aborts with the other signal's reason, or with a TimeoutError when the time is up. */
  readonly signal: AbortSignal;
  /** Whether it was the time that ended it. */
  hasPassed(): boolean;
}

/**
 * Unlike AbortSignal.timeout() joined by AbortSignal.any() it leaves no timer behind, nor what listens
 * on it: a check that takes a second is not held in memory for the minutes that it might have taken.
 */
export function setDeadline(signal: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  let passed = false;
  const onAbort = () => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    passed = true;
    controller.abort(new DOMException(`not done within ${ms} ms`, "TimeoutError"));
  }, ms);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    signal: controller.signal,
    hasPassed: () => passed,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}
