import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/domain/result.ts";
import { tlsRpt } from "../../../src/probes/tls-rpt/probe.ts";
import { runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

describe("probes/tls-rpt", () => {
  it.each([
    "v=TLSRPTv1; rua=mailto:tls@example.org",
    "v=TLSRPTv1; rua=mailto:tls@example.org?subject=tls",
    "v=TLSRPTv1;rua=mailto:tls@example.org,https://reports.example.net/tls?a=b;",
  ])("is content with %s", async (text) => {
    const verdict = await look({ "_smtp._tls.example.org": { TXT: [text, "something else"] } });
    expect(verdict).toMatchObject({
      severity: "ok",
      findings: [],
      samples: [{ labels: { domain: "example.org", record: "tls_rpt" }, value: 1 }],
    });
  });

  it("says neither good nor bad where no reports are asked for", async () => {
    expect(await look({})).toMatchObject({ severity: "ok", findings: [], samples: [] });
  });

  it.each<[string, readonly string[], string?]>([
    ["no address", ["v=TLSRPTv1"]],
    ["an empty address", ["v=TLSRPTv1; rua="]],
    ["an address without mailto", ["v=TLSRPTv1; rua=tls@example.net"], "mailto:tls@example.net"],
    ["quotes", [String.raw`v=TLSRPTv1; rua="mailto:a@example.net"`], "mailto:a@example.net"],
    ["no semicolon", ["v=TLSRPTv1 rua=mailto:a@example.net"], "mailto:a@example.net"],
    ["a blank before it", [" v=TLSRPTv1; rua=mailto:a@example.net"], "mailto:a@example.net"],
    ["plain http", ["v=TLSRPTv1; rua=http://example.org/"]],
    [
      "two records",
      ["v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1; rua=mailto:b@example.org"],
      "mailto:a@example.org,mailto:b@example.org",
    ],
    ["a version in lower case", ["v=tlsrptv1; rua=mailto:a@example.org"], "mailto:a@example.org"],
    ["control characters", ["v=TLSRPTv1; rua=mailto:a\u0007@example.org\u0000"]],
    ["64 KB", [`v=TLSRPTv1; rua=${"mailto:a@example.org,".repeat(3000)}`], "mailto:a@example.org"],
  ])("finds a record that nobody understands: %s", async (_, TXT, rua) => {
    const { findings, samples } = await look({ "_smtp._tls.example.org": { TXT } });
    expect(findings).toMatchObject([{ kind: "tls-rpt-record-broken", subject: "example.org" }]);
    expect(findings[0]?.detail).toContain(
      `publish _smtp._tls.example.org. IN TXT "v=TLSRPTv1; rua=${rua ?? "mailto:tls-reports@example.org"}"`,
    );
    expect(findings[0]?.detail.length).toBeLessThan(1500);
    expect(samples).toMatchObject([{ value: 1 }]);
  });

  it("does not know while DNS does not answer", async () => {
    const verdict = await look({ "_smtp._tls.example.org": "servfail" });
    expect(verdict.findings).toMatchObject([{ kind: "tls-rpt-undecided" }]);
    expect(verdict).toMatchObject({ samples: [], observed: [] });
  });
});

async function look(zone: LiteralZone) {
  return (await runProbe(tlsRpt, zone)).get("tls-rpt domain=example.org") as Verdict;
}
