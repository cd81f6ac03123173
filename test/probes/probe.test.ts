import { expect, it } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import { defineProbe } from "../../src/probes/probe.ts";
import { runProbe } from "../fakes/posture.ts";

it("joins what is found of one kind about one subject, since it is kept as one", async () => {
  const findings = await found([
    { kind: "bad", subject: "example.org", about: ["a"], detail: "mx1: over" },
    { kind: "bad", subject: "example.com", detail: "mx9: “over”" },
    { kind: "bad", subject: "example.org", about: ["a", "b"], detail: "mx2: over" },
    { kind: "bad", subject: "example.org", detail: "mx1: over" },
  ]);
  expect(findings).toEqual([
    { kind: "bad", subject: "example.org", about: ["a", "b"], detail: "mx1: over; mx2: over" },
    { kind: "bad", subject: "example.com", detail: "mx9: “over”" },
  ]);
});

async function found(findings: readonly Finding<"bad">[]) {
  const probe = defineProbe({
    name: "thing",
    everyMs: 1000,
    timeoutMs: 1000,
    targets: () => ["all"],
    identify: () => ({}),
    host: () => undefined,
    observe: () => Promise.resolve(findings),
    findings: { bad: { severity: "fail", title: "t", advice: "a" } },
    judge: (facts) => facts,
    metrics: [],
    measure: () => [],
  });
  return (await runProbe(probe, {})).get("thing")?.findings;
}
