import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { DAY } from "../../src/domain/duration.ts";
import { readCertificate } from "../../src/mail/certificate.ts";
import { stapleFault } from "../../src/mail/ocsp-staple.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { staple } from "../fakes/staple.ts";

const NOW = Date.UTC(2026, 10, 22);
const authority = createAuthority();
const { cert } = authority.issue(["mail.test"]);
const other = authority.issue(["mail.test"]).cert;
const week = { nextUpdate: new Date(NOW + 7 * DAY) };

it.each([
  ["good for a week", staple(cert, week)],
  ["good for ever", staple(cert)],
])("is content with a response that is %s", (_, response) => {
  expect(faultOf(response)).toBeUndefined();
});

it.each<[RegExp, Uint8Array | undefined]>([
  [/^no OCSP response/, undefined],
  [/is over since 2026-11-21T00:00:00/, staple(cert, { nextUpdate: new Date(NOW - DAY) })],
  [/says that the certificate is revoked$/, staple(cert, { ...week, status: "revoked" })],
  [/says that the certificate is unknown$/, staple(cert, { ...week, status: "unknown" })],
  [/is an error \(3\)/, staple(cert, { response: 3 })],
  [/does not tell of this certificate/, staple(other, week)],
  [/does not tell of this certificate/, Buffer.from([0x30, 3, 0x0a, 1, 0])],
  [/does not tell of this certificate/, Buffer.from("OCSP?")],
  [/does not tell of this certificate/, Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
])("tells what is wrong: %s", (words, response) => {
  expect(faultOf(response)).toMatch(words);
});

it("never throws, whatever it is given", () => {
  const good = staple(cert, week);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, octet) => {
      const broken = Buffer.from(good);
      broken[at] = octet;
      expect(["string", "undefined"]).toContain(typeof faultOf(broken));
      expect(["string", "undefined"]).toContain(typeof faultOf(good.subarray(0, at)));
    }),
  );
});

function faultOf(response: Uint8Array | undefined): string | undefined {
  const certificate = readCertificate(new X509Certificate(cert).raw);
  if (certificate === undefined) throw new Error("no certificate");
  return stapleFault(response, certificate, NOW);
}
