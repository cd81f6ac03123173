import { describe, expect, it } from "vitest";
import { spf } from "../../../src/probes/spf/probe.ts";
import { exit, runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";
import { both, HELO, kinds, look, series, V4, V6, verdictOf } from "./look.ts";

describe("probes/spf", () => {
  it.each([
    ["the hosts of the MX", "v=spf1 mx -all"],
    ["addresses", `v=spf1 ip4:${V4} ip6:${V6} -all`],
    ["networks, softly closed", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all"],
    ["names with prefixes", "v=spf1 a:mail.example.org/28//64 -all"],
    ["macros", "v=spf1 exists:%{i}._spf.%{d} mx -all"],
    ["capitals", "V=SPF1 MX -ALL"],
  ])("is content with %s", async (_, record) => {
    const verdict = await look(record);
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(series(verdict)).toMatchObject({ deliverability_dns_record_ok: 1 });
  });

  it("journals the record and those that it rests on, and looks again when one expires", async () => {
    const others = { "_spf.example.org": { TXT: ["v=spf1 mx:example.org -all"], ttlSeconds: 60 } };
    expect(await look("v=spf1 include:_spf.example.org -all", others)).toMatchObject({
      observed: [
        { aspect: "spf", value: "v=spf1 include:_spf.example.org -all" },
        { aspect: "spf of _spf.example.org", value: "v=spf1 mx:example.org -all" },
        { aspect: "spf of mail.example.org", value: "v=spf1 a -all" },
      ],
      recheckInMs: 60_000,
    });
  });

  it("says what to publish where there is nothing", async () => {
    const verdict = verdictOf(await runProbe(spf, HELO, both));
    expect(verdict.findings).toMatchObject([
      {
        kind: "spf-missing",
        detail: `Publish example.org. IN TXT "v=spf1 ip4:${V4} ip6:${V6} ~all"`,
      },
    ]);
    expect(series(verdict)).toEqual({ deliverability_dns_record_ok: 0 });
    expect(verdict.observed?.[0]).toMatchObject({ aspect: "spf", value: "none" });
  });

  it("does not ask for a record where the domain is in From alone", async () => {
    const routes = [{ envelopeFrom: "bounce@mail.example.org" }];
    expect(verdictOf(await runProbe(spf, HELO, { ...both, routes }))).toMatchObject({
      findings: [],
      samples: [],
    });
  });

  it.each([
    [
      "one too many records",
      ["v=spf1 mx -all", "v=spf1 ip4:198.51.100.7 ~all"],
      "spf-several-records",
      'Publish one, example.org. IN TXT "v=spf1 mx ip4:198.51.100.7 ~all"',
    ],
    ["a broken term", "v=spf1 ipv4:192.0.2.1 mx -all", "spf-syntax", '"ipv4:192.0.2.1" in'],
    ["a second redirect", "v=spf1 redirect=a.test redirect=b.test", "spf-syntax", "stands twice"],
    ["everybody", "v=spf1 mx +all", "spf-allows-all", '"v=spf1 mx ~all"'],
    [
      "everybody and nobody else",
      "v=spf1 +all",
      "spf-allows-all",
      `"v=spf1 ip4:${V4} ip6:${V6} ~all"`,
    ],
    [
      "everybody, and one exit only so",
      `v=spf1 ip4:${V4} +all`,
      "spf-allows-all",
      `"v=spf1 ip4:${V4} ip6:${V6} ~all"`,
    ],
    [
      "all addresses",
      "v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all",
      "spf-allows-all",
      `ip4:${V4} ip6:${V6}`,
    ],
    ["no end", "v=spf1 mx", "spf-no-all", '"v=spf1 mx ~all"'],
    ["a neutral end", "v=spf1 mx ?all", "spf-no-all", '"v=spf1 mx ~all"'],
    ["reverse names", "v=spf1 mx ptr -all", "spf-ptr", `"v=spf1 mx ip4:${V4} ip6:${V6} -all"`],
    [
      "an empty include",
      "v=spf1 mx include:gone.test -all",
      "spf-include-broken",
      "gone.test has no",
    ],
    [
      "an exit left out",
      `v=spf1 ip4:${V4} ~all`,
      "spf-exit-not-covered",
      `${V6}: softfail by ~all of example.org. Publish example.org. IN TXT "v=spf1 ip4:${V4} ip6:${V6} ~all"`,
    ],
    [
      "three names without address",
      "v=spf1 a:a.test a:b.test exists:c.test mx -all",
      "spf-too-many-void-lookups",
      'Without them: example.org. IN TXT "v=spf1 mx -all"',
    ],
  ])("finds %s and nothing else", async (_, record, kind, detail) => {
    const verdict = await look(record);
    expect(kinds(verdict)).toEqual([kind]);
    expect(verdict.findings[0]?.detail).toContain(detail);
  });

  it.each([
    ["v=spf1 ptr -all", "spf-ptr"],
    ["v=spf1 exists:%{p}.test -all", "spf-ptr"],
  ])(
    "proposes no record that forbids all mail while no exit is known: %s",
    async (record, kind) => {
      const verdict = await look(record, {}, { exits: [] });
      expect(kinds(verdict)).toEqual([kind]);
      expect(verdict.findings[0]?.detail).not.toContain("Publish");
    },
  );

  it.each([
    ["v=spf1 +all", "spf-allows-all"],
    [[], "spf-missing"],
  ])("closes a record softly while no exit is known: %s", async (record, kind) => {
    const verdict = await look(record, {}, { exits: [] });
    expect(kinds(verdict)).toEqual([kind]);
    expect(verdict.findings[0]?.detail).toContain('"v=spf1 mx ~all"');
  });

  it("keeps what a redirect allows when it closes the record", async () => {
    const others = { "_spf.example.org": { TXT: [`v=spf1 ip4:${V4} ip6:${V6}`] } };
    const verdict = await look("v=spf1 redirect=_spf.example.org", others);
    expect(kinds(verdict)).toEqual(["spf-no-all"]);
    expect(verdict.findings[0]?.detail).toContain('"v=spf1 include:_spf.example.org ~all"');
  });

  it("does not keep a redirect that lets everybody send", async () => {
    const others = { "open.test": { TXT: ["v=spf1 +all"] } };
    const verdict = await look("v=spf1 redirect=open.test", others);
    expect(kinds(verdict)).toEqual(["spf-allows-all"]);
    expect(verdict.findings[0]?.detail).toContain(`"v=spf1 ip4:${V4} ip6:${V6} ~all"`);
  });

  it("closes no record before the exits that it leaves out", async () => {
    const verdict = await look(`v=spf1 ip4:${V4} ?all`);
    const record = `"v=spf1 ip4:${V4} ip6:${V6} ~all"`;
    expect(kinds(verdict)).toEqual(["spf-no-all", "spf-exit-not-covered"]);
    expect(verdict.findings[0]?.detail).toContain(`Publish example.org. IN TXT ${record}`);
  });

  it("finds a stranger's open record behind an include", async () => {
    const verdict = await look("v=spf1 include:open.test -all", {
      "open.test": { TXT: ["v=spf1 +all"] },
    });
    expect(kinds(verdict)).toEqual(["spf-allows-all"]);
  });

  it("takes the end of a redirect for its own", async () => {
    const others = { "_spf.example.org": { TXT: [`v=spf1 ip4:${V4} ip6:${V6} -all`] } };
    expect(kinds(await look("v=spf1 redirect=_spf.example.org", others))).toEqual([]);
  });

  it("finds the eleventh lookup, tells who costs what, and what would save some", async () => {
    const others: LiteralZone = {
      "many.test": {
        TXT: [`v=spf1 ${Array.from({ length: 8 }, (_, n) => `a:h${n}.many.test`).join(" ")} -all`],
      },
      ...Object.fromEntries(
        Array.from({ length: 8 }, (_, n) => [
          `h${n}.many.test`,
          { A: ["203.0.113.9"], AAAA: ["2001:db8:9::9"] },
        ]),
      ),
    };
    // One that nothing matches meets all of them.
    const exits = [...both.exits, exit("192.0.2.99", "example.org")];
    const record = "v=spf1 include:many.test mx a:mail.example.org -all";
    const verdict = await look(record, others, { exits });
    expect(kinds(verdict)).toEqual(["spf-too-many-lookups"]);
    const detail = verdict.findings[0]?.detail ?? "";
    expect(detail).toContain(
      "11 terms ask the DNS, 10 may: include:many.test 9 (a:h0.many.test 1,",
    );
    expect(detail).toContain(
      `With addresses instead of mx, a:mail.example.org it is 9: example.org. IN TXT "v=spf1 include:many.test ip4:${V4} ip6:${V6} -all"`,
    );
    expect(series(verdict)).toEqual({
      deliverability_dns_record_ok: 0,
      deliverability_spf_lookups: 11,
      deliverability_spf_void_lookups: 0,
    });
  });

  it("finds void lookups that only mail over IPv6 meets", async () => {
    const names = ["a", "b", "c"].map((name) => `${name}.v4only.test`);
    const others = Object.fromEntries(names.map((name) => [name, { A: ["203.0.113.9"] }]));
    const record = `v=spf1 ip4:${V4} ${names.map((name) => `a:${name}`).join(" ")} mx -all`;
    const verdict = await look(record, others);
    expect(kinds(verdict)).toEqual(["spf-too-many-void-lookups"]);
    expect(verdict.findings[0]?.detail).toContain(`${V6}: permerror`);
  });

  it("finds a record that contains itself", async () => {
    const others: LiteralZone = { "loop.test": { TXT: ["v=spf1 include:example.org -all"] } };
    const verdict = await look("v=spf1 include:loop.test -all", others);
    expect(kinds(verdict)).toEqual(["spf-too-many-lookups"]);
    expect(verdict.findings[0]?.detail).toContain("example.org contains itself");
  });

  it("reads no more than it must of a record that never ends", async () => {
    const names = Array.from({ length: 500 }, (_, n) => `include:h${n}.test`).join(" ");
    const verdict = await look(`v=spf1 ${names} -all`);
    expect(kinds(verdict)).toContain("spf-too-many-lookups");
    expect(verdict.findings.every(({ detail }) => detail.length < 4200)).toBe(true);
  });
});

describe("probes/spf, when the DNS does not answer", () => {
  it.each([
    ["for the record", { "example.org": "timeout" as const }],
    ["for a record below", { "below.test": "servfail" as const }],
    [
      "for an address",
      { "mail.example.org": { A: "refused", AAAA: "refused", TXT: ["v=spf1 +all"] } },
    ],
  ] as const)("does not know: %s", async (_, others) => {
    const verdict = await look("v=spf1 include:below.test mx -all", {
      "below.test": { TXT: ["v=spf1 ip4:198.51.100.1 -all"] },
      ...others,
    });
    expect(verdict).toMatchObject({ severity: "unknown", findings: [{ kind: "spf-undecided" }] });
    expect(series(verdict)).not.toHaveProperty("deliverability_dns_record_ok");
  });

  it("keeps what it knows: a broken include stays one beside a silent server", async () => {
    const others: LiteralZone = { "slow.test": "timeout" };
    const verdict = await look("v=spf1 mx include:gone.test include:slow.test -all", others);
    expect(kinds(verdict)).toEqual(["spf-include-broken", "spf-undecided"]);
  });
});

describe("probes/spf, hostile records", () => {
  it.each([
    ["64 KB of terms", `v=spf1 ${"ip4:192.0.2.1 ".repeat(4600)}-all`],
    ["64 KB in one term", `v=spf1 include:${"a.".repeat(32_000)}test -all`],
    ["64 KB of macros", `v=spf1 exists:${"%{d}.".repeat(13_000)}test -all`],
    ["64 KB of percent signs", `v=spf1 exists:${"%".repeat(64_000)} -all`],
    ["64 KB of digits", `v=spf1 a:%{d${"9".repeat(64_000)}}/${"1".repeat(10)} -all`],
    ["control characters", "v=spf1 \u0000\u0007\u001b[31m -all"],
    ["octets beyond ASCII", "v=spf1 include:\u00fcber.test -all"],
  ])("are judged in time and quoted in print: %s", async (_, record) => {
    const { findings } = await look(record);
    for (const { detail } of findings) expect(detail).toMatch(/^[\x20-\x7e]{0,16500}$/);
  });
});
