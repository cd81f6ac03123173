import { describe, expect, it } from "vitest";
import { describeFault, faultLine, greeting, stepLine } from "../../src/cli/demo-lines.ts";
import { parseFault } from "../../src/demo/fault.ts";
import type { Arrival, Canary } from "../../src/domain/canary.ts";

const SENT: Canary = {
  id: "c1",
  route: "newsletter",
  provider: "bigmail",
  seed: "bigmail",
  template: "hello",
  messageId: "m@garden.example",
  token: "t",
  phase: "submitted",
  plannedAt: 0,
  attempts: 1,
  submittedAt: 10_000,
  reply: { code: 250, enhanced: "2.0.0", text: "Ok", queueId: "A1" },
  late: false,
  outcome: undefined,
  endedAt: undefined,
  arrival: undefined,
};

function arrival(seenAt: number): Arrival {
  return {
    placement: "spam",
    folder: "Junk",
    tab: undefined,
    storedAt: 10_000,
    seenAt,
    hops: [],
    authenticationResults: [],
    authentication: [],
    secondOpinion: undefined,
    spamVerdicts: [],
    tls: undefined,
    exit: undefined,
  };
}

describe("a line of the demo", () => {
  it("tells where a canary was found and how long that took", () => {
    const found: Canary = { ...SENT, phase: "ended", outcome: "spam", arrival: arrival(10_840) };
    expect(stepLine(found, SENT)).toMatch(/^\d\d:\d\d:\d\d bigmail {2}spam {5}after 0\.8 s$/);
  });

  it("quotes the refusal", () => {
    const reply = { code: 550, enhanced: "5.7.1", text: "Access denied", queueId: undefined };
    const refused: Canary = { ...SENT, submittedAt: undefined, outcome: "refused", reply };
    expect(stepLine(refused, SENT)).toMatch(/ bigmail {2}refused {2}550 5\.7\.1 Access denied$/);
  });

  it("tells of missing, late, and found after all", () => {
    const missing: Canary = { ...SENT, outcome: "missing", submittedAt: Date.now() - 30_000 };
    expect(stepLine(missing, SENT)).toMatch(/missing {2}in no folder 30s after it was sent$/);
    expect(stepLine({ ...SENT, late: true }, SENT)).toMatch(/late {5}not seen yet/);
    const after: Canary = { ...missing, submittedAt: 10_000, arrival: arrival(50_000) };
    expect(stepLine(after, missing)).toMatch(/spam {5}after 40\.0 s, given up before$/);
  });

  it("is silent about steps that decide nothing", () => {
    expect(stepLine(SENT, undefined)).toBeUndefined();
    expect(stepLine(SENT, { ...SENT, phase: "attempting" })).toBeUndefined();
    const found: Canary = { ...SENT, outcome: "spam", arrival: arrival(10_840) };
    expect(stepLine(found, found)).toBeUndefined();
  });

  it("says what a fault does", () => {
    const fault = parseFault("spam-at=bigmail:0.3");
    expect(describeFault(fault)).toBe("spam-at=bigmail:0.3 (files it as spam)");
    expect(describeFault(parseFault("delay-at=postbox:1m30s"))).toContain(
      "delay-at=postbox:1m 30s",
    );
    expect(describeFault(parseFault("break-dkim"))).toMatch(/^break-dkim \(/);
    expect(faultLine(fault, true)).toMatch(/^\d\d:\d\d:\d\d BROKEN {3}spam-at=bigmail/);
    expect(faultLine(fault, false)).toMatch(/ MENDED {3}spam-at=bigmail$/);
  });
});

describe("the greeting", () => {
  const at = { pageUrl: "http://127.0.0.1:1/", controlUrl: "http://127.0.0.1:2", withKeys: true };

  it("gives every address, and keys where there are any", () => {
    expect(greeting(at)).toMatch(/Metrics {3}http:\/\/127\.0\.0\.1:1\/metrics$/m);
    expect(greeting(at)).toContain("curl -X POST http://127.0.0.1:2/faults/spam-at=bigmail");
    expect(greeting(at)).toMatch(/^ +1 {2}spam-at=bigmail$/m);
    expect(greeting({ ...at, withKeys: false })).not.toContain("quit");
  });
});
