import type { Severity } from "./severity.ts";

/** What a kind of finding means. Written once; the page, the metrics and the docs render it. */
export interface FindingInfo {
  readonly severity: Exclude<Severity, "ok">;
  readonly title: string;
  /** What to do about it, in the imperative. */
  readonly advice: string;
  /**
   * Kinds that this one is but a symptom of, wherever they are open about a subject that both share.
   * Mending the cause ends the symptom, so the operator is told of the cause.
   */
  readonly explainedBy?: readonly string[];
}

/** The kinds a probe can find, each with its meaning: an uncatalogued kind does not compile. */
export type FindingCatalogue<Kind extends string = string> = Readonly<Record<Kind, FindingInfo>>;

/** One reason. `kind` is the stable key, `detail` is for the human reading it. */
export interface Finding<Kind extends string = string> {
  readonly kind: Kind;
  /** What it is about, in configured words (a route, a seed, a domain): safe as a label. */
  readonly subject: string;
  /** What else it concerns, in the words of other findings' subjects; or EVERYTHING. */
  readonly about?: readonly string[];
  /** Free text; may quote strangers, so it is never a label and always escaped. */
  readonly detail: string;
}

/** In `about`: whatever is looked at. */
export const EVERYTHING = "*";

/** Kinds that leave a domain's records undecided, whoever asks for them. */
export const ZONE_FAULTS: readonly string[] = [
  "dns-unreachable",
  "resolver-invents",
  "name-servers-undecided",
  "dnssec-broken",
  "dnssec-expired",
];
