import type { Finding } from "./finding.ts";
import type { Labels, Sample } from "./metric.ts";
import type { Severity } from "./severity.ts";

/** What a probe said about one target. */
export interface Verdict {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  readonly samples: readonly Sample[];
  /** Identities that were observed; the journal keeps each change with old and new value. */
  readonly observed?: readonly Observation[];
  /** Look again after so long, where that is sooner than the probe's usual interval. */
  readonly recheckInMs?: number;
}

/** What something was at the moment: a record, a certificate, a banner. */
export interface Observation {
  /** In configured words: a domain, a host. */
  readonly subject: string;
  /** `spf`, `mx`, `certificate 25` ...: what of the subject. */
  readonly aspect: string;
  readonly value: string;
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
