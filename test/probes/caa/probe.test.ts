import { describe, expect, it } from "vitest";
import type { RecordData } from "../../../src/domain/dns.ts";
import { caa } from "../../../src/probes/caa/probe.ts";
import { runProbe } from "../../fakes/posture.ts";
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
  ])("is content with %s", async (_, records) => {
    expect((await look({ "example.org": { CAA: records } }))?.findings).toEqual([]);
  });

  it.each<[string, string, string, readonly RecordData["CAA"][]]>([
    [
      "a ban on all",
      "caa-forbids-all",
      "publish example.org. IN CAA 0 issue",
      [record("issue", ";")],
    ],
    ["an empty issuer", "caa-forbids-all", "no issuer at example.org", [record("issue", "")]],
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
      "example.org": { CAA: [record("issue", ";")] },
      org: { CAA: [issue] },
    };
    const verdicts = await runProbe(caa, zone, { routes });
    expect(verdicts.get("caa domain=news.example.org")).toMatchObject({
      findings: [
        { kind: "caa-forbids-all", detail: expect.stringContaining("at example.org") as string },
      ],
      observed: [{ aspect: "caa", value: 'example.org. IN CAA 0 issue ";"' }],
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
});

async function look(zone: LiteralZone) {
  return (await runProbe(caa, zone)).get("caa domain=example.org");
}

function record(tag: string, value: string): RecordData["CAA"] {
  return { critical: false, tag, value };
}
