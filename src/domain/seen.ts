import type { Canary, ExitIdentity } from "./canary.ts";
import type { Observed } from "./store.ts";

/** What canaries show that was not so before: another exit; other signatures, or another result of theirs. */
export type CanaryNews = "exit" | "signatures";

/** What canaries have shown so far, for probes that look closer at it. */
export interface Seen {
  /** Identities that receivers saw leaving on the route in the last seven days, newest first. */
  exits(route: string): readonly ExitIdentity[];
  /** The newest canary of the route to each seed that a mailbox showed. */
  arrived(route: string): readonly Canary[];
  /** What a check observed last of an aspect of a subject; undefined: nothing yet, or nobody keeps it. */
  recall?(subject: string, aspect: string): Observed | undefined;
}
