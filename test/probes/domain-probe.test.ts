import { describe, expect, it } from "vitest";
import { causesOf } from "../../src/diagnosis/causes.ts";
import type { FindingCatalogue } from "../../src/domain/finding.ts";
import { defineDomainProbe, fault, type Fault } from "../../src/probes/domain-probe.ts";
import { runProbe } from "../fakes/posture.ts";
import type { LiteralZone } from "../fakes/zone.ts";

const FINDINGS = {
  broken: { severity: "fail", title: "t", advice: "a" },
  odd: { severity: "warn", title: "t", advice: "a" },
  undecided: { severity: "unknown", title: "t", advice: "a" },
} as const satisfies FindingCatalogue;

type Kind = keyof typeof FINDINGS;

describe("probes/domain-probe", () => {
  it("names all reasons of one kind in one finding, each once, about the domain", async () => {
    const faults = [
      fault("odd", "one"),
      fault("broken", "two"),
      fault("odd", "three\u001b[2J"),
      fault("odd", "one"),
    ];
    expect((await look({ faults })).findings).toEqual([
      { kind: "odd", subject: "example.org", detail: String.raw`one; three\027[2J` },
      { kind: "broken", subject: "example.org", detail: "two" },
    ]);
  });

  it("takes a zone above that cannot be asked for why it is undecided, and for nothing else", async () => {
    const faults = [fault("undecided", "no answer"), fault("broken", "two")];
    const { findings } = await look({ faults }, "news.example.org");
    const zone = { kind: "zone-fault", subject: "example.org", detail: "" };
    const words = { severity: "fail", title: "t", advice: "a" } as const;
    const explainedBy = ["zone-fault"];
    const catalogue = {
      "zone-fault": words,
      undecided: { ...words, explainedBy },
      broken: { ...words, explainedBy },
    };
    const causes = causesOf([zone, ...findings], catalogue);
    expect(causes.map(({ finding }) => finding.kind)).toEqual(["zone-fault", "broken"]);
  });

  it.each<[string, readonly Kind[], boolean, readonly number[]]>([
    ["1 where all is well", [], true, [1]],
    ["1 where nothing harms mail", ["odd"], true, [1]],
    ["0 where something does", ["odd", "broken"], true, [0]],
    ["0 even where something else is unknown", ["undecided", "broken"], true, [0]],
    ["0 where what is missing does", ["broken"], false, [0]],
    ["no series while nobody knows", ["undecided"], true, []],
    ["no series where it is not set up", [], false, []],
  ])("gives the record %s", async (_, kinds, isThere, values) => {
    const faults = kinds.map((kind) => fault(kind, "so"));
    const { samples } = await look({ faults, isThere });
    expect(samples.map(({ labels, value }) => ({ ...labels, value }))).toEqual(
      values.map((value) => ({ domain: "example.org", record: "thing", value })),
    );
  });

  it("looks hourly, and burdens no server in particular", () => {
    const [check] = probeOf({ faults: [] }).checks({} as never);
    expect(check).toMatchObject({ everyMs: 3_600_000, host: undefined });
    expect(check?.labels).toEqual({ domain: "example.org" });
  });

  it.each<[string, LiteralZone, number | undefined, number | undefined]>([
    ["when the first record expires", { "a.test": { A: ["192.0.2.1"], ttlSeconds: 60 } }, 0, 60],
    ["when somebody may have published what is absent", {}, 0, 300],
    ["no sooner than servers bear", { "a.test": { A: [], ttlSeconds: 60 } }, 120, 120],
    ["sooner where the facts say so", {}, undefined, 20],
    [
      "as usual where nothing was answered",
      { "a.test": "timeout", "b.test": "refused" },
      0,
      undefined,
    ],
  ])("looks again %s", async (_, zone, leastSeconds, seconds) => {
    const probe = defineDomainProbe({
      name: "thing",
      timeoutMs: 1000,
      targets: () => [{ domain: "example.org" }],
      observe: (_target, { dns }, signal) =>
        Promise.all(["a.test", "b.test"].map((name) => dns.query(name, "A", signal))),
      findings: FINDINGS,
      judge: () => [],
      ...(leastSeconds === undefined
        ? { recheckInMs: () => 20_000 }
        : { leastRecheckMs: leastSeconds * 1000 }),
    });
    const [verdict] = (await runProbe(probe, zone)).values();
    expect(verdict?.recheckInMs).toBe(seconds && seconds * 1000);
  });
});

interface Facts {
  readonly faults: readonly Fault<Kind>[];
  readonly isThere?: boolean;
}

function probeOf(facts: Facts, domain = "example.org") {
  return defineDomainProbe({
    name: "thing",
    timeoutMs: 1000,
    targets: () => [{ domain }],
    observe: () => Promise.resolve(facts),
    findings: FINDINGS,
    judge: ({ faults }) => faults,
    record: { name: "thing", isThere: ({ isThere = true }) => isThere },
  });
}

async function look(facts: Facts, domain = "example.org") {
  const verdict = (await runProbe(probeOf(facts, domain), {})).get(`thing domain=${domain}`);
  if (verdict === undefined) throw new Error("no such check");
  return verdict;
}
