import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/domain/result.ts";
import { mx } from "../../../src/probes/mx/probe.ts";
import { runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

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
    ["no MX but an address", "mx-implicit", "192.0.2.9", { "example.org": { A: ["192.0.2.9"] } }],
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

async function look(zone: LiteralZone): Promise<Verdict> {
  const verdicts = await runProbe(mx, zone);
  const verdict = verdicts.get("mx domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

function series({ samples }: Verdict): object[] {
  return samples.map(({ labels, value }) => ({ ...labels, value }));
}
