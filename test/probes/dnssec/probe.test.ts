import { describe, expect, it } from "vitest";
import type { RecordSignature } from "../../../src/domain/dns.ts";
import { DAY } from "../../../src/domain/duration.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { dnssec } from "../../../src/probes/dnssec/probe.ts";
import { runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const ZONE = {
  NS: ["ns1.example.net"],
  SOA: [{ primary: "ns1.example.net", serial: 1, minimumSeconds: 60 }],
};
const KEYS = { DNSKEY: [{ flags: 257, algorithm: 13 }] };
const PARENT = { DS: [{ keyTag: 4711, algorithm: 13, digestType: 2 }] };
const FRESH = [signature("SOA", -10, 20), signature("DNSKEY", -10, 20)];
const SIGNED = { ...ZONE, ...KEYS, ...PARENT, signatures: FRESH, authenticated: true };

type Entry = Exclude<LiteralZone[string], undefined>;

describe("probes/dnssec", () => {
  it.each<[string, Entry, number[]]>([
    ["a zone that is not signed", ZONE, []],
    ["a zone that is signed", SIGNED, [1]],
    ["a resolver that does not validate", { ...SIGNED, authenticated: false }, [1]],
    ["a resolver that keeps signatures to itself", { ...SIGNED, signatures: [] }, [1]],
    [
      "keys of one more algorithm",
      { ...SIGNED, DNSKEY: [...KEYS.DNSKEY, { flags: 257, algorithm: 8 }] },
      [1],
    ],
    ["signatures of two days", { ...SIGNED, signatures: [signature("SOA", -1, 1)] }, [1]],
    [
      "an old signature beside the new one",
      { ...SIGNED, signatures: [signature("SOA", -30, -1), ...FRESH] },
      [1],
    ],
  ])("is content with %s", async (_, zone, expected) => {
    const verdict = await look(zone);
    expect(verdict.findings).toEqual([]);
    expect(series(verdict)).toEqual(expected);
  });

  it.each<[string, string, string, Entry, number[]]>([
    [
      "a resolver that finds it bogus",
      "dnssec-broken",
      "SOA of example.org: servfail",
      { ...SIGNED, bogus: true },
      [0],
    ],
    ["DS without keys", "dnssec-broken", "no DNSKEY", { ...ZONE, ...PARENT }, [0]],
    [
      "DS for another algorithm",
      "dnssec-broken",
      "algorithm 8; example.org has keys of 13",
      { ...SIGNED, DS: [{ keyTag: 1, algorithm: 8, digestType: 2 }] },
      [0],
    ],
    [
      "signatures that have expired",
      "dnssec-expired",
      "RRSIG of SOA of example.org: until 2026-11-21T12:00:00Z",
      { ...SIGNED, signatures: [signature("SOA", -30, -1), signature("DNSKEY", -10, 20)] },
      [0],
    ],
    [
      "signatures with a twentieth of their life left",
      "dnssec-expiring",
      "RRSIG of DNSKEY",
      { ...SIGNED, signatures: [signature("SOA", -10, 20), signature("DNSKEY", -19, 1)] },
      [1],
    ],
    ["keys without DS", "dnssec-not-delegated", "no DS", { ...ZONE, ...KEYS }, []],
    ["a resolver in trouble", "dnssec-undecided", "NS of example.org: timeout", "timeout", []],
    [
      "a DS that cannot be looked up",
      "dnssec-undecided",
      "DS of",
      { ...SIGNED, DS: "timeout" },
      [],
    ],
    [
      "keys that cannot be looked up",
      "dnssec-undecided",
      "DNSKEY of",
      { ...SIGNED, DNSKEY: "servfail" },
      [],
    ],
  ])("finds %s: %s", async (_, kind, detail, zone, expected) => {
    const verdict = await look(zone);
    expect(verdict.findings).toMatchObject([
      { kind, subject: "example.org", detail: expect.stringContaining(detail) as string },
    ]);
    expect(series(verdict)).toEqual(expected);
  });

  it("looks at a zone under one of our domains only", async () => {
    const routes = [{ envelopeFrom: "a@news.example.org" }];
    const zone: LiteralZone = { "example.org": { ...ZONE, ...PARENT }, "news.example.org": {} };
    const verdicts = await runProbe(dnssec, zone, { routes });
    expect([...verdicts.values()].map(({ findings }) => findings.length)).toEqual([1, 0]);
  });

  it("remembers with what the domain is signed", async () => {
    const about = { subject: "example.org", aspect: "ds" };
    expect(await look(SIGNED)).toMatchObject({ observed: [{ ...about, value: "4711 13 2" }] });
    expect(await look(ZONE)).toMatchObject({ observed: [{ ...about, value: "unsigned" }] });
    expect(await look("timeout")).toMatchObject({ observed: [] });
  });
});

async function look(zone: Entry): Promise<Verdict> {
  const verdicts = await runProbe(dnssec, { "example.org": zone }, { now: NOW });
  const verdict = verdicts.get("dnssec domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

function series({ samples }: Verdict): number[] {
  return samples.map(({ value }) => value);
}

function signature(typeCovered: string, fromDays: number, toDays: number): RecordSignature {
  return {
    typeCovered,
    signer: "example.org",
    inceptionAt: NOW + fromDays * DAY,
    expiresAt: NOW + toDays * DAY,
  };
}
