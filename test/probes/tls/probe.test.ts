import { describe, expect, it } from "vitest";
import { DAY } from "../../../src/domain/duration.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { tls } from "../../../src/probes/tls/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { type Appearance, clearText, GOOD_SURVEY, literalTls, session } from "../../fakes/looks.ts";
import { route, runProbe, type Surroundings } from "../../fakes/posture.ts";
import { staple } from "../../fakes/staple.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const NOW = Date.UTC(2026, 10, 22);
const V4 = "10.0.0.25";
const V6 = "fd00::25";
const NAME = "mail.example.org";
const ZONE: LiteralZone = {
  "example.org": { MX: [{ preference: 10, exchange: NAME }] },
  [NAME]: { A: [V4], AAAA: [V6] },
};
const authority = createAuthority();
const rsa = authority.issue([NAME], lifetime(10, 80), { rsaBits: 1024 }).cert;
const demanding = authority.issue([NAME], lifetime(10, 80), { mustStaple: true }).cert;
const good = certificate(10, 80);
const fine: Appearance = { look: session([good, authority.ca]) };

describe("probes/tls at MX hosts", () => {
  it("is content with a healthy server", async () => {
    const verdict = await atMx(fine);
    expect(verdict.findings).toEqual([]);
    expect(series(verdict)).toMatchObject({
      "deliverability_tls_ok mail.example.org 25": 1,
      "deliverability_tls_version_offered mail.example.org 25 TLSv1": 0,
      "deliverability_tls_version_offered mail.example.org 25 TLSv1.3": 1,
    });
    expect(verdict.observed).toMatchObject([{ subject: NAME, aspect: "certificate 25" }]);
  });

  it.each<[string, string, Appearance]>([
    [
      "STARTTLS gone",
      "tls-starttls-missing",
      {
        look: {
          kind: "no-starttls",
          clear: clearText([]),
          detail: "not among the answers to EHLO",
        },
      },
    ],
    ["no handshake", "tls-handshake-failed", { look: { kind: "refused", detail: "alert" } }],
    ["TLS 1.0 only", "tls-outdated", oldOnly("TLSv1")],
    ["TLS 1.1 at best", "tls-outdated", oldOnly("TLSv1.1")],
    ["TLS 1.0 as well", "tls-old-versions", surveyed({ versions: offering("TLSv1") })],
    ["a certificate that is over", "tls-certificate-expired", over()],
    ["a certificate of tomorrow", "tls-certificate-early", shown(certificate(-1, 90))],
    ["three days left of ninety", "tls-certificate-ends-soon", shown(certificate(87, 3))],
    ["twelve days left of ninety", "tls-certificate-near-end", shown(certificate(78, 12))],
    ["one day left of six", "tls-certificate-near-end", shown(certificate(5, 1))],
    [
      "another name",
      "tls-mx-certificate-unverified",
      shown(certificate(10, 80, "www.example.org")),
    ],
    [
      "an authority that nobody knows",
      "tls-mx-certificate-unverified",
      { look: session([good], { distrust: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }) },
    ],
    ["a short key", "tls-certificate-weak", shown(rsa)],
    ["must-staple without staple", "tls-staple-missing", shown(demanding)],
    [
      "a staple that says that the certificate is revoked",
      "tls-staple-missing",
      { look: session([demanding], { staple: staple(demanding, { status: "revoked" }) }) },
    ],
    ["suites without encryption", "tls-weak-suites", surveyed({ nullSuites: "offered" })],
    [
      "no forward secrecy",
      "tls-weak-suites",
      { look: session([good], { version: "TLSv1.2", cipher: "AES256-GCM-SHA384" }) },
    ],
    ["a small group", "tls-weak-dh", surveyed({ dhBits: 1024 })],
    ["commands carried over", "tls-injection", surveyed({ injection: "open" })],
    [
      "answers slipped in",
      "tls-injection",
      { look: session([good], { clear: clearText(["STARTTLS"], { saidMore: true }) }) },
    ],
    [
      "AUTH before TLS",
      "tls-auth-in-clear",
      { look: session([good], { clear: clearText(["AUTH PLAIN"]) }) },
    ],
    [
      "silence",
      "tls-undecided",
      { look: { kind: "failed", why: "timeout", detail: "no answer in time" } },
    ],
  ])("finds this and nothing else: %s", async (_, kind, appearance) => {
    const { findings } = await atMx(appearance);
    expect(findings).toMatchObject([{ kind, subject: "example.org" }]);
    expect(findings[0]?.detail).toContain(`mail.example.org port 25, ${V4}, ${V6}: `);
  });

  it.each<[string, Appearance]>([
    ["thirty days left of ninety", shown(certificate(60, 30))],
    ["two days left of six", shown(certificate(4, 2))],
    ["forty days left of a year", shown(certificate(358, 40))],
    ["a staple where it must be", { look: session([demanding], { staple: staple(demanding) }) }],
    ["anonymous suites between servers", surveyed({ anonymousSuites: "offered" })],
    ["a large group", surveyed({ dhBits: 2048 })],
    ["a survey that tells nothing", surveyed({ injection: "unknown", nullSuites: "unknown" })],
  ])("finds nothing: %s", async (_, appearance) => {
    expect((await atMx(appearance)).findings).toEqual([]);
  });

  it("names the intermediate that comes to its end", async () => {
    const middle = authority.intermediate("Middle", lifetime(85, 5));
    const leaf = middle.issue([NAME], lifetime(10, 80)).cert;
    const { findings } = await atMx({ look: session([leaf, middle.ca, authority.ca]) });
    expect(findings).toMatchObject([{ kind: "tls-certificate-near-end" }]);
    expect(findings[0]?.detail).toContain("CN=Middle");
  });

  it("names the one above that has expired", async () => {
    const middle = authority.intermediate("Middle", lifetime(95, -5));
    const leaf = middle.issue([NAME], lifetime(10, 80)).cert;
    const look = session([leaf, middle.ca, authority.ca], { distrust: "CERT_HAS_EXPIRED" });
    const { findings } = await atMx({ look });
    expect(findings).toMatchObject([{ kind: "tls-certificate-expired" }]);
    expect(findings[0]?.detail).toContain("CN=Middle");
  });

  it("leaves an expired certificate that the chain is trusted without out of its end", async () => {
    const cross = authority.intermediate("Cross", lifetime(900, -400));
    const middle = cross.intermediate("Middle", lifetime(100, 300));
    const leaf = middle.issue([NAME], lifetime(10, 80)).cert;
    const chain = [leaf, middle.ca, cross.ca];
    const name = "deliverability_tls_cert_not_after_timestamp_seconds mail.example.org 25";
    const trusted = await atMx({ look: session(chain) });
    expect(trusted.findings).toEqual([]);
    expect(series(trusted)[name]).toBe((NOW + 80 * DAY) / 1000);
    const broken = await atMx({ look: session(chain, { distrust: "CERT_HAS_EXPIRED" }) });
    expect(series(broken)[name]).toBe((NOW - 400 * DAY) / 1000);
  });

  it("tells no more of a certificate than can be read", async () => {
    const many = Array.from({ length: 900 }, (_, index) => `h${index}.customers.example.net`);
    const names = authority.issue(many, lifetime(10, 80)).cert;
    const [wrong] = (await atMx(shown(names))).findings;
    expect(wrong?.detail).toMatch(/h9\.customers\.example\.net and 890 more, not to/);
    const [vast] = (await atMx(shown(certificate(10, 80, "x".repeat(20_000))))).findings;
    expect(vast?.detail.length).toBeLessThan(5000);
  });

  it("tells two certificates of one server where one of them is not good", async () => {
    const { findings } = await atMx(fine, over());
    expect(findings).toMatchObject([
      { kind: "tls-certificate-expired" },
      { kind: "tls-certificate-differs", subject: "example.org" },
    ]);
    expect(findings[1]?.detail).toMatch(/10\.0\.0\.25: .*; fd00::25: /);
  });

  it("does not mind that each node of a pool has a good certificate of its own", async () => {
    const other = shown(certificate(30, 60));
    expect((await atMx(fine, other)).findings).toEqual([]);
  });

  it("names the node of a pool whose certificate is over, and no difference besides", async () => {
    const zone: LiteralZone = { ...ZONE, [NAME]: { A: [V4, "10.0.0.26"] } };
    const net = { tls: literalTls({ [V4]: fine, "10.0.0.26": over() }) };
    const verdict = (await runProbe(tls, zone, { ...BARE, net })).get("tls server=mx");
    expect(verdict?.findings).toMatchObject([{ kind: "tls-certificate-expired" }]);
    expect(verdict?.findings[0]?.detail).toContain("port 25, 10.0.0.26: ");
  });

  it("does not mind that this machine has no IPv6", async () => {
    const noRoute = { kind: "failed", why: "no-route", detail: "ENETUNREACH" } as const;
    const verdict = await atMx(fine, { look: noRoute });
    expect(verdict.findings).toEqual([]);
    expect(verdict.observed).toMatchObject([{ subject: NAME, aspect: "certificate 25" }]);
    expect((await atMx({ look: noRoute }, { look: noRoute })).findings).toMatchObject([
      { kind: "tls-undecided" },
    ]);
  });

  it("tells one unreachable address, and gives no verdict on the whole", async () => {
    const silent: Appearance = { look: { kind: "failed", why: "timeout", detail: "no answer" } };
    const verdict = await atMx(fine, silent);
    expect(verdict.findings).toMatchObject([{ kind: "tls-undecided" }]);
    expect(series(verdict)).not.toHaveProperty("deliverability_tls_ok mail.example.org 25");
    expect(verdict.observed).toEqual([]);
  });

  it("leaves trust in a self-signed certificate to DANE where that is in force", async () => {
    const zone: LiteralZone = {
      ...ZONE,
      [`_25._tcp.${NAME}`]: {
        TLSA: [{ usage: 3, selector: 1, matchingType: 1, data: "0".repeat(64) }],
        authenticated: true,
      },
    };
    const own = { look: session([authority.ca], { distrust: "DEPTH_ZERO_SELF_SIGNED_CERT" }) };
    expect((await atMx(own, own, zone)).findings).toEqual([]);
  });

  it.each<[string, LiteralZone, readonly unknown[]]>([
    ["a null MX", { "example.org": { MX: [{ preference: 0, exchange: "." }] } }, []],
    ["no domain", {}, []],
    [
      "addresses of examples",
      { ...ZONE, [NAME]: { A: ["192.0.2.25"], AAAA: ["2001:db8::1"] } },
      [],
    ],
    ["DNS without an answer", { "example.org": "timeout" }, [{ kind: "tls-undecided" }]],
  ])("connects nowhere for %s", async (_, zone, findings) => {
    const net = literalTls({});
    const verdicts = await runProbe(tls, zone, { ...BARE, net: { tls: net } });
    expect(verdicts.get("tls server=mx")?.findings).toMatchObject(findings);
    expect(net.looked).toEqual([]);
  });

  it("looks once at a host that several domains share", async () => {
    const zone = { ...ZONE, "example.net": { MX: [{ preference: 10, exchange: NAME }] } };
    const from = { name: undefined, address: "a@example.net" };
    const net = literalTls({ [V4]: fine, [V6]: fine });
    const routes = [...(BARE.routes ?? []), { ...route(), from, envelopeFrom: from.address }];
    await runProbe(tls, zone, { routes, now: NOW, net: { tls: net } });
    expect(net.looked.filter(({ port }) => port === 25)).toHaveLength(2);
  });
});

