import { describe, expect, it } from "vitest";
import type { ExitIdentity } from "../../../src/domain/canary.ts";
import { HOUR, MINUTE } from "../../../src/domain/duration.ts";
import type { Net } from "../../../src/domain/net.ts";
import { type LiteralZone, zoneDns } from "../../fakes/zone.ts";
import { checksOf, exit, healthy, V4, V4_NAME } from "./look.ts";

const NEW = "198.18.0.26";
const NEW_NAME = "26.0.18.198";

/** Looks at times of one's choice, as the daemon does with one check. */
function daemon(zone: LiteralZone) {
  const check = checksOf({}).find(({ id }) => id === "blocklist list=house");
  if (check === undefined) throw new Error("no list is asked");
  return async (now: number, exits: readonly ExitIdentity[]) => {
    const dns = zoneDns(zone);
    const net = {
      dns,
      clock: { now: () => now, monotonic: () => now },
      seen: { exits: () => exits },
    };
    const verdict = await check.run(net as unknown as Net, new AbortController().signal);
    const asked = dns.asked.filter((name) => name.includes("198.18") || name.includes("18.198"));
    const samples = verdict.samples.map(({ labels, value }) => `${labels["subject"]} ${value}`);
    return { verdict, asked, all: dns.asked, samples };
  };
}

describe("probes/blocklist/pace", () => {
  it("asks about what is new alone, and says what is known of the rest", async () => {
    const zone = {
      ...healthy("bl.test"),
      [`${V4_NAME}.bl.test`]: { A: ["127.0.0.2"], TXT: ["a trap"] },
    };
    const look = daemon(zone);
    const first = await look(0, [exit(V4)]);
    expect(first.asked).toEqual([`${V4_NAME}.bl.test A`, `${V4_NAME}.bl.test TXT`]);
    const second = await look(5 * MINUTE, [exit(NEW), exit(V4)]);
    expect(second.asked).toEqual([`${NEW_NAME}.bl.test A`]);
    expect(second.verdict.findings).toEqual(first.verdict.findings);
    expect(second.samples).toEqual(expect.arrayContaining([`${V4} 1`, `${NEW} 0`]));
  });

  it("asks nothing at all where nothing is new, its test entries included", async () => {
    const look = daemon(healthy("bl.test"));
    const first = await look(0, [exit(V4)]);
    const second = await look(5 * MINUTE, [exit(V4)]);
    expect(second.all).toEqual([]);
    expect(second.verdict).toEqual(first.verdict);
  });

  it("asks for no test entry again where the new answers are clean", async () => {
    const look = daemon(healthy("bl.test"));
    await look(0, [exit(V4)]);
    const { all, samples } = await look(5 * MINUTE, [exit(V4), exit(NEW)]);
    expect(all).toEqual([`${NEW_NAME}.bl.test A`]);
    expect(samples).toContain(`${NEW} 0`);
  });

  it("tests the list again before it believes a new entry", async () => {
    const zone: Record<string, LiteralZone[string]> = { ...healthy("bl.test") };
    const look = daemon(zone);
    await look(0, [exit(V4)]);
    zone[`${NEW_NAME}.bl.test`] = { A: ["127.0.0.2"] };
    zone["1.0.0.127.bl.test"] = { A: ["127.0.0.2"] };
    const { verdict } = await look(5 * MINUTE, [exit(V4), exit(NEW)]);
    expect(verdict.findings.map(({ kind }) => kind)).toEqual(["blocklist-unusable"]);
  });

  it("tests a list again that failed", async () => {
    const zone: Record<string, LiteralZone[string]> = { ...healthy("bl.test") };
    zone["2.0.0.127.bl.test"] = "timeout";
    const look = daemon(zone);
    await look(0, [exit(V4)]);
    zone["2.0.0.127.bl.test"] = { A: ["127.0.0.2"] };
    const { verdict } = await look(5 * MINUTE, [exit(V4), exit(NEW)]);
    expect(verdict.findings).toEqual([]);
  });

  it("asks again at each regular look, a little early or late", async () => {
    const look = daemon(healthy("bl.test"));
    for (const now of [0, HOUR - MINUTE, 2 * HOUR]) {
      expect((await look(now, [exit(V4)])).asked).toEqual([`${V4_NAME}.bl.test A`]);
    }
  });

  it("asks about 32 addresses in an hour, however many a relay sends from", async () => {
    const look = daemon(healthy("bl.test"));
    const asked = new Set<string>();
    const questions: string[] = [];
    for (let turn = 0; turn < 12; turn++) {
      // Each canary of the last minutes left by addresses that were not seen before.
      const exits = Array.from({ length: (turn + 1) * 8 }, (_, n) =>
        exit(`198.18.1.${n}`),
      ).toReversed();
      const { asked: now } = await look(turn * 4 * MINUTE, exits);
      questions.push(...now);
      for (const name of now) asked.add(name);
    }
    expect(questions).toHaveLength(32);
    expect(asked.size).toBe(32);
  });
});
