import { describe, expect, it } from "vitest";
import type { Arrival, Canary } from "../../../src/domain/canary.ts";
import { createNewsReader } from "../../../src/probes/canary/news.ts";
import { arrival, canary } from "../../fakes/canary.ts";

const exit = (ip: string): Partial<Arrival> => ({
  exit: { ip, family: "ipv4", helo: "mail.example.org", reverseName: undefined },
});
const signed = (result: "pass" | "fail"): Partial<Arrival> => ({
  secondOpinion: [{ domain: "example.org", selector: "s1", result, detail: undefined }],
});
const arrived = (over: Partial<Arrival>, more: Partial<Canary> = {}) =>
  canary({ arrival: arrival(over), ...more });

describe("probes/canary/news", () => {
  it("tells of each exit once", () => {
    const read = createNewsReader([]);
    expect(read(arrived(exit("192.0.2.1")))).toEqual(["exit"]);
    expect(read(arrived(exit("192.0.2.2")))).toEqual(["exit"]);
    expect(read(arrived(exit("192.0.2.1")))).toEqual([]);
    expect(read(arrived(exit("192.0.2.1"), { route: "other" }))).toEqual(["exit"]);
  });

  it("tells when signatures verify otherwise than before, to the same seed", () => {
    const read = createNewsReader([arrived(signed("pass"))]);
    expect(read(arrived(signed("pass")))).toEqual([]);
    expect(read(arrived(signed("fail")))).toEqual(["signatures"]);
    expect(read(arrived(signed("pass"), { seed: "other" }))).toEqual(["signatures"]);
    expect(read(arrived(signed("fail")))).toEqual([]);
  });

  it("has nothing to tell of a canary that nobody has seen, or could verify", () => {
    const read = createNewsReader([]);
    expect(read(canary())).toEqual([]);
    expect(read(arrived({}))).toEqual([]);
  });
});
