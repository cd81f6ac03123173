import type { Canary } from "../../domain/canary.ts";
import type { Increment, Labels, MetricSpec } from "../../domain/metric.ts";
import { replyCause } from "../../mail/smtp-reply.ts";
import { authenticationLabels, enhancedLabel } from "./labels.ts";
import { arrivedAt, type CanaryEvent } from "./life.ts";
import {
  AUTH_RESULTS,
  LABELS_FOLDED,
  LATE,
  OBSERVE_LAG,
  OUTCOMES_TOTAL,
  SENT,
  SMTP_REPLIES,
  SUBMIT_DURATION,
  TRANSIT_DURATION,
} from "./metrics.ts";

/** Which counters a step moves. Pure; written in the same transaction as the step itself. */
export function tally(
  before: Canary,
  event: CanaryEvent,
  after: Canary,
  lateMs: number,
): readonly Increment[] {
  if (after === before) return [];
  return [
    ...submission(after, event),
    ...(travelled(before) ? [] : arrival(after, lateMs)),
    ...(before.phase !== "ended" && after.phase === "ended" ? ending(before, after) : []),
  ];
}

function submission(canary: Canary, event: CanaryEvent): Increment[] {
  if (event.type !== "accepted" && event.type !== "refused" && event.type !== "deferred") return [];
  const increments: Increment[] = [];
  if (event.reply !== undefined) {
    increments.push(
      one(SMTP_REPLIES, {
        route: canary.route,
        provider: canary.provider,
        class: `${Math.floor(event.reply.code / 100)}xx`,
        enhanced: enhancedLabel(event.reply.enhanced),
        cause: event.type === "accepted" ? "none" : replyCause(event.reply),
      }),
    );
  }
  if (event.type === "accepted") increments.push(one(SENT, stream(canary)));
  if (event.type !== "deferred") {
    increments.push({
      metric: SUBMIT_DURATION,
      labels: { route: canary.route },
      value: event.durationMs / 1000,
    });
  }
  return increments;
}

/** Both ends of its way are known; for an uncertain canary the first one never is. */
function travelled({ arrival, phase, reply }: Canary): boolean {
  return arrival !== undefined && phase !== "attempting" && accepted(reply);
}

function accepted(reply: Canary["reply"]): boolean {
  return reply !== undefined && reply.code >= 200 && reply.code < 300;
}

function arrival(canary: Canary, lateMs: number): Increment[] {
  const { arrival, submittedAt, route, provider } = canary;
  if (!travelled(canary) || arrival === undefined || submittedAt === undefined) return [];
  const arrived = arrivedAt(canary, arrival);
  const transitMs = arrived - submittedAt;
  const exemplar = { canary_id: canary.id };
  const observed = authenticationLabels(arrival.authentication);
  return [
    ...(transitMs > lateMs ? [one(LATE, stream(canary))] : []),
    { metric: TRANSIT_DURATION, labels: { route, provider }, value: transitMs / 1000, exemplar },
    {
      metric: OBSERVE_LAG,
      labels: { provider },
      value: Math.max(0, arrival.seenAt - arrived) / 1000,
      exemplar,
    },
    ...observed.results.map(({ method, result }) =>
      one(AUTH_RESULTS, { route, provider, method, result }),
    ),
    ...(observed.folded > 0
      ? [{ metric: LABELS_FOLDED, labels: { label: "result" }, value: observed.folded }]
      : []),
  ];
}

function ending(before: Canary, after: Canary): Increment[] {
  const outcome = one(OUTCOMES_TOTAL, { ...stream(after), outcome: after.outcome ?? "unknown" });
  // An uncertain canary that turned up had been accepted after all.
  const proven = before.phase === "uncertain" && after.arrival !== undefined;
  return proven ? [outcome, one(SENT, stream(after))] : [outcome];
}

function stream({ route, provider, seed }: Canary): Labels {
  return { route, provider, seed };
}

function one(metric: MetricSpec, labels: Labels): Increment {
  return { metric, labels, value: 1 };
}
