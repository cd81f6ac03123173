import { describe, expect, it } from "vitest";
import type { Dns, RecordSignature } from "../../../src/domain/dns.ts";
import { DAY } from "../../../src/domain/duration.ts";
import type { Clock } from "../../../src/domain/net.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { dnssec } from "../../../src/probes/dnssec/probe.ts";
import { runProbe, type Surroundings } from "../../fakes/posture.ts";
import { type LiteralZone, zoneDns } from "../../fakes/zone.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const ZONE = {
  NS: ["ns1.example.net"],
  SOA: [{ primary: "ns1.example.net", serial: 1, minimumSeconds: 60 }],
};
const KEYS = { DNSKEY: [{ flags: 257, algorithm: 13, keyTag: 4711 }] };
const PARENT = { DS: [{ keyTag: 4711, algorithm: 13, digestType: 2 }] };
const NEXT = { keyTag: 1111, algorithm: 13, digestType: 2 };
const FRESH = ["SOA", "DNSKEY", "DS"].map((type) => signature(type, -10, 20));
/** Where no resolver tells. */
const UNVALIDATED = { ...ZONE, ...KEYS, ...PARENT, signatures: FRESH };
const SIGNED = { ...ZONE, ...KEYS, ...PARENT, signatures: FRESH, authenticated: true };

type Entry = Exclude<LiteralZone[string], undefined>;

describe("probes/dnssec", () => {
  it.each<[string, Entry, number[]]>([
    ["a zone that is not signed", ZONE, []],
    ["a zone that is signed", SIGNED, [1]],
    ["a resolver that does not validate, and vouches for nothing", UNVALIDATED, []],
    ["a resolver that keeps signatures to itself", { ...SIGNED, signatures: [] }, [1]],
    [
      "a resolver that neither validates nor hands on signatures",
      { ...UNVALIDATED, signatures: [] },
      [],
    ],
    [
      "keys of one more algorithm",
      { ...SIGNED, DNSKEY: [...KEYS.DNSKEY, { flags: 257, algorithm: 8, keyTag: 9 }] },
      [1],
    ],
    [
      "a clock of ours that is slow",
      { ...SIGNED, signatures: ["SOA", "DNSKEY", "DS"].map((type) => signature(type, 1, 30)) },
      [1],
    ],
    ["the DS record of the next key as well", { ...SIGNED, DS: [NEXT, ...PARENT.DS] }, [1]],
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
      "keys 4711 (algorithm 8); example.org has keys 4711 (algorithm 13)",
      { ...SIGNED, DS: [{ keyTag: 4711, algorithm: 8, digestType: 2 }] },
      [0],
    ],
    [
      "DS for another key, where nobody validates",
      "dnssec-broken",
      "keys 1111 (algorithm 13); example.org has keys 4711 (algorithm 13)",
      { ...UNVALIDATED, DS: [NEXT] },
      [0],
    ],
    [
      "a zone that is no longer signed, where nobody validates",
      "dnssec-broken",
      "no RRSIG of its SOA, there is no RRSIG of its DNSKEY",
      { ...UNVALIDATED, signatures: [signature("DS", -10, 20)] },
      [0],
    ],
    [
      "keys that nothing signs, where nobody validates",
      "dnssec-broken",
      "no RRSIG of its DNSKEY",
      { ...UNVALIDATED, signatures: [signature("DS", -10, 20), signature("SOA", -10, 20)] },
      [0],
    ],
    [
      "signatures of the future, where nobody validates",
      "dnssec-broken",
      "its RRSIG of SOA does not hold yet",
      { ...UNVALIDATED, signatures: [...FRESH.slice(1), signature("SOA", 1, 30)] },
      [0],
    ],
    [
      "signatures of the past beside one of the future",
      "dnssec-expired",
      "RRSIG of SOA",
      {
        ...UNVALIDATED,
        signatures: [...FRESH.slice(1), signature("SOA", -9, -1), signature("SOA", 1, 30)],
      },
      [0],
    ],
    [
      "signatures of mail's records that have expired",
      "dnssec-expired",
      "RRSIG of MX of example.org",
      {
        ...SIGNED,
        MX: [{ preference: 0, exchange: "." }],
        signatures: [...FRESH, signature("MX", -30, -1)],
      },
      [0],
    ],
    [
      "a resolver that reaches none of the servers",
      "dnssec-undecided",
      "SOA of example.org: servfail",
      { ...SIGNED, bogus: [22] },
      [],
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

  it("looks again before it calls a zone bogus", async () => {
    const zone: Record<string, Entry> = { "example.org": { ...SIGNED, bogus: true } };
    const pauses: number[] = [];
    const verdict = await look(zone["example.org"] ?? {}, {
      net: {
        dns: zoneDns(zone),
        clock: clockOf((ms) => {
          pauses.push(ms);
          zone["example.org"] = SIGNED;
        }),
      },
    });
    expect(verdict.findings).toEqual([]);
    expect(pauses).toEqual([10_000]);
  });

  it("does not blame a zone for what the resolver cannot tell of its parent either", async () => {
    const zone: LiteralZone = { "example.org": { ...SIGNED, bogus: true } };
    const dns = zoneDns(zone);
    const query: Dns["query"] = (name, type, signal, options = {}) =>
      type === "DS" && options.unvalidated !== true
        ? Promise.resolve({ kind: "failed", why: "servfail", detail: "bogus above" })
        : dns.query(name, type, signal, options);
    const verdict = await look({}, { net: { dns: { query } } });
    expect(verdict.findings).toMatchObject([
      {
        kind: "dnssec-undecided",
        detail: "SOA of example.org: servfail by the test; DS of example.org: bogus above",
      },
    ]);
  });

  it.each<[string, Entry, string[], number[]]>([
    ["one that finds it bogus", { ...SIGNED, bogus: true }, ["dnssec-broken"], [0]],
    ["one that validates", SIGNED, [], [1]],
    ["one that is silent", "timeout", [], []],
    ["one that cannot reach it", { ...SIGNED, bogus: [23] }, ["dnssec-undecided"], []],
  ])("hears %s behind one that does not validate", async (_, second, kinds, expected) => {
    const zone: LiteralZone = { "example.org": UNVALIDATED };
    const resolvers = ["192.0.2.53", "192.0.2.54"];
    const servers = { "192.0.2.53": zone, "192.0.2.54": { "example.org": second } };
    const verdict = await look({}, { resolvers, net: { dns: zoneDns(zone, servers) } });
    expect(verdict.findings.map(({ kind }) => kind)).toEqual(kinds);
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

async function look(zone: Entry, { net, ...around }: Surroundings = {}): Promise<Verdict> {
  const verdicts = await runProbe(
    dnssec,
    { "example.org": zone },
    { now: NOW, ...around, net: { clock: clockOf(() => undefined), ...net } },
  );
  const verdict = verdicts.get("dnssec domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

function clockOf(onPause: (ms: number) => void): Clock {
  const sleep = (ms: number) => Promise.resolve(onPause(ms));
  return { now: () => NOW, monotonic: () => 0, sleep };
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
