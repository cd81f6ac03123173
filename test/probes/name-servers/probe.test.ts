import { describe, expect, it } from "vitest";
import type { Config } from "../../../src/domain/config.ts";
import type { Net } from "../../../src/domain/net.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { nameServers } from "../../../src/probes/name-servers/probe.ts";
import { route } from "../../fakes/posture.ts";
import { type LiteralZone, type ZoneDns, zoneDns } from "../../fakes/zone.ts";

const ONE = "192.0.2.1";
const TWO = "192.0.2.2";
const TWO6 = "2001:db8::2";
const ZONE: LiteralZone = {
  "example.org": { NS: ["ns1.example.org", "ns2.example.net"] },
  "ns1.example.org": { A: [ONE] },
  "ns2.example.net": { A: [TWO], AAAA: [TWO6] },
};
const ALL: Servers = { [ONE]: serial(7), [TWO]: serial(7), [TWO6]: serial(7) };

/** What the resolver is asked at time 0 that it cannot have in its cache. */
const UNHEARD = "mailcanary-0.example.org";

type Servers = Parameters<typeof zoneDns>[1] & object;

describe("probes/name-servers", () => {
  it.each<[string, LiteralZone, Servers]>([
    ["servers that agree", {}, {}],
    [
      "two providers that count their versions each by itself",
      {},
      {
        [ONE]: provider("ns1.example.org", 1),
        [TWO]: provider("a.example.net", 2_026_112_201),
        [TWO6]: provider("a.example.net", 2_026_112_201),
      },
    ],
    [
      "one of two providers that does not tell all its records",
      {},
      {
        [ONE]: provider("ns1.example.org", 1),
        [TWO]: { ...provider("a.example.net", 7), "_dmarc.example.org": "timeout" },
        [TWO6]: "timeout",
      },
    ],
    ["a machine without IPv6", {}, { [TWO6]: "unreachable" }],
    ["a machine whose IPv6 is a black hole", {}, { [TWO6]: "timeout" }],
    [
      "a zone that is bogus, which is another probe's",
      { "example.org": { NS: ["ns1.example.org"], bogus: true } },
      {},
    ],
  ])("is content with %s", async (_, zone, servers) => {
    expect((await look({ ...ZONE, ...zone }, { ...ALL, ...servers })).findings).toEqual([]);
  });

  it.each<[string, string, string, LiteralZone, Servers]>([
    [
      "a server that is silent",
      "name-server-silent",
      "ns1.example.org: timeout",
      {},
      { [ONE]: "timeout" },
    ],
    [
      "a server that refuses",
      "name-server-lame",
      "ns2.example.net: refused",
      {},
      { [TWO]: "refused" },
    ],
    [
      "a server that fails",
      "name-server-lame",
      "ns2.example.net: servfail",
      {},
      { [TWO]: "servfail" },
    ],
    ["a server without the zone", "name-server-lame", `${ONE} has no such zone`, {}, { [ONE]: {} }],
    [
      "a server without address",
      "name-server-unresolved",
      "ns1.example.org",
      { "ns1.example.org": {} },
      {},
    ],
    [
      "servers that disagree",
      "name-servers-disagree",
      `7 at ns1.example.org (${ONE}); 6 at ns2.example.net (${TWO}), ns2.example.net (${TWO6})`,
      {},
      { [TWO]: serial(6), [TWO6]: serial(6) },
    ],
    [
      "two providers that have different records",
      "name-servers-disagree",
      `TXT of example.org: "v=spf1 mx -all" at ns1.example.org (${ONE}); TXT of example.org: "v=spf1 -all" at ns2.example.net (${TWO})`,
      {},
      {
        [ONE]: provider("ns1.example.org", 1),
        [TWO]: provider("a.example.net", 2, "v=spf1 -all"),
        [TWO6]: "timeout",
      },
    ],
    [
      "two providers of which one lacks a record",
      "name-servers-disagree",
      `TXT of _dmarc.example.org: none at ns2.example.net (${TWO})`,
      {},
      {
        [ONE]: provider("ns1.example.org", 1),
        [TWO]: { ...provider("a.example.net", 2), "_dmarc.example.org": {} },
        [TWO6]: "timeout",
      },
    ],
    [
      "two servers of one provider that disagree",
      "name-servers-disagree",
      `7 at ns2.example.net (${TWO}); 8 at ns2.example.net (${TWO6})`,
      {},
      {
        [ONE]: provider("ns1.example.org", 1),
        [TWO]: provider("a.example.net", 7),
        [TWO6]: provider("a.example.net", 8),
      },
    ],
    [
      "servers that answer nobody",
      "name-servers-undecided",
      "ns1.example.org: timeout",
      { [UNHEARD]: "timeout" },
      { [ONE]: "timeout", [TWO]: "timeout", [TWO6]: "unreachable" },
    ],
    [
      "servers whose addresses went with all that the zone says",
      "name-servers-undecided",
      "A of ns1.example.org: timeout by the test; AAAA of ns1.example.org: timeout by the test",
      {
        "example.org": { NS: ["ns1.example.org"] },
        "ns1.example.org": "timeout",
        [UNHEARD]: "timeout",
      },
      {},
    ],
    [
      "servers of which one is silent and the other's address is unknown",
      "name-servers-undecided",
      "ns2.example.net: timeout by the test; A of ns1.example.org: timeout by the test",
      { "ns1.example.org": "timeout", "ns2.example.net": { A: [TWO] }, [UNHEARD]: "servfail" },
      { [TWO]: "timeout" },
    ],
    [
      "addresses that cannot be looked up in a zone that answers",
      "name-servers-unasked",
      "A of ns1.example.org",
      { "example.org": { NS: ["ns1.example.org"] }, "ns1.example.org": "timeout" },
      {},
    ],
    [
      "servers that answer the resolver, and us not at all",
      "name-servers-unasked",
      "ns1.example.org: timeout",
      {},
      { [ONE]: "timeout", [TWO]: "timeout", [TWO6]: "unreachable" },
    ],
    [
      "a resolver in trouble",
      "name-servers-undecided",
      "NS of example.org",
      { "example.org": "timeout" },
      {},
    ],
    [
      "an address that cannot be looked up",
      "name-servers-unasked",
      "A of ns1.example.org",
      { "ns1.example.org": "timeout" },
      {},
    ],
  ])("finds %s: %s", async (_, kind, detail, zone, servers) => {
    const { findings } = await look({ ...ZONE, ...zone }, { ...ALL, ...servers });
    expect(findings).toMatchObject([
      { kind, subject: "example.org", detail: expect.stringContaining(detail) as string },
    ]);
  });

  it("gives secondaries the time to fetch a change", async () => {
    const servers: Record<string, Servers[string]> = { ...ALL, [TWO]: serial(6) };
    const dns = zoneDns(ZONE, servers);
    const pauses: number[] = [];
    const verdict = await run(dns, (ms) => {
      pauses.push(ms);
      servers[TWO] = serial(7);
    });
    expect(verdict.findings).toEqual([]);
    expect(pauses).toEqual([10_000]);
    expect(dns.asked.filter((question) => question === `example.org SOA @${TWO}`)).toHaveLength(2);
  });

  const PARENT = "192.0.2.100";
  const SECOND = "192.0.2.101";
  const ABOVE: LiteralZone = {
    org: { NS: ["a.nic.test", "b.nic.test"] },
    "a.nic.test": { A: [PARENT] },
    "b.nic.test": { A: [SECOND] },
  };
  const given = (names: readonly string[], glue: readonly string[] = [ONE]): LiteralZone => ({
    "example.org": { NS: names },
    "ns1.example.org": { A: glue },
  });
  const withOwn = (value: LiteralZone): LiteralZone => ({
    "example.org": { ...(value["example.org"] as object), NS: ZONE_NAMES },
    "ns1.example.org": { A: [ONE] },
  });
  const ZONE_NAMES = ["ns1.example.org", "ns2.example.net"];

  it.each<[string, Servers, readonly object[]]>([
    ["the same on both sides", { [PARENT]: given(ZONE_NAMES) }, []],
    ["a parent that does not answer", {}, []],
    [
      "a server that was left, and one that is not yet known",
      {
        [PARENT]: given(["ns1.example.org", "old.example.com"]),
        [SECOND]: given(["ns1.example.org", "old.example.com"]),
      },
      [
        {
          kind: "name-servers-delegation",
          detail: "only at the parent (org): old.example.com; only in the zone: ns2.example.net",
        },
      ],
    ],
    [
      "a change that has not reached all servers of the parent",
      { [PARENT]: given(["ns1.example.org"]), [SECOND]: given(ZONE_NAMES) },
      [],
    ],
    [
      "one server of the parent that answers",
      { [SECOND]: given(["ns1.example.org"]) },
      [{ kind: "name-servers-delegation", detail: "only in the zone: ns2.example.net" }],
    ],
    [
      "an old address at the parent",
      { [PARENT]: given(ZONE_NAMES, ["203.0.113.9"]) },
      [
        {
          kind: "name-server-glue",
          detail: `ns1.example.org: 203.0.113.9 at the parent (org), ${ONE} in the zone`,
        },
      ],
    ],
  ])("compares both sides of the delegation: %s", async (_, parents, findings) => {
    const servers = { ...ALL, [ONE]: withOwn(serial(7)), ...parents };
    expect((await look({ ...ZONE, ...ABOVE }, servers)).findings).toMatchObject(findings);
  });

  it("finds the zone above the domain", async () => {
    const routes = [
      route({
        from: { name: undefined, address: "a@news.example.org" },
        envelopeFrom: "a@news.example.org",
      }),
    ];
    const dns = zoneDns(ZONE, { ...ALL, [ONE]: "timeout" });
    const check = nameServers.checks({ routes } as unknown as Config)[0];
    const verdict = await check?.run(netOf(dns), never);
    expect(verdict?.findings).toMatchObject([
      { kind: "name-server-silent", subject: "news.example.org" },
    ]);
  });

  it("says nothing where there is no zone", async () => {
    expect(await look({}, {})).toMatchObject({ findings: [], observed: [] });
  });

  it("remembers the servers", async () => {
    expect((await look(ZONE, ALL)).observed).toEqual([
      { subject: "example.org", aspect: "name servers", value: "ns1.example.org, ns2.example.net" },
    ]);
  });

  it("asks no more servers than a zone can have", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `ns${index}.test`);
    const dns = zoneDns({ "example.org": { NS: names } });
    await run(dns);
    expect(dns.asked.filter((question) => question.endsWith(" A"))).toHaveLength(13);
  });
});

