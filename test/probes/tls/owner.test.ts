import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { DAY } from "../../../src/domain/duration.ts";
import type { WatchedEndpoint } from "../../../src/domain/endpoint.ts";
import { tls } from "../../../src/probes/tls/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { type Appearance, clearText, GOOD_SURVEY, literalTls, session } from "../../fakes/looks.ts";
import { route, runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const NOW = Date.now();
const ADDRESS = "10.0.0.25";
const PROVIDER = "mx.provider.example";
const ZONE: LiteralZone = {
  "example.org": { MX: [{ preference: 10, exchange: PROVIDER }] },
  [PROVIDER]: { A: [ADDRESS] },
};
const authority = createAuthority();
const { cert } = authority.issue([PROVIDER]);
const ending = authority.issue([PROVIDER], {
  notBefore: new Date(NOW - 88 * DAY),
  notAfter: new Date(NOW + 2 * DAY),
}).cert;
const plain: Appearance = { look: session([cert]) };
const NO_TLS: Surroundings = { routes: [{ smtp: { ...route().smtp, tls: "none" } }] };

const THEIRS: readonly (readonly [string, string, Appearance])[] = [
  ["tls-old-versions", "old versions", { ...plain, survey: { versions: withOld() } }],
  ["tls-weak-suites", "weak suites", { ...plain, survey: { nullSuites: "offered" } }],
  ["tls-weak-dh", "a small group", { ...plain, survey: { dhBits: 1024 } }],
  ["tls-certificate-ends-soon", "a certificate near its end", { look: session([ending]) }],
  ["tls-auth-in-clear", "logins in the clear", inClear("AUTH LOGIN")],
];

describe("probes/tls at a provider's MX host", () => {
  it.each(THEIRS)("leaves it to the provider: %s, %s", async (_, _what, appearance) => {
    expect(await atMx(appearance)).toEqual([]);
  });

  it("measures when the certificate ends, and not what share of its life is left to an alert", async () => {
    const net = { tls: literalTls({ [ADDRESS]: { look: session([ending]) } }) };
    const verdicts = await runProbe(tls, ZONE, { ...NO_TLS, now: NOW, net });
    const names = verdicts.get("tls server=mx")?.samples.map(({ metric }) => metric.name);
    expect(names).toContain("deliverability_tls_cert_not_after_timestamp_seconds");
    expect(names).not.toContain("deliverability_tls_cert_lifetime_left_ratio");
  });

  it.each(THEIRS)("tells it where the host is an endpoint: %s, %s", async (kind, _, appearance) => {
    const endpoints = [endpoint({ port: 2525 })];
    expect(await atMx(appearance, { endpoints })).toMatchObject([{ kind }]);
  });

  it.each<[string, Appearance]>([
    [
      "tls-starttls-missing",
      { look: { kind: "no-starttls", clear: clearText([]), detail: "not there" } },
    ],
    ["tls-handshake-failed", { look: { kind: "refused", detail: "alert" } }],
    ["tls-mx-certificate-unverified", { look: session([cert], { distrust: "CERT_UNTRUSTED" }) }],
    ["tls-certificate-expired", { look: session([cert], { distrust: "CERT_HAS_EXPIRED" }) }],
    ["tls-outdated", { look: session([cert], { version: "TLSv1" }) }],
  ])("tells what harms our mail, and whose the server is: %s", async (kind, appearance) => {
    const findings = await atMx(appearance);
    expect(findings).toMatchObject([{ kind, subject: "example.org" }]);
    expect(findings[0]?.detail).toMatch(/outside your domains: tell who runs it/);
    expect(findings[0]?.detail).not.toMatch(/Postfix/);
  });

  it("is a host of the operator's where it lies in the organisation of one of the domains", async () => {
    const weak: Appearance = { ...plain, survey: { dhBits: 1024 } };
    const own = {
      from: { name: undefined, address: "a@news.provider.example" },
      envelopeFrom: "bounce@example.org",
      smtp: { ...route().smtp, tls: "none" as const },
    };
    expect(await atMx(weak, { routes: [own] })).toMatchObject([{ kind: "tls-weak-dh" }]);
  });
});

describe("probes/tls at the server of a route", () => {
  const weak: Appearance = { ...plain, survey: { dhBits: 1024 } };

  it.each<[string, Partial<ReturnType<typeof route>["smtp"]>, readonly string[]]>([
    ["a provider's", { host: PROVIDER }, []],
    ["one with an authority of its own", { host: PROVIDER, ca: authority.ca }, ["tls-weak-dh"]],
    ["an address", { host: ADDRESS, servername: PROVIDER }, ["tls-weak-dh"]],
    ["one within the sender's domain", { host: "mail.example.org" }, ["tls-weak-dh"]],
  ])("judges as one's own or as somebody else's: %s", async (_, over, kinds) => {
    const smtp = { ...route().smtp, servername: PROVIDER, ...over };
    const net = {
      ...literalTls({ [ADDRESS]: weak }),
      addressesOf: () => Promise.resolve([ADDRESS]),
    };
    const verdicts = await runProbe(tls, {}, { routes: [{ smtp }], now: NOW, net: { tls: net } });
    const { findings = [] } = verdicts.get(`tls server=${smtp.host}:465`) ?? {};
    expect(findings.map(({ kind }) => kind)).toEqual(kinds);
  });
});

async function atMx(
  appearance: Appearance,
  around: Surroundings = {},
): Promise<readonly Finding[]> {
  const net = { tls: literalTls({ [ADDRESS]: appearance }) };
  const verdicts = await runProbe(tls, ZONE, { ...NO_TLS, now: NOW, net, ...around });
  return verdicts.get("tls server=mx")?.findings ?? [];
}

function endpoint(over: Partial<WatchedEndpoint>): WatchedEndpoint {
  const usual = {
    protocol: "smtp",
    tls: "starttls",
    servername: undefined,
    ca: undefined,
  } as const;
  return { host: PROVIDER, port: 25, ...usual, ...over };
}

function inClear(capability: string): Appearance {
  return { look: session([cert], { clear: clearText(["STARTTLS", capability]) }) };
}

function withOld() {
  return { ...GOOD_SURVEY.versions, TLSv1: "offered" as const };
}
