import type { Finding } from "./finding.ts";
import type { Labels, Sample } from "./metric.ts";
import type { Severity } from "./severity.ts";

/** What a probe said about one target. */
export interface Verdict {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  readonly samples: readonly Sample[];
}

/** One run of one check, as the store keeps it. */
export interface Result extends Verdict {
  /** `probe` and the target's labels, e.g. `mailbox seed=gmail`: unique among the checks. */
  readonly check: string;
  readonly probe: string;
  readonly labels: Labels;
  /** Wall clock, milliseconds since the epoch. */
  readonly observedAt: number;
  readonly durationMs: number;
}
