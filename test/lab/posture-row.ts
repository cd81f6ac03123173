import type { Fault } from "./posture-faults.ts";

/** A fault, and all that the daemon may say about it. */
export interface Row {
  readonly fault: string;
  readonly begin: Fault;
  /** `kind: subject`. */
  readonly findings: readonly string[];
  /** False: no canary can end while the fault lasts. */
  readonly canaryEnds?: boolean;
  /** Of `deliverability_dns_record_ok`, by record; undefined: no series. No other one is 0. */
  readonly recordOk?: Readonly<Record<string, number | undefined>>;
  /** A list and the reason why it is not believed. */
  readonly unusable?: { readonly list: string; readonly reason: string };
}