const never = new AbortController().signal;

function look(zone: LiteralZone, servers: Servers): Promise<Verdict> {
  return run(zoneDns(zone, servers));
}

async function run(
  dns: ZoneDns,
  onPause: (ms: number) => void = () => undefined,
): Promise<Verdict> {
  const [check] = nameServers.checks({ routes: [route()] } as unknown as Config);
  if (check === undefined) throw new Error("no check of example.org");
  return await check.run(netOf(dns, onPause), never);
}

function netOf(dns: ZoneDns, onPause: (ms: number) => void = () => undefined): Net {
  const sleep = (ms: number) => Promise.resolve(onPause(ms));
  return { dns, clock: { now: () => 0, sleep } } as unknown as Net;
}

/** A server of a provider that gives the zone a name of its own for the primary. */
function provider(primary: string, version: number, spf = "v=spf1 mx -all"): LiteralZone {
  return {
    "example.org": {
      SOA: [{ primary, serial: version, minimumSeconds: 60 }],
      MX: [{ preference: 10, exchange: "mx.example.org" }],
      TXT: [spf],
    },
    "_dmarc.example.org": { TXT: ["v=DMARC1; p=none"] },
  };
}

function serial(value: number): LiteralZone {
  return {
    "example.org": { SOA: [{ primary: "ns1.example.org", serial: value, minimumSeconds: 60 }] },
  };
}