describe("probes/tls at submission servers", () => {
  it("looks at each endpoint once, as configured", async () => {
    const net = literalTls({ [V4]: fine });
    const smtp = { ...route().smtp, host: V4, servername: NAME, ca: authority.ca };
    const routes = [{ smtp }, { smtp }, { smtp: { ...smtp, port: 587, tls: "starttls" as const } }];
    const verdicts = await runProbe(tls, {}, { routes, now: NOW, net: { tls: net } });
    const first = verdicts.get("tls server=10.0.0.25:465");
    expect(first).toMatchObject({ severity: "ok", findings: [] });
    const common = { address: V4, servername: NAME, ca: authority.ca };
    expect(net.looked).toEqual([
      { ...common, port: 465, protocol: "submission", tls: "implicit" },
      { ...common, port: 587, protocol: "submission", tls: "starttls" },
    ]);
  });

  it("leaves endpoints without TLS alone, since the operator wants them so", async () => {
    const smtp = { ...route().smtp, host: "127.0.0.1", port: 25, tls: "none" as const };
    const verdicts = await runProbe(tls, {}, { routes: [{ smtp }], net: { tls: literalTls({}) } });
    expect([...verdicts.keys()]).toEqual(["tls server=mx", "tls server=srv"]);
  });

  it.each<[string, string, Appearance]>([
    ["another name", "tls-certificate-name", shown(certificate(10, 80, "www.example.org"))],
    [
      "an authority that nobody knows",
      "tls-certificate-untrusted",
      { look: session([good], { distrust: "SELF_SIGNED_CERT_IN_CHAIN" }) },
    ],
    ["anonymous suites", "tls-weak-suites", surveyed({ anonymousSuites: "offered" })],
  ])("finds: %s", async (_, kind, appearance) => {
    const smtp = { ...route().smtp, host: V4, servername: NAME };
    const net = { tls: literalTls({ [V4]: appearance }) };
    const verdicts = await runProbe(tls, {}, { routes: [{ smtp }], now: NOW, net });
    expect(verdicts.get("tls server=10.0.0.25:465")?.findings).toMatchObject([
      { kind, subject: "10.0.0.25:465" },
    ]);
  });

  it("does not know of a host without address", async () => {
    const verdicts = await runProbe(tls, {}, { net: { tls: literalTls({}) } });
    expect(verdicts.get("tls server=mail.example.org:465")).toMatchObject({
      severity: "unknown",
      findings: [{ kind: "tls-undecided" }],
      samples: [],
    });
  });
});

