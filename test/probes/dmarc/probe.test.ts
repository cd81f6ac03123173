import { describe, expect, it } from "vitest";
import type { Canary } from "../../../src/domain/canary.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { dmarc } from "../../../src/probes/dmarc/probe.ts";
import { arrival, canary } from "../../fakes/canary.ts";
import { runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const RUA = "rua=mailto:dmarc@example.org";
const GOOD = `v=DMARC1; p=quarantine; ${RUA}`;
const signedBy = (domain: string) => ({ dkim: [{ domain, selector: "s1" }] });

async function look(
  record: string | readonly string[],
  { zone = {}, ...around }: Surroundings & { readonly zone?: LiteralZone } = {},
): Promise<Verdict> {
  const records = { "_dmarc.example.org": { TXT: [record].flat() } };
  return lookIn({ ...records, ...zone }, around);
}

async function lookIn(zone: LiteralZone, around: Surroundings = {}): Promise<Verdict> {
  const verdicts = await runProbe(dmarc, zone, { routes: [signedBy("example.org")], ...around });
  const [verdict] = verdicts.values();
  if (verdict === undefined) throw new Error("no check");
  return verdict;
}

/** A canary with the receiver's verdict, signed as `domain` unless that is undefined. */
function judged(
  result: string | undefined,
  { domain = "example.org", passes = true, ...over }: Partial<Canary> & Signed = {},
): Canary {
  const verdict = { method: "dmarc", result: result ?? "", reason: undefined, properties: {} };
  const check = { domain, selector: "s1", detail: undefined };
  const secondOpinion = [{ ...check, result: passes ? ("pass" as const) : ("fail" as const) }];
  const authentication = result === undefined ? [] : [verdict];
  return canary({ arrival: arrival({ authentication, secondOpinion }), ...over });
}

interface Signed {
  readonly domain?: string;
  readonly passes?: boolean;
}

function signed(...domains: readonly string[]): Canary {
  const secondOpinion = domains.map((domain) => ({
    domain,
    selector: "s1",
    result: "pass" as const,
    detail: undefined,
  }));
  return canary({ arrival: arrival({ secondOpinion }) });
}

function kinds({ findings }: Verdict): string[] {
  return findings.map(({ kind }) => kind);
}

function sample({ samples }: Verdict, name: string) {
  return samples.find(({ metric }) => metric.name === `deliverability_${name}`);
}

describe("probes/dmarc, the record", () => {
  it("is content with a policy and a mailbox for reports", async () => {
    const verdict = await look(GOOD);
    expect(verdict).toMatchObject({
      severity: "ok",
      findings: [],
      observed: [{ subject: "example.org", aspect: "dmarc", value: GOOD }],
      recheckInMs: 300_000,
    });
    expect(sample(verdict, "dns_record_ok")).toMatchObject({
      labels: { domain: "example.org", record: "dmarc" },
      value: 1,
    });
    expect(sample(verdict, "dmarc_policy_info")?.labels).toEqual({
      domain: "example.org",
      p: "quarantine",
      sp: "quarantine",
      np: "quarantine",
    });
  });

  it("is content with foreign TXT records beside it", async () => {
    expect(kinds(await look([GOOD, "some-verification=1"]))).toEqual([]);
  });

  it("says what to publish where there is none", async () => {
    const verdict = await lookIn({});
    expect(verdict.findings).toMatchObject([
      {
        kind: "dmarc-missing",
        detail:
          'Publish _dmarc.example.org. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@example.org"',
      },
    ]);
    expect(sample(verdict, "dns_record_ok")?.value).toBe(0);
    expect(sample(verdict, "dmarc_policy_info")).toBeUndefined();
  });

  it("takes what a wildcard of the zone answers for no DMARC record", async () => {
    const below = {
      ...signedBy("example.org"),
      from: { name: undefined, address: "a@b.example.org" },
    };
    const zone = {
      "_dmarc.b.example.org": { TXT: ["v=DKIM1; k=rsa; p=MIGf"] },
      "b.example.org": { A: ["192.0.2.1"] },
    };
    expect(kinds(await look(GOOD, { zone, routes: [below] }))).toEqual([]);
    expect(kinds(await look("v=DKIM1; k=rsa; p=MIGf"))).toEqual(["dmarc-missing"]);
  });

  it.each([
    [
      "two of them",
      [GOOD, `v=DMARC1; p=none; ${RUA}`],
      "dmarc-several-records",
      `Publish _dmarc.example.org. IN TXT "v=DMARC1; p=none; ${RUA}"`,
    ],
    ["a version in small letters", `v=dmarc1; p=none; ${RUA}`, "dmarc-syntax", "v=DMARC1"],
    ["a policy without version", "p=reject", "dmarc-syntax", '"p=reject"'],
    ["an unknown policy", `v=DMARC1; p=block; ${RUA}`, "dmarc-syntax", "p=block is not"],
    [
      "an unknown policy for subdomains",
      `v=DMARC1; p=reject; sp=quarantin; ${RUA}`,
      "dmarc-syntax",
      `Publish _dmarc.example.org. IN TXT "v=DMARC1; p=none; ${RUA}"`,
    ],
    [
      "no policy",
      `v=DMARC1; ${RUA}`,
      "dmarc-syntax",
      `Publish _dmarc.example.org. IN TXT "v=DMARC1; p=none; ${RUA}"`,
    ],
    [
      "an unknown alignment",
      `${GOOD}; adkim=strict`,
      "dmarc-tag-broken",
      `Publish _dmarc.example.org. IN TXT "${GOOD}"`,
    ],
    [
      "a mailbox without mailto",
      "v=DMARC1; p=none; rua=a@example.org",
      "dmarc-tag-broken",
      '"v=DMARC1; p=none; rua=mailto:a@example.org"',
    ],
    [
      "a mailbox with more behind it",
      "v=DMARC1; p=none; rua=mailto:a@example.org?subject=dmarc",
      "dmarc-tag-broken",
      '"v=DMARC1; p=none; rua=mailto:a@example.org"',
    ],
    [
      "a mailbox at no domain",
      `${GOOD},mailto:a@..`,
      "dmarc-tag-broken",
      `Publish _dmarc.example.org. IN TXT "${GOOD}"`,
    ],
    [
      "neither policy nor mailbox",
      "v=DMARC1; p=block",
      "dmarc-syntax",
      '"v=DMARC1; p=none; rua=mailto:postmaster@example.org"',
    ],
    [
      "no mailbox",
      "v=DMARC1; p=none",
      "dmarc-no-reports",
      '"v=DMARC1; p=none; rua=mailto:postmaster@example.org"',
    ],
    [
      "open subdomains",
      `v=DMARC1; p=reject; sp=none; ${RUA}`,
      "dmarc-subdomains-open",
      `"v=DMARC1; p=reject; sp=reject; ${RUA}"`,
    ],
    [
      "open names that do not exist",
      `v=DMARC1; p=reject; np=none; ${RUA}`,
      "dmarc-subdomains-open",
      `np=none beside p=reject`,
    ],
    [
      "open subdomains, whether they exist or not",
      `v=DMARC1; p=reject; sp=none; np=none; ${RUA}`,
      "dmarc-subdomains-open",
      `"v=DMARC1; p=reject; sp=reject; np=reject; ${RUA}"`,
    ],
    ["a share", `v=DMARC1; p=reject; pct=50; ${RUA}`, "dmarc-pct", `"v=DMARC1; p=reject; ${RUA}"`],
    ["a share of nothing", `v=DMARC1; p=reject; ${RUA}; pct=0`, "dmarc-pct", "t=y"],
    ["the claim to be a registry", `${GOOD}; psd=y`, "dmarc-public-suffix", `"${GOOD}"`],
  ])("finds %s and nothing else", async (_, record, kind, detail) => {
    const verdict = await look(record);
    expect(kinds(verdict)).toEqual([kind]);
    expect(verdict.findings[0]?.detail).toContain(detail);
  });

  const below = {
    routes: [
      { from: { name: undefined, address: "a@news.example.org" }, ...signedBy("example.org") },
    ],
  };

  it.each([
    ["dmarc-several-records", [GOOD, "v=DMARC1; p=reject"], "_dmarc.example.org: "],
    ["dmarc-syntax", ["v=dmarc1; p=reject"], "_dmarc.example.org: "],
    ["dmarc-missing", ["hello"], "_dmarc.news.example.org."],
  ])(
    "finds what keeps the record of the domain above from counting: %s",
    async (kind, texts, name) => {
      const { findings } = await look(texts, below);
      expect(findings).toMatchObject([{ kind, subject: "news.example.org" }]);
      expect(findings[0]?.detail).toContain(name);
    },
  );

  it("minds nothing above the record that applies, nor above the organisation", async () => {
    const zone = {
      "_dmarc.news.example.org": { TXT: ["v=DMARC1; p=none; rua=mailto:a@news.example.org"] },
      "_dmarc.org": { TXT: ["p=reject"] },
    };
    const routes = below.routes.map(({ from }) => ({ from, ...signedBy("news.example.org") }));
    expect(kinds(await look(["p=reject"], { zone, routes }))).toEqual([]);
    expect(kinds(await lookIn({ "_dmarc.org": { TXT: ["p=reject"] } }))).toEqual(["dmarc-missing"]);
  });

  it.each([
    ["exists", { "news.example.org": { A: ["192.0.2.1"] } }, "reject"],
    ["does not", {}, "none"],
    ["exists and has neither address nor MX", { "news.example.org": { TXT: ["x"] } }, "reject"],
    ["has a name below it", { "a.news.example.org": { A: ["192.0.2.1"] } }, "reject"],
    ["is an alias of nothing", { "news.example.org": { CNAME: ["gone.test"] } }, "reject"],
    ["may exist", { "news.example.org": "timeout" as const }, "reject"],
  ])("applies the parent's policy to a name that %s", async (_, zone, p) => {
    const verdict = await look(`v=DMARC1; p=reject; np=none; ${RUA}`, {
      zone,
      routes: [
        {
          from: { name: undefined, address: "a@news.example.org" },
          ...signedBy("news.example.org"),
        },
      ],
    });
    expect(sample(verdict, "dmarc_policy_info")?.labels).toMatchObject({
      domain: "news.example.org",
      p,
    });
    expect(verdict.observed?.[0]?.value).toMatch(/^example.org: v=DMARC1/);
  });
});

describe("probes/dmarc, alignment of what we send", () => {
  const from = "example.org";
  const route = (envelope: string, ...dkim: readonly string[]) => ({
    routes: [
      {
        envelopeFrom: `bounce@${envelope}`,
        dkim: dkim.map((domain) => ({ domain, selector: "s1" })),
      },
    ],
  });

  it.each([
    ["both the same", route(from, from), "", []],
    ["both below", route("mail.example.org", "mail.example.org"), "", []],
    ["the signature alone", route("bounces.test", from), "", []],
    ["one signature of two", route("bounces.test", "relay.test", from), "", []],
    [
      "both below, strictly",
      route("mail.example.org", "mail.example.org"),
      "adkim=s; aspf=s",
      ["dmarc-unaligned"],
    ],
    [
      "the signature below, strictly",
      route(from, "mail.example.org"),
      "adkim=s",
      ["dmarc-dkim-unaligned"],
    ],
    [
      "the envelope below, strictly",
      route("mail.example.org", "relay.test"),
      "aspf=s",
      ["dmarc-unaligned"],
    ],
    ["the envelope alone", route(from, "relay.test"), "", ["dmarc-dkim-unaligned"]],
    ["neither", route("bounces.test", "relay.test"), "", ["dmarc-unaligned"]],
    [
      "a bounce address elsewhere",
      { routes: [{ ...signedBy("relay.test"), bounceAddress: "b@bounces.test" }] },
      "",
      ["dmarc-unaligned"],
    ],
    ["nobody knows who signs", route("bounces.test"), "", []],
  ])("%s", async (_, around, tags, expected) => {
    expect(kinds(await look(tags === "" ? GOOD : `${GOOD}; ${tags}`, around))).toEqual(expected);
  });

  it("says which record would do", async () => {
    const around = route("mail.example.org", "mail.example.org");
    const verdict = await look(`${GOOD}; adkim=s; aspf=s`, around);
    expect(verdict.findings[0]?.detail).toContain(`Or relax: _dmarc.example.org. IN TXT "${GOOD}"`);
  });

  it("believes the newest canary rather than the config file", async () => {
    const around = route("bounces.test", from);
    expect(kinds(await look(GOOD, { ...around, arrived: [signed("relay.test")] }))).toEqual([
      "dmarc-unaligned",
    ]);
    expect(kinds(await look(GOOD, { ...around, arrived: [signed("relay.test", from)] }))).toEqual(
      [],
    );
  });

  it("believes the envelope that receivers saw rather than the config file", async () => {
    const checked = (sender: string, over: Partial<Canary> = {}): Canary => {
      const spf = { method: "spf", result: "pass", reason: undefined };
      const authentication = [{ ...spf, properties: { "smtp.mailfrom": sender } }];
      const { arrival: shown } = signed("relay.test");
      return canary({ arrival: shown && { ...shown, authentication }, ...over });
    };
    const rewritten = checked("0101@eu-west-1.relay.test");
    const verdict = await look(GOOD, { arrived: [rewritten] });
    expect(kinds(verdict)).toEqual(["dmarc-unaligned"]);
    expect(verdict.findings[0]?.detail).toContain("envelope eu-west-1.relay.test");
    const arrived = [rewritten, checked("canary@example.org", { seed: "other" })];
    expect(kinds(await look(GOOD, { arrived }))).toEqual(["dmarc-dkim-unaligned"]);
  });

  it("leaves it to the DKIM probe that nothing is signed, while SPF holds", async () => {
    expect(kinds(await look(GOOD, { arrived: [signed()] }))).toEqual([]);
  });
});

describe("probes/dmarc, reports to other domains", () => {
  const abroad = "v=DMARC1; p=quarantine; rua=mailto:x@reports.test";
  const consent = "example.org._report._dmarc.reports.test";

  it("says what is missing there", async () => {
    const verdict = await look(abroad);
    expect(verdict.findings).toMatchObject([
      {
        kind: "dmarc-report-unauthorised",
        detail: `x@reports.test needs ${consent}. IN TXT "v=DMARC1"`,
      },
    ]);
  });

  it("is content when they agree, and remembers it", async () => {
    const zone = { [consent]: { TXT: ["v=DMARC1;"] } };
    const verdict = await look(abroad, { zone });
    expect(kinds(verdict)).toEqual([]);
    const aspect = "dmarc report consent";
    expect(verdict.observed).toContainEqual({
      subject: "example.org",
      aspect,
      value: "reports.test: v=DMARC1;",
    });
    expect((await look(abroad)).observed).toContainEqual({
      subject: "example.org",
      aspect,
      value: "reports.test: none",
    });
    expect((await look(abroad, { zone: { [consent]: "timeout" } })).observed).toHaveLength(1);
  });

  it("asks for the consent to take reports of single failures too", async () => {
    const record = `${GOOD}; ruf=mailto:x@reports.test`;
    expect(kinds(await look(record))).toEqual(["dmarc-report-unauthorised"]);
    const zone = { [consent]: { TXT: ["v=DMARC1"] } };
    expect(kinds(await look(record, { zone }))).toEqual([]);
  });

  it("needs no consent of the own organisation", async () => {
    expect(kinds(await look("v=DMARC1; p=quarantine; rua=mailto:x@mail.example.org"))).toEqual([]);
  });

  it("asks about a bounded number of mailboxes", async () => {
    const rua = Array.from({ length: 900 }, (_, n) => `mailto:x@r${n}.test`).join(",");
    const verdict = await look(`v=DMARC1; p=quarantine; rua=${rua}`);
    expect(verdict.findings[0]?.detail.match(/needs/g)).toHaveLength(4);
  });
});

describe("probes/dmarc, readiness", () => {
  it.each([
    ["p=none", "v=DMARC1; p=none; rua", "v=DMARC1; p=quarantine; rua"],
    ["t=y", "v=DMARC1; p=reject; t=y; rua", "v=DMARC1; p=reject; rua"],
  ])("advises to leave %s when all canaries pass", async (_, start, next) => {
    const arrived = [judged("pass"), judged("pass", { provider: "other" })];
    const verdict = await look(`${start}=mailto:dmarc@example.org`, { arrived });
    expect(kinds(verdict)).toEqual(["dmarc-ready"]);
    expect(verdict.findings[0]?.detail).toContain("2 canaries pass (bigmail, other)");
    expect(verdict.findings[0]?.detail).toContain(`"${next}=mailto:dmarc@example.org"`);
  });

  it.each([
    ["one fails", [judged("pass"), judged("fail")]],
    ["one could not be judged", [judged("pass"), judged("temperror")]],
    ["the signature fails at another seed", [judged("pass"), judged(undefined, { passes: false })]],
    ["it rests on SPF alone", [judged("pass", { passes: false })]],
    ["nobody reports", [canary({ arrival: arrival() })]],
    ["none has arrived", []],
  ])("is silent while %s", async (_, arrived) => {
    expect(kinds(await look(`v=DMARC1; p=none; ${RUA}`, { arrived }))).toEqual([]);
  });

  it("needs no verdict of a provider that writes none where the signature holds", async () => {
    const arrived = [judged("pass"), judged(undefined, { provider: "other" })];
    const verdict = await look(`v=DMARC1; p=none; ${RUA}`, { arrived });
    expect(kinds(verdict)).toEqual(["dmarc-ready"]);
    expect(verdict.findings[0]?.detail).toContain("1 canaries pass (bigmail)");
  });

  it("takes the receiver's word for the signature where we have not looked", async () => {
    const pass = { result: "pass", reason: undefined };
    const authentication = [
      { method: "dmarc", ...pass, properties: {} },
      { method: "dkim", ...pass, properties: { "header.d": "Example.org" } },
    ];
    const arrived = [canary({ arrival: arrival({ authentication }) })];
    expect(kinds(await look(`v=DMARC1; p=none; ${RUA}`, { arrived }))).toEqual(["dmarc-ready"]);
  });

  it.each<[string, string, readonly Canary[], readonly string[]]>([
    ["was never judged", "example.org", [judged(undefined, { route: "b" })], []],
    ["has shown nothing yet", "example.org", [], []],
    ["is judged as well", "example.org", [judged("pass", { route: "b" })], ["dmarc-ready"]],
    [
      "is not aligned",
      "relay.test",
      [judged("pass", { route: "b", domain: "relay.test" })],
      ["dmarc-unaligned"],
    ],
  ])("waits for the other route, which %s", async (_, domain, arrived, expected) => {
    const routes = [
      { name: "a", ...signedBy("example.org") },
      { name: "b", envelopeFrom: "x@relay.test", ...signedBy(domain) },
    ];
    const byRoute = { a: [judged("pass", { route: "a" })], b: arrived };
    const seen = { exits: () => [], arrived: (route: string) => byRoute[route as "a" | "b"] };
    const verdict = await look(`v=DMARC1; p=none; ${RUA}`, { routes, net: { seen } });
    expect(kinds(verdict)).toEqual(expected);
  });

  it("says whom else the policy reaches", async () => {
    const routes = ["example.org", "news.example.org", "other.test"].map((domain, index) => ({
      name: `${index}`,
      from: { name: undefined, address: `a@${domain}` },
      ...signedBy("example.org"),
    }));
    const one = judged("pass", { route: "0" });
    const verdict = await look(`v=DMARC1; p=none; ${RUA}`, { routes, arrived: [one] });
    expect(verdict.findings[0]?.detail).toContain("may apply to news.example.org as well");
  });

  it("is content with quarantine: reject is not for every domain", async () => {
    expect(kinds(await look(GOOD, { arrived: [judged("pass")] }))).toEqual([]);
  });
});

describe("probes/dmarc, when the DNS does not answer", () => {
  it.each([["timeout"], ["servfail"], ["refused"], ["malformed"]] as const)(
    "does not know: %s",
    async (failure) => {
      const verdict = await lookIn({ "_dmarc.example.org": failure });
      expect(verdict).toMatchObject({ severity: "unknown", samples: [], observed: [] });
      expect(kinds(verdict)).toEqual(["dmarc-undecided"]);
    },
  );

  it("does not know whether a subdomain is aligned, but needs no walk for the same name", async () => {
    const zone = { "_dmarc.org": "timeout" } as const;
    expect(kinds(await look(GOOD, { zone }))).toEqual([]);
    const below = { routes: [{ envelopeFrom: "a@x.test", ...signedBy("mail.example.org") }] };
    expect(kinds(await look(GOOD, { zone, ...below }))).toEqual(["dmarc-undecided"]);
  });

  it("does not know whether a foreign mailbox agreed", async () => {
    const zone = { "example.org._report._dmarc.reports.test": "servfail" } as const;
    const record = "v=DMARC1; p=quarantine; rua=mailto:x@reports.test";
    expect(kinds(await look(record, { zone }))).toEqual(["dmarc-undecided"]);
  });
});

describe("probes/dmarc, hostile records", () => {
  it.each([
    ["64 KB of tags", `${GOOD};${"zz=1;".repeat(13_000)}`],
    ["control characters", "v=DMARC1; p=\u0000\u001b[2J"],
    ["a script", 'v=DMARC1; p=none; rua=mailto:<script>alert("x")@example.org'],
  ])("are quoted in print: %s", async (_, record) => {
    const { findings } = await look(record);
    for (const { detail } of findings) expect(detail).toMatch(/^[\x20-\x7e]{0,16500}$/);
  });
});
