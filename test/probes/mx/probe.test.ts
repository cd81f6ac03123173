import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/domain/result.ts";
import { mx } from "../../../src/probes/mx/probe.ts";
import { route, runProbe, type Surroundings } from "../../fakes/posture.ts";
import { type LiteralZone, zoneDns } from "../../fakes/zone.ts";

const HOST: LiteralZone = { "mail.example.org": { A: ["192.0.2.1"], AAAA: ["2001:db8::1"] } };
const MX = [{ preference: 10, exchange: "mail.example.org" }];

describe("probes/mx", () => {
  it.each<[string, LiteralZone]>([
    ["one host", { "example.org": { MX }, ...HOST }],
    ["a host without IPv6", { "example.org": { MX }, "mail.example.org": { A: ["192.0.2.1"] } }],
    [
      "two hosts",
      {
        "example.org": { MX: [...MX, { preference: 20, exchange: "mx2.example.net" }] },
        "mx2.example.net": { A: ["192.0.2.2"] },
        ...HOST,
      },
    ],
  ])("is content with %s", async (_, zone) => {
    const verdict = await look(zone);
    expect(verdict.findings).toEqual([]);
    expect(verdict).toMatchObject({ severity: "ok", recheckInMs: 300_000 });
    expect(series(verdict)).toEqual([{ domain: "example.org", record: "mx", value: 1 }]);
  });

  it.each<[string, string, string, LiteralZone]>([
    ["no such domain", "mx-missing", "does not exist", { org: {} }],
    ["neither MX nor address", "mx-missing", "IN MX 10 mail.example.org.", { "example.org": {} }],
    [
      "no MX but an address",
      "mx-implicit",
      "192.0.2.9. Publish example.org. IN MX 10 example.org.",
      { "example.org": { A: ["192.0.2.9"] } },
    ],
    [
      "a null MX",
      "mx-null",
      "IN MX 0 .",
      { "example.org": { MX: [{ preference: 0, exchange: "." }] } },
    ],
    [
      "a null MX among others",
      "mx-null-among-others",
      "Remove example.org. IN MX 0 .",
      { "example.org": { MX: [...MX, { preference: 0, exchange: "." }] }, ...HOST },
    ],
    ["an unknown host", "mx-no-target", "mail.example.org", { "example.org": { MX } }],
    [
      "a host without addresses",
      "mx-no-target",
      "mail.example.org",
      { "example.org": { MX }, "mail.example.org": { TXT: ["hello"] } },
    ],
    [
      "a second host that is gone",
      "mx-target-unresolved",
      "mx2.example.org",
      { "example.org": { MX: [...MX, { preference: 20, exchange: "mx2.example.org" }] }, ...HOST },
    ],
    [
      "an address for a host",
      "mx-target-invalid",
      "publish example.org. IN MX 10 mail.example.org.",
      { "example.org": { MX: [{ preference: 10, exchange: "192.0.2.1" }] } },
    ],
    [
      "an alias",
      "mx-target-is-alias",
      "Publish example.org. IN MX 10 mail.example.org.",
      {
        "example.org": { MX: [{ preference: 10, exchange: "mx.example.org" }] },
        "mx.example.org": { CNAME: ["mail.example.org"] },
        ...HOST,
      },
    ],
    [
      "hosts with IPv6 only",
      "mx-half-reachable",
      "mail.example.org",
      { "example.org": { MX }, "mail.example.org": { AAAA: ["2001:db8::1"] } },
    ],
    [
      "a resolver in trouble",
      "mx-undecided",
      "MX of example.org: servfail",
      { "example.org": "servfail" },
    ],
    [
      "a host that cannot be looked up",
      "mx-undecided",
      "A of mail.example.org: timeout",
      { "example.org": { MX }, "mail.example.org": "timeout" },
    ],
    [
      "an address that cannot be looked up",
      "mx-undecided",
      "AAAA of example.org",
      { "example.org": { AAAA: "timeout" } },
    ],
  ])("finds %s: %s", async (_, kind, detail, zone) => {
    const { findings } = await look(zone);
    expect(findings).toMatchObject([
      { kind, subject: "example.org", detail: expect.stringContaining(detail) as string },
    ]);
  });

  it.each<[string, string, LiteralZone]>([
    ["mx-missing", "Publish example.org. IN MX 10 HOST. HOST being", { "example.org": {} }],
    [
      "mx-target-invalid",
      "publish example.org. IN MX 10 HOST. HOST being",
      { "example.org": { MX: [{ preference: 10, exchange: "192.0.2.1" }] } },
    ],
    ["mx-implicit", "IN MX 10 example.org.", { "example.org": { A: ["192.0.2.9"] } }],
  ])("has no mail sent to the relay that takes ours: %s", async (kind, detail, zone) => {
    const routes = ["smtp.gmail.test", "192.0.2.7", "relay"].map((host) => ({
      smtp: { ...route().smtp, host },
    }));
    const { findings } = await look(zone, { routes });
    expect(findings).toMatchObject([{ kind }]);
    expect(findings[0]?.detail).toContain(detail);
  });

  const inside = (address: string): LiteralZone => ({
    "example.org": { MX, NS: ["ns.example.net"] },
    "mail.example.org": { A: [address] },
    "ns.example.net": { A: ["192.0.2.53"] },
  });

  it.each<[string, string, LiteralZone | "timeout", readonly string[], string]>([
    ["our resolver alone takes it for this machine", "127.0.1.1", HOST, [], ""],
    ["our network has its own view", "10.0.0.1", HOST, [], ""],
    ["nobody outside can be asked", "10.0.0.1", "timeout", ["mx-undecided"], "is 10.0.0.1"],
    ["nobody outside denies it", "127.0.1.1", "timeout", ["mx-undecided"], "is 127.0.1.1"],
    [
      "the zone itself has a private address",
      "10.0.0.1",
      { "mail.example.org": { A: ["10.0.0.1"] } },
      ["mx-undecided"],
      "is 10.0.0.1",
    ],
    [
      "the zone itself has this machine",
      "127.0.0.1",
      { "mail.example.org": { A: ["127.0.0.1"] } },
      ["mx-no-target"],
      "mail.example.org is 127.0.0.1, which to every sender is its own machine",
    ],
    [
      "others see none",
      "10.0.0.1",
      { "mail.example.org": {} },
      ["mx-no-target"],
      "no A and no AAAA record: mail.example.org",
    ],
  ])("asks the zone where an address is of no use outside: %s", async (...row) => {
    const [, address, outside, kinds, detail] = row;
    const dns = zoneDns(inside(address), { "192.0.2.53": outside });
    const { findings } = await look({}, { net: { dns } });
    expect(findings.map(({ kind }) => kind)).toEqual(kinds);
    expect(findings.map((finding) => finding.detail).join()).toContain(detail);
  });

  it("does not know where the zone has no name server to be asked", async () => {
    const zone = { "example.org": { MX }, "mail.example.org": { AAAA: ["fd00::25"] } };
    expect((await look(zone)).findings).toMatchObject([
      { kind: "mx-half-reachable" },
      { kind: "mx-undecided" },
    ]);
  });

  it.each<[string, LiteralZone, object[]]>([
    ["fails", { "example.org": {} }, [{ domain: "example.org", record: "mx", value: 0 }]],
    ["is unknown", { "example.org": "refused" }, []],
    [
      "warns",
      { "example.org": { A: ["192.0.2.9"] } },
      [{ domain: "example.org", record: "mx", value: 1 }],
    ],
  ])("has its series where it %s", async (_, zone, expected) => {
    expect(series(await look(zone))).toEqual(expected);
  });

  it("remembers the records, and nothing while the DNS fails", async () => {
    const about = { subject: "example.org", aspect: "mx" };
    const two = [
      { preference: 20, exchange: "b.test" },
      { preference: 10, exchange: "a.test" },
    ];
    const value = "10 a.test, 20 b.test";
    expect(await look({ "example.org": { MX: two } })).toMatchObject({
      observed: [{ ...about, value }],
    });
    expect(await look({ "example.org": {} })).toMatchObject({
      observed: [{ ...about, value: "none" }],
    });
    expect(await look({ "example.org": "timeout" })).toMatchObject({ observed: [] });
  });

  it("remembers the addresses of the domain's own hosts, and not while they are unknown", async () => {
    const two = [...MX, { preference: 20, exchange: "mx.bigmail.test" }];
    const zone = { "example.org": { MX: two }, "mx.bigmail.test": { A: ["192.0.2.8"] }, ...HOST };
    const host = { subject: "example.org", aspect: "mx host mail.example.org" };
    expect((await look(zone)).observed?.slice(1)).toEqual([
      { ...host, value: "192.0.2.1, 2001:db8::1" },
    ]);
    expect((await look({ "example.org": { MX } })).observed?.slice(1)).toEqual([
      { ...host, value: "none" },
    ]);
    const silent = { "example.org": { MX }, "mail.example.org": "timeout" } as const;
    expect((await look(silent)).observed?.slice(1)).toEqual([]);
  });

  it("looks at the domains of From and envelope, each once", async () => {
    const routes = [
      {
        envelopeFrom: "a@bounces.example.org",
        dkim: [{ domain: "sign.example.org", selector: "s" }],
      },
      { bounceAddress: "b@back.example.org" },
    ];
    const verdicts = await runProbe(mx, {}, { routes });
    expect([...verdicts.keys()]).toEqual([
      "mx domain=example.org",
      "mx domain=bounces.example.org",
      "mx domain=back.example.org",
    ]);
  });

  it("looks up no more hosts than it must", async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      preference: 1,
      exchange: `h${index}.test`,
    }));
    const { findings } = await look({ "example.org": { MX: many } });
    expect(findings.map(({ kind }) => kind)).toEqual(["mx-no-target"]);
  });
});

async function look(zone: LiteralZone, around: Surroundings = {}): Promise<Verdict> {
  const verdicts = await runProbe(mx, zone, around);
  const verdict = verdicts.get("mx domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

function series({ samples }: Verdict): object[] {
  return samples.map(({ labels, value }) => ({ ...labels, value }));
}
