import { describe, expect, it } from "vitest";
import { HOUR } from "../../../src/domain/duration.ts";
import type { HttpsAnswer } from "../../../src/domain/https.ts";
import type { Observed } from "../../../src/domain/store.ts";
import type { TlsLook } from "../../../src/domain/tls.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { mtaSts } from "../../../src/probes/mta-sts/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { literalTls, session } from "../../fakes/looks.ts";
import { answered, literalHttps } from "../../fakes/pages.ts";
import { runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const ADDRESS = "10.0.0.25";
const HOST = "mail.example.org";
const authority = createAuthority();
const good = session([authority.issue([HOST]).cert]);

const POLICY = policy("enforce", [HOST]);

describe("probes/mta-sts", () => {
  it("is content with a policy that covers every MX", async () => {
    const verdict = await look({});
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(verdict.samples.map(({ labels, value }) => ({ ...labels, value }))).toMatchObject([
      { record: "mta_sts", value: 1 },
    ]);
    expect(verdict.observed?.map(({ aspect, value }) => `${aspect}: ${value}`)).toEqual([
      "mta-sts id: 1",
      "mta-sts policy: mode enforce, mx mail.example.org, max_age 604800",
      "mta-sts policy of id: 1: mode enforce, mx mail.example.org, max_age 604800",
    ]);
  });

  it.each<[string, LiteralZone]>([
    ["no record", {}],
    ["a record of something else", { "_mta-sts.example.org": { TXT: ["v=spf1 -all"] } }],
  ])("says neither good nor bad where it is not set up: %s", async (_, zone) => {
    const verdict = await runOn(zone, "should not be fetched", good);
    expect(verdict).toMatchObject({ severity: "ok", findings: [], samples: [] });
  });

  it.each<[string, string, Circumstances]>([
    ["a wildcard", "*.example.org", { text: policy("enforce", ["*.example.org"]) }],
    ["mode none", "none", { text: "version: STSv1\nmode: none\nmax_age: 86400" }],
    ["LF and CRLF", "LF", { text: POLICY.replace("\n", "\r\n") }],
    ["unknown keys", "x", { text: `${POLICY}\nx_new: thing` }],
    ["a host in capitals", "HOST", { text: POLICY.replace(HOST, HOST.toUpperCase()) }],
  ])("is content with %s", async (_name, _what, circumstances) => {
    expect((await look(circumstances)).findings).toEqual([]);
  });

  it.each<[string, string, Circumstances]>([
    [
      "an MX that enforce shuts out",
      "mta-sts-mx-not-covered",
      { text: policy("enforce", ["mx.example.org"]) },
    ],
    [
      "an MX that testing leaves out",
      "mta-sts-mx-not-listed",
      { text: policy("testing", ["mx.example.org"]) },
    ],
    ["a wildcard two labels up", "mta-sts-mx-not-covered", { text: policy("enforce", ["*.org"]) }],
    [
      "a certificate with another name",
      "mta-sts-certificate",
      { seen: session([authority.issue(["www.example.org"]).cert]) },
    ],
    [
      "a certificate that is not trusted",
      "mta-sts-certificate",
      { seen: session([authority.ca], { distrust: "DEPTH_ZERO_SELF_SIGNED_CERT" }) },
    ],
    ["a day's memory", "mta-sts-max-age-short", { text: POLICY.replace("604800", "3600") }],
    ["a record without semicolon", "mta-sts-record-broken", { texts: ["v=STSv1 id=1"] }],
    ["a comma for a semicolon", "mta-sts-record-broken", { texts: ["v=STSv1, id=1"] }],
    ["a blank before it", "mta-sts-record-broken", { texts: [" v=STSv1; id=1"] }],
    ["quotes in it", "mta-sts-record-broken", { texts: ['"v=STSv1; id=1"'] }],
    ["two records", "mta-sts-record-broken", { texts: ["v=STSv1; id=1", "v=STSv1; id=2"] }],
    ["a record without id", "mta-sts-record-broken", { texts: ["v=STSv1;"] }],
    ["an id with a dash", "mta-sts-record-broken", { texts: ["v=STSv1; id=2026-11-22"] }],
    ["a version in lower case", "mta-sts-record-broken", { texts: ["v=stsv1; id=1"] }],
    [
      "control characters",
      "mta-sts-record-broken",
      { texts: ["v=STSv1; id=1; x=\u0000\u001b[2J"] },
    ],
    ["no file", "mta-sts-policy-broken", { text: answered("nothing here", 404) }],
    [
      "a redirect",
      "mta-sts-policy-broken",
      { text: answered("", 301, "https://www.example.org/policy") },
    ],
    [
      "another type",
      "mta-sts-content-type",
      { text: { ...answered(POLICY), contentType: "text/html" } as HttpsAnswer },
    ],
    ["a large file", "mta-sts-policy-broken", { text: { kind: "too-large" } }],
    [
      "a certificate of the web server that does not fit",
      "mta-sts-policy-broken",
      { text: { kind: "certificate", detail: "ERR_TLS_CERT_ALTNAME_INVALID" } },
    ],
    ["no web host", "mta-sts-policy-broken", { text: { kind: "no-host", detail: "no address" } }],
    ["a page in place of the policy", "mta-sts-policy-broken", { text: "<html>Welcome</html>" }],
    ["an unknown mode", "mta-sts-policy-broken", { text: POLICY.replace("enforce", "strict") }],
    ["no mx", "mta-sts-policy-broken", { text: POLICY.replace(/mx: .*\n/, "") }],
    ["an odd mx", "mta-sts-policy-broken", { text: policy("enforce", ["mail.*.org"]) }],
    ["no max_age", "mta-sts-policy-broken", { text: POLICY.replace(/max_age.*/, "") }],
    ["no version", "mta-sts-policy-broken", { text: POLICY.replace("STSv1", "STSv2") }],
    [
      "a web server that hangs",
      "mta-sts-undecided",
      { text: { kind: "failed", why: "timeout", detail: "no complete answer within 30 s" } },
    ],
    ["a web server that is asked too often", "mta-sts-undecided", { text: answered("", 429) }],
    ["a web server in trouble", "mta-sts-undecided", { text: answered("", 503) }],
  ])("finds this and nothing else: %s", async (_, kind, circumstances) => {
    expect((await look(circumstances)).findings).toMatchObject([{ kind, subject: "example.org" }]);
  });

  it("does not know while DNS does not answer", async () => {
    const verdict = await runOn({ "_mta-sts.example.org": "timeout" }, POLICY, good);
    expect(verdict).toMatchObject({ severity: "unknown", samples: [], observed: [] });
    expect(verdict.findings).toMatchObject([{ kind: "mta-sts-undecided" }]);
  });

  it("writes the policy to serve and the record to publish", async () => {
    const text = policy("enforce", ["mx.example.org", "*.mail.example.net"]);
    const { findings } = await look({ text });
    expect(findings[0]?.detail).toContain(
      String.raw`version: STSv1\nmode: enforce\nmx: mx.example.org\nmx: *.mail.example.net\nmx: mail.example.org\nmax_age: 604800 and publish _mta-sts.example.org. IN TXT "v=STSv1; id=20261122000000"`,
    );
    const broken = await look({ texts: ["v=STSv1;"] });
    expect(broken.findings[0]?.detail).toContain(
      '_mta-sts.example.org. IN TXT "v=STSv1; id=20261122000000"',
    );
  });

  it("prints no part of a policy for the whole", async () => {
    const many = Array.from({ length: 150 }, (_, index) => `mx${index}.mail.example.net`);
    const { findings } = await look({ text: policy("enforce", many) });
    expect(findings[0]?.detail).toMatch(/^not covered: mail\.example\.org\. Add to the policy/);
    const { findings: none } = await look({ text: policy("enforce", [...many, HOST]) });
    expect(none).toEqual([]);
  });

  it("measures nothing while no certificate can be seen under enforce", async () => {
    const seen = { kind: "failed", why: "timeout", detail: "no answer" } as const;
    expect(await look({ seen })).toMatchObject({ findings: [], samples: [] });
    const testing = await look({ seen, text: policy("testing", [HOST]) });
    expect(testing.samples).toMatchObject([{ value: 1 }]);
  });

  it("notices a new policy under an old id, also after a restart, until there is a new id", async () => {
    const journal = createJournal();
    const later = policy("testing", [HOST, "mx2.example.org"]);
    const kinds = async (text: string, id: string, now: number) => {
      const texts = [`v=STSv1; id=${id}`];
      const verdict = await look({ text, texts, now, journal });
      journal.note(verdict, now);
      return verdict.findings.map(({ kind }) => kind);
    };
    expect(await kinds(POLICY, "a1", 0)).toEqual([]);
    expect(await kinds(later, "a1", HOUR)).toEqual([]);
    // The new id may have been published along with it, and be hidden by a cache.
    expect(await kinds(later, "a1", HOUR + 200_000)).toEqual([]);
    expect(await kinds(later, "a1", HOUR + 300_000)).toEqual(["mta-sts-id-unchanged"]);
    expect(await kinds(later, "a1", 2 * HOUR)).toEqual(["mta-sts-id-unchanged"]);
    expect(await kinds(later, "a2", 3 * HOUR)).toEqual([]);
    expect(await kinds(later, "a2", 4 * HOUR)).toEqual([]);
  });

  it("does not mind a policy that could be fetched only after its id was seen", async () => {
    const journal = createJournal();
    const seen = async (text: string | HttpsAnswer, now: number) => {
      const verdict = await look({ text, now, journal });
      journal.note(verdict, now);
      return verdict.findings.map(({ kind }) => kind);
    };
    expect(await seen(answered("", 503), 0)).toEqual(["mta-sts-undecided"]);
    expect(await seen(POLICY, HOUR)).toEqual([]);
    expect(await seen(answered("", 503), 2 * HOUR)).toEqual(["mta-sts-undecided"]);
    expect(await seen(POLICY.replaceAll("\n", "\r\n"), 3 * HOUR)).toEqual([]);
  });
});

/** What the store keeps of observations. */
function createJournal() {
  const kept = new Map<string, Observed>();
  const keyOf = (subject: string, aspect: string) => `${subject} ${aspect}`;
  return {
    note({ observed = [] }: Verdict, at: number) {
      for (const one of observed) {
        const key = keyOf(one.subject, one.aspect);
        if (kept.get(key)?.value === one.value) continue;
        kept.set(key, { ...one, firstAt: at, changedAt: kept.has(key) ? at : undefined });
      }
    },
    recall: (subject: string, aspect: string) => kept.get(keyOf(subject, aspect)),
  };
}

interface Circumstances {
  readonly texts?: readonly string[];
  readonly text?: string | HttpsAnswer;
  readonly seen?: TlsLook;
  readonly now?: number;
  readonly journal?: ReturnType<typeof createJournal>;
}

function look({ texts = ["v=STSv1; id=1"], text = POLICY, seen = good, ...rest }: Circumstances) {
  const zone: LiteralZone = {
    "example.org": { MX: [{ preference: 10, exchange: HOST }] },
    [HOST]: { A: [ADDRESS] },
    "_mta-sts.example.org": { TXT: texts },
  };
  return runOn(zone, text, seen, rest);
}

async function runOn(
  zone: LiteralZone,
  text: string | HttpsAnswer,
  seen: TlsLook,
  {
    now = Date.UTC(2026, 10, 22),
    journal = createJournal(),
  }: Pick<Circumstances, "now" | "journal"> = {},
): Promise<Verdict> {
  const url = "https://mta-sts.example.org/.well-known/mta-sts.txt";
  const net = {
    tls: literalTls({ [ADDRESS]: { look: seen } }),
    https: literalHttps({ [url]: text }),
  };
  const verdicts = await runProbe(mtaSts, zone, { ...journal, now, net });
  const verdict = verdicts.get("mta-sts domain=example.org");
  if (verdict === undefined) throw new Error("no such check");
  return verdict;
}

function policy(mode: string, hosts: readonly string[]): string {
  return [
    "version: STSv1",
    `mode: ${mode}`,
    ...hosts.map((host) => `mx: ${host}`),
    "max_age: 604800",
  ].join("\n");
}
