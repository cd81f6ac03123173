import { setDeadline } from "../domain/deadline.ts";
import type { FindingCatalogue } from "../domain/finding.ts";
import type { Labels } from "../domain/metric.ts";
import type { Log } from "../domain/log.ts";
import type { Net } from "../domain/net.ts";
import type { Result, Verdict } from "../domain/result.ts";

export const RUNNER_FINDINGS = {
  "check-timed-out": {
    severity: "unknown",
    title: "A check took too long",
    advice: "The server it asks hangs or the network drops packets; its log line names the check.",
  },
  "check-crashed": {
    severity: "unknown",
    title: "A check failed inside Mailcanary",
    advice: "This is a bug of ours: please report it with the log line that names the check.",
  },
} as const satisfies FindingCatalogue;

/** What the runner needs of a check. */
export interface Runnable {
  readonly id: string;
  readonly probe: string;
  readonly labels: Labels;
  readonly timeoutMs: number;
  run(net: Net, signal: AbortSignal): Promise<Verdict>;
}

/**
 * Runs a check once. The only general catch of the house: a check that hangs or throws is
 * *unknown*, and no other check suffers. Rejects only when the signal aborts.
 */
export async function runCheck(
  check: Runnable,
  net: Net,
  log: Log,
  signal: AbortSignal,
): Promise<Result> {
  const { clock } = net;
  const observedAt = clock.now();
  const began = clock.monotonic();
  using limit = setDeadline(signal, check.timeoutMs);
  const work = check.run(net, limit.signal);
  const verdict = await Promise.race([work, rejectWhen(limit.signal)]).catch(
    (error: unknown): Verdict => {
      signal.throwIfAborted();
      const kind = limit.hasPassed() ? "check-timed-out" : "check-crashed";
      log.error({ check: check.id, kind, err: error }, "Check did not finish");
      const detail = `${check.id}: ${error instanceof Error ? error.message : String(error)}`;
      return {
        severity: "unknown",
        findings: [{ kind, subject: check.probe, detail }],
        samples: [],
      };
    },
  );
  return {
    ...verdict,
    check: check.id,
    probe: check.probe,
    labels: check.labels,
    observedAt,
    durationMs: clock.monotonic() - began,
  };
}

/** A check that ignores its signal must not hold its turn for ever. */
function rejectWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
