import type { Arrival, Canary } from "../../src/domain/canary.ts";

const START = Date.UTC(2026, 10, 22, 12);

export function canary(over: Partial<Canary> = {}): Canary {
  return {
    id: "c1",
    route: "main",
    provider: "bigmail",
    seed: "big-1",
    template: "note",
    messageId: "m1@example.org",
    token: "t1",
    phase: "planned",
    plannedAt: START,
    attempts: 0,
    submittedAt: undefined,
    reply: undefined,
    late: false,
    outcome: undefined,
    endedAt: undefined,
    arrival: undefined,
    ...over,
  };
}

export function arrival(over: Partial<Arrival> = {}): Arrival {
  return {
    placement: "inbox",
    folder: "INBOX",
    tab: undefined,
    storedAt: START + 5000,
    seenAt: START + 6000,
    hops: [],
    authenticationResults: [],
    authentication: [],
    secondOpinion: undefined,
    spamVerdicts: [],
    tls: undefined,
    exit: undefined,
    ...over,
  };
}

export const OK_REPLY = { code: 250, enhanced: "2.0.0", text: "queued", queueId: "Q1" };
export const REFUSAL = { code: 550, enhanced: "5.7.1", text: "no", queueId: undefined };
export const DEFERRAL = { code: 451, enhanced: "4.7.1", text: "later", queueId: undefined };
