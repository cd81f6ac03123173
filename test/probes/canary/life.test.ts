import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Canary } from "../../../src/domain/canary.ts";
import { arrivedAt, type CanaryEvent, step } from "../../../src/probes/canary/life.ts";
import { tally } from "../../../src/probes/canary/tally.ts";
import { arrival, canary, DEFERRAL, OK_REPLY, REFUSAL } from "../../fakes/canary.ts";

const at = canary().plannedAt + 1000;
const attempted: CanaryEvent = { type: "attempted", at };
const accepted: CanaryEvent = { type: "accepted", at, reply: OK_REPLY, durationMs: 100 };
const seen: CanaryEvent = { type: "seen", at: at + 5000, arrival: arrival() };
const notFound: CanaryEvent = { type: "not-found", at: at + 9_000_000 };

function live(...events: readonly CanaryEvent[]): Canary {
  return events.reduce(step, canary());
}

describe("probes/canary/life", () => {
  it("ends in the folder where it was seen", () => {
    expect(live(attempted, accepted, seen)).toMatchObject({ phase: "ended", outcome: "inbox" });
  });

  it("ends as missing when a whole search after the deadline finds nothing", () => {
    expect(live(attempted, accepted, notFound).outcome).toBe("missing");
  });

  it("does not call an uncertain canary missing: it may never have left", () => {
    expect(live(attempted, { type: "went-dark", at }, notFound).outcome).toBe("unknown");
  });

  it("takes an uncertain canary that turns up for what it is", () => {
    expect(live(attempted, { type: "went-dark", at }, seen).outcome).toBe("inbox");
  });

  it("is refused by a 5xx of our own server", () => {
    const refused: CanaryEvent = { type: "refused", at, reply: REFUSAL, durationMs: 1 };
    expect(live(attempted, refused)).toMatchObject({ outcome: "refused", reply: { code: 550 } });
  });

  it("is unknown, not refused, when our own server kept deferring it", () => {
    const deferred: CanaryEvent = { type: "deferred", at, reply: DEFERRAL };
    const ended = live(attempted, deferred, attempted, deferred, { type: "gave-up", at });
    expect(ended).toMatchObject({ outcome: "unknown", attempts: 2, reply: { code: 451 } });
  });

  it("waits for our own server's reply when the mailbox is faster", () => {
    const early = live(attempted, seen);
    expect(early.phase).toBe("attempting");
    expect(step(early, accepted)).toMatchObject({ phase: "ended", outcome: "inbox" });
  });

  it("never rewrites history: a late find keeps the outcome and is remembered", () => {
    const late = live(attempted, accepted, notFound, seen);
    expect(late).toMatchObject({ outcome: "missing", arrival: { folder: "INBOX" } });
  });

  it("answers the same object for a second sighting", () => {
    const ended = live(attempted, accepted, seen);
    expect(step(ended, seen)).toBe(ended);
  });

  it("holds the receiver's time stamp between acceptance and sighting", () => {
    const sent = canary({ submittedAt: at });
    expect(arrivedAt(sent, arrival({ storedAt: 0, seenAt: at + 10 }))).toBe(at);
    expect(arrivedAt(sent, arrival({ storedAt: at + 99, seenAt: at + 10 }))).toBe(at + 10);
  });
});

describe("probes/canary/tally", () => {
  const anyEvent: fc.Arbitrary<CanaryEvent> = fc.oneof(
    fc.constantFrom<CanaryEvent>(
      attempted,
      accepted,
      { type: "refused", at, reply: REFUSAL, durationMs: 1 },
      { type: "deferred", at, reply: DEFERRAL },
      { type: "gave-up", at },
      { type: "went-dark", at },
      { type: "overdue", at },
      seen,
      notFound,
      { type: "unreadable", at },
    ),
  );

  it("counts each canary's outcome exactly once, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let now = canary();
        const counts = new Map<string, number>();
        for (const event of events) {
          const after = step(now, event);
          for (const { metric, value } of tally(now, event, after, 1800_000)) {
            if (metric.type === "counter") {
              counts.set(metric.name, (counts.get(metric.name) ?? 0) + value);
            }
          }
          now = after;
        }
        expect(counts.get("deliverability_canary_outcomes_total") ?? 0).toBe(
          now.phase === "ended" ? 1 : 0,
        );
        expect(counts.get("deliverability_canary_sent_total") ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("counts an uncertain canary as sent once it has turned up", () => {
    const dark = live(attempted, { type: "went-dark", at });
    const names = tally(dark, seen, step(dark, seen), 1000).map(({ metric }) => metric.name);
    expect(names).toContain("deliverability_canary_sent_total");
    expect(names).not.toContain("deliverability_canary_transit_duration_seconds");
  });

  it("counts a late arrival of one already missing, and its transit", () => {
    const missing = live(attempted, accepted, notFound);
    const late: CanaryEvent = {
      type: "seen",
      at: at + 9_999_999,
      arrival: arrival({ storedAt: at + 9_500_000, seenAt: at + 9_999_999 }),
    };
    const increments = tally(missing, late, step(missing, late), 1800_000);
    expect(increments.map(({ metric }) => metric.name)).toEqual([
      "deliverability_canary_late_total",
      "deliverability_canary_transit_duration_seconds",
      "deliverability_canary_observe_lag_seconds",
    ]);
  });
});
