import { describe, expect, it } from "vitest";
import { FINDINGS } from "../../../src/catalogue.ts";
import { causesOf } from "../../../src/diagnosis/causes.ts";
import type { Arrival, Canary, MethodResult } from "../../../src/domain/canary.ts";
import { judgeCanary } from "../../../src/probes/canary/judge.ts";
import { authenticationLabels, enhancedLabel } from "../../../src/probes/canary/labels.ts";
import { recognise } from "../../../src/probes/canary/recognise.ts";
import { searchAges } from "../../../src/probes/canary/deadlines.ts";
import { arrival, canary, DEFERRAL, OK_REPLY, REFUSAL } from "../../fakes/canary.ts";

const LATE_MS = 1_800_000;
const CONCERNED = { server: "mail.example.org:465", domains: ["example.org"] };
const base = canary({ phase: "ended", submittedAt: canary().plannedAt, reply: OK_REPLY });
const kinds = (over: Partial<Canary>): string[] =>
  judgeCanary({ ...base, ...over }, LATE_MS, CONCERNED).map(({ kind }) => kind);
const arrived = (over: Partial<Arrival>): string[] =>
  kinds({ outcome: "inbox", arrival: arrival(over) });
const said = (method: string, result: string): MethodResult => ({
  method,
  result,
  reason: undefined,
  properties: {},
});
const signature = (result: "pass" | "fail" | "temperror", detail?: string) => ({
  domain: "example.org",
  selector: "s1",
  result,
  detail,
});

describe("probes/canary/judge", () => {
  it("has nothing to say of an inbox with everything passed", () => {
    const authentication = ["spf", "dkim", "dmarc"].map((method) => said(method, "pass"));
    expect(arrived({ authentication, secondOpinion: [signature("pass")] })).toEqual([]);
  });

  it.each([
    ["spam", { arrival: arrival({ placement: "spam" }) }, "canary-in-spam"],
    ["missing", {}, "canary-missing"],
    ["refused", { reply: REFUSAL }, "own-server-refuses"],
    ["unknown", { reply: DEFERRAL, submittedAt: undefined }, "own-server-defers"],
    ["unknown", { reply: undefined, submittedAt: undefined }, "own-server-defers"],
    ["unknown", { reply: undefined }, "outcome-unknown"],
    ["unknown", {}, "outcome-unknown"],
  ] as const)("%s has its finding", (outcome, over, kind) => {
    expect(kinds({ outcome, ...over })).toEqual([kind]);
  });

  it.each<[string, Partial<Canary>, readonly string[]]>([
    ["the server where it does not take mail", { reply: DEFERRAL }, [CONCERNED.server]],
    ["the seed where nobody knows", { reply: OK_REPLY, submittedAt: 1 }, ["gmail"]],
  ])("concerns %s, and nothing else of the domain", (_, over, about) => {
    const unknown = { ...base, submittedAt: undefined, ...over, outcome: "unknown" } as const;
    expect(judgeCanary({ ...unknown, seed: "gmail" }, LATE_MS, CONCERNED)).toMatchObject([
      { about },
    ]);
  });

  it("does not take an expired certificate of the MX host for why our own server defers", () => {
    const unknown = { ...base, submittedAt: undefined, outcome: "unknown" } as const;
    const own = judgeCanary(unknown, LATE_MS, CONCERNED);
    const expired = { kind: "tls-certificate-expired", detail: "" };
    const causes = (subject: string) => causesOf([...own, { ...expired, subject }], FINDINGS);
    expect(causes("example.org")).toHaveLength(2);
    expect(causes(CONCERNED.server)).toHaveLength(1);
  });

  it("names the folder and the reply in the detail", () => {
    const spam = { ...base, outcome: "spam", arrival: arrival({ folder: "Junk" }) } as const;
    expect(judgeCanary(spam, LATE_MS, CONCERNED)[0]?.detail).toContain("Junk");
    expect(
      judgeCanary({ ...base, outcome: "refused", reply: REFUSAL }, LATE_MS, CONCERNED)[0]?.detail,
    ).toBe("550 5.7.1 no");
  });

  it("says late when it took longer than the late deadline", () => {
    const storedAt = base.plannedAt + 2 * LATE_MS;
    expect(arrived({ storedAt, seenAt: storedAt + 1000 })).toEqual(["canary-late"]);
  });

  it("reports what the receiver says failed, and keeps not knowing apart from failing", () => {
    expect(arrived({ authentication: [said("spf", "fail")] })).toEqual(["spf-failed-at-receiver"]);
    expect(arrived({ authentication: [said("spf", "temperror")] })).toEqual([]);
    expect(arrived({ authentication: [said("dkim", "none")] })).toEqual([]);
  });

  it("does not blame a second signature that failed beside one that passed", () => {
    expect(arrived({ authentication: [said("dkim", "fail"), said("dkim", "pass")] })).toEqual([]);
  });

  it("tells a receiver that errs from a message that was changed", () => {
    const authentication = [said("dkim", "fail")];
    expect(arrived({ authentication, secondOpinion: [signature("pass")] })).toEqual([
      "receiver-disagrees",
    ]);
    const changed = signature("fail", "body hash did not verify");
    expect(arrived({ authentication, secondOpinion: [changed] })).toEqual(["broken-in-transit"]);
    const otherKey = signature("fail", "bad signature");
    expect(arrived({ authentication, secondOpinion: [otherKey] })).toEqual(["signature-mismatch"]);
    expect(arrived({ authentication, secondOpinion: [signature("temperror")] })).toEqual([
      "dkim-failed-at-receiver",
    ]);
  });
});

describe("probes/canary/labels", () => {
  it("lets strangers choose no label", () => {
    const list = [said("dmarc", "<b>"), said("x-evil", "pass"), said("spf", "pass")];
    expect(authenticationLabels(list)).toEqual({
      results: [
        { method: "spf", result: "pass" },
        { method: "dmarc", result: "other" },
      ],
      folded: 1,
    });
    expect(enhancedLabel("5.7.1")).toBe("5.7.1");
    expect(enhancedLabel("5.7.1; drop")).toBe("other");
    expect(enhancedLabel(undefined)).toBe("none");
  });
});

describe("probes/canary/recognise", () => {
  const glimpse = { uid: 1, storedAt: 0, sizeBytes: 1, messageId: "m1@example.org", token: "t1" };

  it("wants Message-ID and token, both ours and both of the same canary", () => {
    const awaited = [canary(), canary({ id: "c2", messageId: "m2@example.org", token: "t2" })];
    expect(recognise(glimpse, awaited)?.id).toBe("c1");
    expect(recognise({ ...glimpse, token: "t2" }, awaited)).toBeUndefined();
    expect(recognise({ ...glimpse, token: undefined }, awaited)).toBeUndefined();
    expect(recognise({ ...glimpse, messageId: undefined }, awaited)).toBeUndefined();
  });
});

describe("probes/canary/deadlines", () => {
  it("searches in rising steps and ends at twice the lost deadline", () => {
    const ages = searchAges({ lateMs: 30, lostMs: 360 });
    expect(ages).toEqual(ages.toSorted((a, b) => a - b));
    expect(ages[0]).toBe(7.5);
    expect(ages).toContain(360);
    expect(ages.at(-1)).toBe(720);
  });
});