/** Nothing but the MX is looked at. */
const BARE: Surroundings = {
  routes: [{ smtp: { ...route().smtp, tls: "none" } }],
  now: NOW,
};

async function atMx(four: Appearance, six = four, zone = ZONE): Promise<Verdict> {
  const net = { tls: literalTls({ [V4]: four, [V6]: six }) };
  const verdict = (await runProbe(tls, zone, { ...BARE, net })).get("tls server=mx");
  if (verdict === undefined) throw new Error("no such check");
  return verdict;
}

function series({ samples }: Verdict): Record<string, number> {
  return Object.fromEntries(
    samples.map(({ metric, labels, value }) => [
      [metric.name, ...Object.values(labels)].join(" "),
      value,
    ]),
  );
}

function lifetime(daysAgo: number, daysLeft: number) {
  return {
    notBefore: new Date(NOW - daysAgo * DAY),
    notAfter: new Date(NOW + daysLeft * DAY),
  };
}

function certificate(daysAgo: number, daysLeft: number, name = NAME): string {
  return authority.issue([name], lifetime(daysAgo, daysLeft)).cert;
}

function shown(leaf: string): Appearance {
  return { look: session([leaf, authority.ca]) };
}

function over(): Appearance {
  return { look: session([certificate(91, -1), authority.ca], { distrust: "CERT_HAS_EXPIRED" }) };
}

function surveyed(survey: Appearance["survey"]): Appearance {
  return { look: session([good, authority.ca]), survey: survey ?? {} };
}

function offering(version: "TLSv1" | "TLSv1.1") {
  return { ...GOOD_SURVEY.versions, [version]: "offered" as const };
}

function oldOnly(version: "TLSv1" | "TLSv1.1"): Appearance {
  const cipher = "ECDHE-ECDSA-AES256-SHA";
  const versions = { ...offering(version), "TLSv1.2": "refused", "TLSv1.3": "refused" } as const;
  return { look: session([good, authority.ca], { version, cipher }), survey: { versions } };
}
