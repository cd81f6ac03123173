import fc from "fast-check";
import { expect, it } from "vitest";
import { logoFaults, pemCertificates, readBimiRecord } from "../../src/mail/bimi.ts";
import { covers, readStsPolicy, readStsRecord } from "../../src/mail/mta-sts.ts";
import { readTlsRptRecord } from "../../src/mail/tls-rpt.ts";

const word = fc.oneof(
  fc.constantFrom("v=STSv1", "v=TLSRPTv1", "v=BIMI1", ";", "id=", "rua=", "mailto:", "l=", "a="),
  fc.constantFrom("https://", "a@b.cd", ",", "=", " ", "\t", "\r\n", "\u0000", "1", "x.yz", "*."),
  fc.constantFrom("version: STSv1", "mode: enforce", "mx: ", "max_age: ", "<svg ", "-----BEGIN "),
  fc.string({ maxLength: 4, unit: "binary" }),
);
const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(""));

it("reads whatever stands in a record or a file, and never throws", () => {
  const readAll = (texts: readonly string[], page: string) => {
    readStsRecord(texts);
    readTlsRptRecord(texts);
    readBimiRecord(texts);
    logoFaults(page);
    pemCertificates(page);
    const policy = readStsPolicy(page);
    if ("policy" in policy) covers(policy.policy, "mail.example.org");
  };
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), text, (texts, page) => {
      expect(() => readAll(texts, page)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

/** What backtracks would take longer over these than a test may. */
it.each([
  ["a record", `v=STSv1; id=1;${" ".repeat(64_000)}x`],
  ["a record with many fields", `v=STSv1; id=1;${" a=b;".repeat(13_000)} c`],
  ["a report address", `v=TLSRPTv1; rua=mailto:${"a".repeat(64_000)}`],
  ["a logo", `v=BIMI1; l=https://${"a.".repeat(32_000)}`],
])("reads 64 KB to the end, and finds it broken: %s", (_, long) => {
  const read = readStsRecord([long]) ?? readTlsRptRecord([long]) ?? readBimiRecord([long]);
  expect(read).toMatchObject({ kind: "broken" });
});

it.each(["<svg ", "href ", "\n", ": ", "x=", "<title", " y", "-----BEGIN CERTIFICATE-----"])(
  "reads large files of nothing but %j to the end",
  (piece) => {
    const long = `<svg ${piece.repeat(128_000 / piece.length)}`;
    expect(logoFaults(long)).not.toEqual([]);
    expect(readStsPolicy(long)).toHaveProperty("broken");
    expect(pemCertificates(long).length).toBeLessThan(11);
  },
);

it.each([
  ["mail.example.org", "mail.example.org", true],
  ["*.example.org", "mail.example.org", true],
  ["*.example.org", "a.mail.example.org", false],
  ["*.example.org", "example.org", false],
  ["example.org", "mail.example.org", false],
])("says whether the pattern %s covers %s: %s (RFC 8461 §4.1)", (pattern, host, expected) => {
  expect(covers({ mode: "enforce", maxAgeSeconds: 1, mx: [pattern] }, host)).toBe(expected);
});
