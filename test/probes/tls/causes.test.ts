import { expect, it } from "vitest";
import { FINDINGS } from "../../../src/catalogue.ts";
import { causesOf } from "../../../src/diagnosis/causes.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { tls } from "../../../src/probes/tls/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { type Appearance, literalTls, session } from "../../fakes/looks.ts";
import { runProbe, type Surroundings } from "../../fakes/posture.ts";

const NAME = "mail.example.org";
const MX = { MX: [{ preference: 10, exchange: NAME }] };
const ZONE = {
  "example.org": MX,
  "example.com": MX,
  [NAME]: { A: ["10.0.0.25"] },
  "_imaps._tcp.example.org": { SRV: [{ priority: 0, weight: 1, port: 993, target: NAME }] },
};
const UNREACHED: Appearance = { look: { kind: "failed", why: "timeout", detail: "no answer" } };
const { cert } = createAuthority().issue([NAME]);
const STRANGE: Appearance = { look: session([cert], { distrust: "SELF_SIGNED_CERT_IN_CHAIN" }) };

it("does not hold that port 25 is blocked to be why another server is silent", async () => {
  const found = await findings(UNREACHED);
  const blocked = { kind: "smtp-undecided", subject: "example.org", detail: "" };
  expect(causesIn([blocked, ...found])).toEqual([
    "smtp-undecided example.org > tls-undecided example.org",
    "tls-undecided mail.example.org:993",
  ]);
});

it("knows the certificate of a server that several domains share to be one fault", async () => {
  const users = {
    from: { name: undefined, address: "a@example.org" },
    envelopeFrom: "a@example.com",
  };
  const found = await findings(STRANGE, { routes: [users] });
  const policy = { kind: "mta-sts-certificate", subject: "example.com", detail: "" };
  expect(causesIn([policy, ...found])).toContain(
    "mta-sts-certificate example.com > tls-mx-certificate-unverified example.org",
  );
});

it("tells of a certificate that is over and that the other address has a good one as of one fault", async () => {
  const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2020-02-01") };
  const old = session([createAuthority().issue([NAME], past).cert]);
  const six = "2001:470::25";
  const net = { tls: literalTls({ "10.0.0.25": { look: session([cert]) }, [six]: { look: old } }) };
  const zone = { ...ZONE, [NAME]: { A: ["10.0.0.25"], AAAA: [six] } };
  const verdicts = await runProbe(tls, zone, { now: Date.now(), net });
  expect(causesIn(verdicts.get("tls server=mx")?.findings ?? [])).toEqual([
    "tls-certificate-expired example.org > tls-certificate-differs example.org",
  ]);
});

async function findings(appearance: Appearance, around: Surroundings = {}) {
  const net = { tls: literalTls({ "10.0.0.25": appearance }) };
  const verdicts = await runProbe(tls, ZONE, { now: Date.now(), net, ...around });
  return [...verdicts].flatMap(([check, verdict]) =>
    /server=(?:mx|srv)$/.test(check) ? verdict.findings : [],
  );
}

function causesIn(found: readonly Finding[]): readonly string[] {
  return causesOf(found, FINDINGS).map(({ finding, symptoms }) =>
    [finding, ...symptoms].map(({ kind, subject }) => `${kind} ${subject}`).join(" > "),
  );
}
