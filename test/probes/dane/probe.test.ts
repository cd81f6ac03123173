import { createHash, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { TlsLook } from "../../../src/domain/tls.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import type { Tlsa } from "../../../src/mail/tlsa.ts";
import { dane } from "../../../src/probes/dane/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { literalTls, session } from "../../fakes/looks.ts";
import { runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const HOST = "mail.example.org";
const ADDRESS = "10.0.0.25";
const authority = createAuthority();
const cert = authority.issue([HOST]).cert;
const next = authority.issue([HOST]).cert;
const elsewhere = authority.issue(["www.example.org"]).cert;
const over = authority.issue([HOST], {
  notBefore: new Date("2020-01-01"),
  notAfter: new Date("2020-02-01"),
}).cert;
const ROOT: LiteralZone = { ".": { NS: ["a.root-servers.net"], authenticated: true } };

describe("probes/dane", () => {
  it.each<[string, readonly Tlsa[], TlsLook]>([
    ["3 1 1", [tlsa(3, 1, 1, cert)], session([cert, authority.ca])],
    ["3 0 1", [tlsa(3, 0, 1, cert)], session([cert])],
    ["3 1 2", [tlsa(3, 1, 2, cert)], session([cert])],
    ["3 0 0", [tlsa(3, 0, 0, cert)], session([cert])],
    ["2 1 1", [tlsa(2, 1, 1, authority.ca)], session([cert, authority.ca])],
    ["a pair for the rollover", [tlsa(3, 1, 1, next), tlsa(3, 1, 1, cert)], session([cert])],
    ["one that is unusable besides", [tlsa(1, 1, 1, next), tlsa(3, 1, 1, cert)], session([cert])],
    ["a pinned server with another name", [tlsa(3, 1, 1, elsewhere)], session([elsewhere])],
    ["a pinned certificate that is over", [tlsa(3, 1, 1, over)], session([over])],
  ])("is content with %s", async (_, records, look) => {
    const verdict = await run(records, look);
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(verdict.samples).toMatchObject([
      { labels: { domain: "example.org", record: "dane" }, value: 1 },
    ]);
  });

  it.each<[string, readonly Tlsa[], TlsLook]>([
    ["another certificate", [tlsa(3, 1, 1, next)], session([cert])],
    ["an anchor that is not in the chain", [tlsa(2, 1, 1, next)], session([cert, authority.ca])],
    [
      "an anchor, but another name",
      [tlsa(2, 1, 1, authority.ca)],
      session([elsewhere, authority.ca]),
    ],
    ["an anchor, but it is over", [tlsa(2, 1, 1, authority.ca)], session([over, authority.ca])],
    [
      "an anchor that did not sign it",
      [tlsa(2, 1, 1, createAuthorityOnce().ca)],
      session([cert, createAuthorityOnce().ca]),
    ],
  ])("finds a mismatch: %s", async (_, records, look) => {
    const { findings, samples } = await run(records, look);
    expect(findings).toMatchObject([{ kind: "dane-mismatch", subject: "example.org" }]);
    expect(findings[0]?.detail).toMatch(
      /publish _25\._tcp\.mail\.example\.org\. IN TLSA 3 1 1 [0-9a-f]{64}$/,
    );
    expect(samples).toMatchObject([{ value: 0 }]);
  });

  it("says neither good nor bad where it is not set up", async () => {
    const verdict = await run([], session([cert]));
    expect(verdict).toMatchObject({ severity: "ok", findings: [], samples: [] });
  });

  it.each<[string, string, readonly Tlsa[], LiteralZone]>([
    ["usage 1 alone", "dane-unusable", [tlsa(1, 1, 1, cert)], {}],
    ["a digest cut short", "dane-unusable", [{ ...tlsa(3, 1, 1, cert), data: "abcd" }], {}],
    ["an unknown digest", "dane-unusable", [{ ...tlsa(3, 1, 1, cert), matchingType: 9 }], {}],
    ["no DNSSEC", "dane-insecure", [tlsa(3, 1, 1, cert)], { ...ROOT, ...records(cert, false) }],
    ["a resolver that does not validate", "dane-undecided", [], records(cert, false)],
    ["a root that nobody knows", "dane-undecided", [], { ...records(cert, false), ".": "timeout" }],
    ["TLSA timing out", "dane-undecided", [], { [`_25._tcp.${HOST}`]: "timeout" }],
    ["MX timing out", "dane-undecided", [], { "example.org": "timeout" }],
  ])("finds this and gives no verdict: %s", async (_, kind, list, zone) => {
    const { findings, samples } = await run(list, session([cert]), zone);
    expect(findings).toMatchObject([{ kind, subject: "example.org" }]);
    expect(samples).toEqual([]);
  });

  it("writes the record to publish where none of the present ones can be used", async () => {
    const { findings } = await run([tlsa(1, 1, 1, cert)], session([cert]));
    const { data } = tlsa(3, 1, 1, cert);
    expect(findings[0]?.detail).toContain(`publish _25._tcp.${HOST}. IN TLSA 3 1 1 ${data}`);
  });

  it("says once what all addresses show alike", async () => {
    const other = "2001:470::25";
    const zone = { [HOST]: { A: [ADDRESS], AAAA: [other] } };
    const { findings } = await run([tlsa(3, 1, 1, next)], session([cert]), zone);
    expect(findings[0]?.detail).toContain(`${HOST}: ${ADDRESS}, ${other}: found 3 1 1`);
    expect(findings[0]?.detail.match(/publish/g)).toHaveLength(1);
  });

  it("does not know of a server that cannot be reached", async () => {
    const silent: TlsLook = { kind: "failed", why: "timeout", detail: "no answer" };
    const verdict = await run([tlsa(3, 1, 1, cert)], silent);
    expect(verdict).toMatchObject({ findings: [{ kind: "dane-undecided" }], samples: [] });
  });

  it("does not mind that this machine has no IPv6", async () => {
    const noRoute: TlsLook = { kind: "failed", why: "no-route", detail: "ENETUNREACH" };
    const zone = { [HOST]: { A: [ADDRESS], AAAA: ["2001:470::25"] } };
    const verdict = await run([tlsa(3, 1, 1, cert)], session([cert]), zone, noRoute);
    expect(verdict).toMatchObject({ findings: [], samples: [{ value: 1 }] });
    const blind = await run([tlsa(3, 1, 1, cert)], noRoute, zone);
    expect(blind).toMatchObject({ findings: [{ kind: "dane-undecided" }], samples: [] });
  });
});

async function run(
  list: readonly Tlsa[],
  look: TlsLook,
  more: LiteralZone = {},
  six = look,
): Promise<Verdict> {
  const zone: LiteralZone = {
    "example.org": { MX: [{ preference: 10, exchange: HOST }] },
    [HOST]: { A: [ADDRESS] },
    ...(list.length === 0 ? {} : { [`_25._tcp.${HOST}`]: { TLSA: list, authenticated: true } }),
    ...more,
  };
  const net = { tls: literalTls({ [ADDRESS]: { look }, "2001:470::25": { look: six } }) };
  const verdicts = await runProbe(dane, zone, { net, now: Date.now() });
  return verdicts.get("dane domain=example.org") as Verdict;
}

function records(pem: string, authenticated: boolean): LiteralZone {
  return { [`_25._tcp.${HOST}`]: { TLSA: [tlsa(3, 1, 1, pem)], authenticated } };
}

function tlsa(usage: number, selector: number, matchingType: number, pem: string): Tlsa {
  const x509 = new X509Certificate(pem);
  const content =
    selector === 0 ? x509.raw : x509.publicKey.export({ type: "spki", format: "der" });
  const data =
    matchingType === 0
      ? content.toString("hex")
      : createHash(matchingType === 1 ? "sha256" : "sha512")
          .update(content)
          .digest("hex");
  return { usage, selector, matchingType, data };
}

let stranger: ReturnType<typeof createAuthority> | undefined;

/** An authority of the same name with another key. */
function createAuthorityOnce() {
  return (stranger ??= createAuthority());
}
