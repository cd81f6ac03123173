import { describe, expect, it } from "vitest";
import type { RecordData } from "../../../src/domain/dns.ts";
import { caa } from "../../../src/probes/caa/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { type Appearance, literalTls, session } from "../../fakes/looks.ts";
import { runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const issue = record("issue", "letsencrypt.org");

describe("probes/caa", () => {
  it.each<[string, readonly RecordData["CAA"][]]>([
    ["no records", []],
    ["an issuer", [issue]],
    ["an issuer with parameters", [record("issue", "ca.example ; account=12 ; x=y")]],
    ["an issuer beside a ban on wildcards", [issue, record("issuewild", ";")]],
    ["a ban on wildcards alone", [record("issuewild", ";")]],
    ["reports by mail", [issue, record("iodef", "mailto:security@example.org")]],
    ["reports by HTTPS", [issue, record("iodef", "https://iodef.example.org/report")]],
    ["a critical property that is known", [{ ...issue, critical: true, tag: "ISSUE" }]],
    ["an unknown property", [issue, record("future", "whatever")]],
    ["bans on S/MIME", [issue, record("issuemail", ";")]],
    ["a ban on all, where no host needs a certificate", [record("issue", ";")]],
    ["an empty issuer, where no host needs a certificate", [record("issue", "")]],
    ["wildcards of one alone", [record("issue", ";"), record("issuewild", "letsencrypt.org")]],
  ])("is content with %s", async (_, records) => {
    expect((await look({ "example.org": { CAA: records } }))?.findings).toEqual([]);
  });

  it.each<[string, string, string, readonly RecordData["CAA"][]]>([
    [
      "an unknown critical property",
      "caa-unknown-critical",
      'IN CAA 128 future "x"',
      [issue, { ...record("future", "x"), critical: true }],
    ],
    [
      "a URL for an issuer",
      "caa-malformed",
      "a domain",
      [issue, record("issue", "https://ca.example/")],
    ],
    [
      "an address without mailto:",
      "caa-malformed",
      "mailto:",
      [issue, record("iodef", "me@example.org")],
    ],
    ["mailto: nobody", "caa-malformed", "mailto:", [issue, record("iodef", "mailto:me")]],
    ["a tag with blanks", "caa-malformed", "letters and digits", [issue, record("is sue", "x")]],
    ["control characters", "caa-malformed", '"a?b?"', [issue, record("issue", "a\nb\0")]],
    [
      "a very long value",
      "caa-malformed",
      "a domain",
      [issue, record("issue", "x".repeat(60_000))],
    ],
  ])("finds %s: %s", async (_, kind, detail, records) => {
    const verdict = await look({ "example.org": { CAA: records } });
    expect(verdict?.findings).toMatchObject([
      { kind, subject: "example.org", detail: expect.stringContaining(detail) as string },
    ]);
  });

  it("takes the records of the nearest name above (RFC 8659 §3)", async () => {
    const routes = [
      {
        from: { name: undefined, address: "a@news.example.org" },
        envelopeFrom: "a@news.example.org",
      },
    ];
    const zone: LiteralZone = {
      "example.org": { CAA: [record("issue", "https://ca.example/")] },
      org: { CAA: [issue] },
    };
    const verdicts = await runProbe(caa, zone, { routes, net: { tls: literalTls({}) } });
    expect(verdicts.get("caa domain=news.example.org")).toMatchObject({
      findings: [
        { kind: "caa-malformed", detail: expect.stringContaining("example.org. IN CAA") as string },
      ],
      observed: [{ aspect: "caa", value: 'example.org. IN CAA 0 issue "https://ca.example/"' }],
    });
  });

  it("cannot tell while the DNS does not answer", async () => {
    expect(await look({ "example.org": "timeout" })).toMatchObject({
      severity: "unknown",
      findings: [{ kind: "caa-undecided", detail: "CAA of example.org: timeout by the test" }],
      observed: [],
    });
  });

  it("remembers that there is none", async () => {
    expect(await look({ "example.org": {} })).toMatchObject({
      observed: [{ subject: "example.org", aspect: "caa", value: "none" }],
    });
  });

  const HOST = "mail.example.org";
  const ADDRESS = "10.0.0.25";
  const served = (organisation: string, names: readonly string[] = [HOST], over = {}) =>
    session([createAuthority(`O=${organisation}`).issue(names).cert], over);
  const mailServer = (seen: Appearance["look"]) => ({ [ADDRESS]: { look: seen } });
  const zoneWith = (records: readonly RecordData["CAA"][]): LiteralZone => ({
    "example.org": { CAA: records, MX: [{ preference: 10, exchange: HOST }] },
    [HOST]: { A: [ADDRESS] },
  });

  it.each<[string, string, string, readonly RecordData["CAA"][], Appearance["look"]]>([
    [
      "an authority that is not named",
      "caa-forbids-renewal",
      'mail.example.org:25 has a certificate for mail.example.org from DigiCert, Inc., and CAA at example.org lets letsencrypt.org issue it. Add example.org. IN CAA 0 issue "digicert.com"',
      [issue],
      served("DigiCert, Inc."),
    ],
    [
      "an expired certificate of one",
      "caa-forbids-renewal",
      'Add example.org. IN CAA 0 issue "sectigo.com"',
      [issue],
      served("ZeroSSL", [HOST], { distrust: "CERT_HAS_EXPIRED" }),
    ],
    [
      "a wildcard that its authority may not issue",
      "caa-forbids-renewal",
      'for *.example.org from Let\'s Encrypt, and CAA at example.org lets nobody issue it. Add example.org. IN CAA 0 issuewild "letsencrypt.org"',
      [issue, record("issuewild", ";")],
      served("Let's Encrypt", ["*.example.org"]),
    ],
    [
      "a wildcard, where names alone are restricted",
      "caa-forbids-renewal",
      'Add example.org. IN CAA 0 issue "pki.goog"',
      [issue],
      served("Google Trust Services", ["*.example.org", "example.org"]),
    ],
    [
      "nobody that may, and who it was",
      "caa-forbids-all",
      'lets nobody issue it; publish example.org. IN CAA 0 issue "letsencrypt.org"',
      [record("issue", ";")],
      served("Let's Encrypt"),
    ],
    [
      "nobody that may, and a wildcard",
      "caa-forbids-all",
      'publish example.org. IN CAA 0 issuewild "letsencrypt.org"',
      [record("issue", ";"), record("issuewild", ";")],
      served("Let's Encrypt", ["*.example.org"]),
    ],
    [
      "a name where one may issue wildcards alone",
      "caa-forbids-renewal",
      'lets nobody issue it. Add example.org. IN CAA 0 issue "letsencrypt.org"',
      [record("issue", ";"), record("issuewild", "letsencrypt.org")],
      served("Let's Encrypt"),
    ],
  ])("compares with the certificates in use: %s", async (_, kind, detail, records, seen) => {
    const tls = literalTls(mailServer(seen));
    const verdict = await look(zoneWith(records), { net: { tls } });
    expect(verdict?.findings).toMatchObject([
      { kind, detail: expect.stringContaining(detail) as string },
    ]);
  });

  it.each<[string, readonly RecordData["CAA"][], Appearance["look"]]>([
    ["the authority that is named", [issue], served("Let's Encrypt")],
    ["another name of it", [record("issue", "rapidssl.com")], served("DigiCert Inc")],
    ["an authority that we do not know", [issue], served("Some CA")],
    ["a certificate that nobody trusts", [issue], served("ZeroSSL", [HOST], { distrust: "X" })],
    [
      "a name under a wildcard's ban",
      [issue, record("issuewild", ";")],
      served("Let's Encrypt", [HOST]),
    ],
    ["records that restrict nobody", [record("iodef", "mailto:a@b.example")], served("ZeroSSL")],
    [
      "a certificate that nobody has to issue, where nobody may",
      [record("issue", ";")],
      served("Mine", [HOST], { distrust: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    ],
    [
      "a wildcard that its authority may issue, and nobody a name",
      [record("issue", ";"), record("issuewild", "letsencrypt.org")],
      served("Let's Encrypt", ["*.example.org"]),
    ],
    ["a certificate for other names", [issue], served("ZeroSSL", ["www.example.org"])],
    [
      "a server that does not answer",
      [issue],
      { kind: "failed", why: "timeout", detail: "no answer" },
    ],
  ])("says nothing about %s", async (_, records, seen) => {
    const tls = literalTls(mailServer(seen));
    expect((await look(zoneWith(records), { net: { tls } }))?.findings).toEqual([]);
  });

  it("goes by the records of the host where it has some", async () => {
    const tls = literalTls(mailServer(served("Let's Encrypt")));
    const zone = { ...zoneWith([issue]), [HOST]: { A: [ADDRESS], CAA: [record("issue", ";")] } };
    expect((await look(zone, { net: { tls } }))?.findings).toMatchObject([
      {
        kind: "caa-forbids-renewal",
        detail: expect.stringContaining(
          'Add mail.example.org. IN CAA 0 issue "letsencrypt.org"',
        ) as string,
      },
    ]);
  });

  it("looks at submission servers within the domain, and not where nothing is restricted", async () => {
    const submission = { addressesOf: () => Promise.resolve([ADDRESS]) };
    const seen = served("ZeroSSL");
    const tls = { ...literalTls(mailServer(seen)), ...submission };
    const zone = { "example.org": { CAA: [issue] } };
    expect((await look(zone, { net: { tls } }))?.findings).toMatchObject([
      {
        kind: "caa-forbids-renewal",
        detail: expect.stringContaining("mail.example.org:465 has") as string,
      },
    ]);
    const unrestricted = literalTls(mailServer(seen));
    await look(zoneWith([]), { net: { tls: unrestricted } });
    expect(unrestricted.looked).toEqual([]);
  });

  it("leaves other people's mail servers to them", async () => {
    const zone: LiteralZone = {
      "example.org": { CAA: [issue], MX: [{ preference: 10, exchange: "mx.provider.example" }] },
      "mx.provider.example": { A: [ADDRESS], CAA: [issue] },
    };
    const tls = literalTls(mailServer(served("ZeroSSL", ["mx.provider.example"])));
    expect((await look(zone, { net: { tls } }))?.findings).toEqual([]);
  });
});

async function look(zone: LiteralZone, around: Surroundings = {}) {
  const net = { tls: literalTls({}), ...around.net };
  return (await runProbe(caa, zone, { ...around, net })).get("caa domain=example.org");
}

function record(tag: string, value: string): RecordData["CAA"] {
  return { critical: false, tag, value };
}
