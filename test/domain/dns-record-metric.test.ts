import { expect, it } from "vitest";
import { dnsRecordsChanged } from "../../src/domain/dns-record-metric.ts";

it("tells when a domain's record changed last, of several keys the newest, and nothing that never did", () => {
  const seen = { subject: "example.org", value: "", firstAt: 0 };
  const samples = dnsRecordsChanged([
    { ...seen, aspect: "dkim s1", changedAt: 1000 },
    { ...seen, aspect: "dkim s2", changedAt: 3000 },
    { ...seen, aspect: "spf", changedAt: undefined },
    { ...seen, aspect: "blocklists", changedAt: 5000 },
  ]);
  expect(samples.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
    { domain: "example.org", record: "dkim", value: 3 },
  ]);
});
