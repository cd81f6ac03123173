import type { Arrival, Canary, Outcome, SmtpReply } from "../../domain/canary.ts";

/** What can happen to a canary. `at` is wall clock, milliseconds since the epoch. */
export type CanaryEvent = { readonly at: number } & (
  | { readonly type: "attempted" }
  | { readonly type: "accepted"; readonly reply: SmtpReply; readonly durationMs: number }
  | { readonly type: "refused"; readonly reply: SmtpReply; readonly durationMs: number }
  /** It has certainly not gone: a 4xx, or no session at all. */
  | { readonly type: "deferred"; readonly reply: SmtpReply | undefined }
  /** No further attempt will be made. */
  | { readonly type: "gave-up" }
  /** The connection died or fell silent after DATA: it may have gone. */
  | { readonly type: "went-dark" }
  | { readonly type: "overdue" }
  | { readonly type: "seen"; readonly arrival: Arrival }
  /** After the lost deadline every folder was searched in vain. */
  | { readonly type: "not-found" }
  /** The mailbox could not be read for so long that nobody will know. */
  | { readonly type: "unreadable" }
);

/**
 * One step of a canary's life. Pure. An event that cannot happen in the present phase changes
 * nothing and answers the very same object, so that a repeated sighting is never counted twice.
 */
export function step(canary: Canary, event: CanaryEvent): Canary {
  switch (event.type) {
    case "attempted":
      return canary.phase === "planned"
        ? { ...canary, phase: "attempting", attempts: canary.attempts + 1 }
        : canary;
    case "accepted":
      return canary.phase === "attempting"
        ? settle(
            { ...canary, phase: "submitted", submittedAt: event.at, reply: event.reply },
            event.at,
          )
        : canary;
    case "went-dark":
      return canary.phase === "attempting"
        ? settle({ ...canary, phase: "uncertain", submittedAt: event.at }, event.at)
        : canary;
    case "refused":
      return canary.phase === "attempting"
        ? refuse({ ...canary, reply: event.reply }, event.at)
        : canary;
    case "deferred":
      return canary.phase === "attempting"
        ? { ...canary, phase: "planned", reply: event.reply ?? canary.reply }
        : canary;
    case "gave-up":
      return canary.phase === "planned" ? end(canary, "unknown", event.at) : canary;
    case "overdue":
      return inFlight(canary) && !canary.late ? { ...canary, late: true } : canary;
    case "seen":
      return see(canary, event.arrival, event.at);
    case "not-found":
      // Whether an uncertain canary ever left is not known, so its absence says nothing.
      if (!inFlight(canary)) return canary;
      return end(canary, canary.phase === "submitted" ? "missing" : "unknown", event.at);
    case "unreadable":
      return inFlight(canary) ? end(canary, "unknown", event.at) : canary;
  }
}

/** Our server has it, or may have it, and no mailbox has shown it yet. */
export function inFlight({ phase }: Canary): boolean {
  return phase === "submitted" || phase === "uncertain";
}

/** May turn up in a mailbox: in flight, on its way to our server, or given up on as lost. */
export function mayArrive(canary: Canary): boolean {
  return (
    canary.arrival === undefined &&
    (inFlight(canary) || canary.phase === "attempting" || lost(canary))
  );
}

function lost({ phase, outcome }: Canary): boolean {
  return phase === "ended" && (outcome === "missing" || outcome === "unknown");
}

function see(canary: Canary, arrival: Arrival, at: number): Canary {
  if (!mayArrive(canary)) return canary;
  // Ended canaries keep their outcome: what arrives after *lost* never rewrites history.
  return settle({ ...canary, arrival }, at);
}

/** A canary may be seen before our own server's reply has come in; it ends with the later of the two. */
function settle(canary: Canary, at: number): Canary {
  return canary.arrival !== undefined && inFlight(canary)
    ? end(canary, canary.arrival.placement, at)
    : canary;
}

/** A server that refuses and delivers all the same: the mailbox is the truth. */
function refuse(canary: Canary, at: number): Canary {
  return end(canary, canary.arrival?.placement ?? "refused", at);
}

function end(canary: Canary, outcome: Outcome, at: number): Canary {
  return { ...canary, phase: "ended", outcome, endedAt: at };
}

/**
 * When it reached the mailbox: the receiver's own stamp, held between acceptance and sighting,
 * since the receiver's clock may be wrong and both ends are known.
 */
export function arrivedAt({ submittedAt, plannedAt }: Canary, arrival: Arrival): number {
  return Math.min(Math.max(arrival.storedAt, submittedAt ?? plannedAt), arrival.seenAt);
}
