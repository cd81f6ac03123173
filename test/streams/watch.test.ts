import { describe, expect, it } from "vitest";
import { readStream } from "../../src/attrition/reading.ts";
import { newStream, step } from "../../src/attrition/stream.ts";
import { DAY } from "../../src/domain/duration.ts";
import { watchOutcomes } from "../../src/streams/watch.ts";
import { configOf } from "../config/directory.ts";

function detectorOf(route: string, attrition: string) {
  const config = configOf(`
routes:
  - name: main
    smtp: { host: mail.example.org }
    from: anna@example.org
${route}
seeds:
  - name: big
    address: anna@big.example
    provider: big
    imap: { host: imap.big.example, auth: { password: secret } }
${attrition}
`);
  const watch = watchOutcomes({ config, intervalMs: () => DAY / 48, state: () => undefined });
  const detector = watch.detectors.get("main");
  if (detector === undefined) throw new Error("the route has no detector");
  return detector;
}

describe("streams/watch", () => {
  it("gives the detector what the operator wrote about bad canaries that follow bad ones", () => {
    expect(detectorOf("", "").nullAfterBad).toBe(0);
    expect(detectorOf("", "attrition: { null_after_bad: 0.25 }").nullAfterBad).toBe(0.25);
    expect(detectorOf("", "attrition: { null_after_bad: learned }").nullAfterBad).toBe("learned");
  });

  it("lets the warm-up plan stand in for the learned normal from its first day to its last", () => {
    const plan = "{ starts: 2026-11-22, ends: 2026-12-22, from: 0.3, to: 0.06 }";
    const detector = detectorOf(`    warm_up: ${plan}`, "");
    const normalOn = (day: string) => {
      const time = Date.parse(`${day}T00:00:00Z`) / 1000;
      const state = step(newStream(detector), { outcome: "inbox", time }, detector);
      return readStream(state, detector).baseline;
    };
    expect(normalOn("2026-11-22")).toBeCloseTo(0.7);
    expect(normalOn("2026-12-07")).toBeCloseTo(0.82);
    expect(normalOn("2026-12-22")).toBe(normalOn("2026-11-21"));
  });
});
