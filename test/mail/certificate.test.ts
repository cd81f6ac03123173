import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { DAY, HOUR } from "../../src/domain/duration.ts";
import { lifeOf, shareLeft } from "../../src/mail/certificate-life.ts";
import { isMadeOutTo, namesIn, readCertificate } from "../../src/mail/certificate.ts";
import { createAuthority } from "../fakes/certificates.ts";

const authority = createAuthority();

it.each([
  ["mail.example.org", "mail.example.org", true],
  ["mail.example.org", "MAIL.example.org", true],
  ["*.example.org", "mail.example.org", true],
  ["*.example.org", "a.mail.example.org", false],
  ["*.example.org", "example.org", false],
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["www.example.org", "mail.example.org", false],
])("says whether a certificate for %s is made out to %s: %s", (issued, name, expected) => {
  expect(isMadeOutTo(read(authority.issue([issued]).cert), name)).toBe(expected);
});

it("does not take the common name for a name", () => {
  expect(isMadeOutTo(read(authority.issue(["mail.example.org"]).cert), "mail.example.org")).toBe(
    true,
  );
  expect(isMadeOutTo(read(createAuthority("mail.example.org").ca), "mail.example.org")).toBe(false);
});

it("shows the first of many names", () => {
  const names = Array.from({ length: 12 }, (_, index) => `h${index}.test`);
  expect(namesIn(read(authority.issue(names.slice(0, 2)).cert))).toBe("h0.test, h1.test");
  const shown = names.slice(0, 10).join(", ");
  expect(namesIn(read(authority.issue(names).cert))).toBe(`${shown} and 2 more`);
  expect(namesIn(read(authority.ca))).toBe("no names");
});

it("reads a certificate's traits", () => {
  expect(read(authority.ca)).toMatchObject({ isSelfSigned: true, mustStaple: false });
  expect(read(authority.issue(["a.test"]).cert)).toMatchObject({
    isSelfSigned: false,
    key: "EC prime256v1",
    isKeyWeak: false,
    isSignatureWeak: false,
  });
});

it("answers undefined for what is no certificate, and never throws", () => {
  const { raw } = new X509Certificate(authority.ca);
  fc.assert(
    fc.property(fc.nat(raw.length - 1), fc.integer({ min: 0, max: 255 }), (at, octet) => {
      const broken = Buffer.from(raw);
      broken[at] = octet;
      const certificate = readCertificate(broken);
      expect(certificate === undefined || typeof certificate.key === "string").toBe(true);
    }),
  );
  expect(readCertificate(new Uint8Array())).toBeUndefined();
});

it.each([
  ["90 days, renewed at 30", 90 * DAY, 30 * DAY, "good"],
  ["90 days, 17 left", 90 * DAY, 17 * DAY, "near"],
  ["90 days, 6 left", 90 * DAY, 6 * DAY, "soon"],
  ["47 days, 15 left", 47 * DAY, 15 * DAY, "good"],
  ["47 days, 9 left", 47 * DAY, 9 * DAY, "near"],
  ["47 days, 4 left", 47 * DAY, 4 * DAY, "soon"],
  ["6 days, 2 left", 6 * DAY, 2 * DAY, "good"],
  ["6 days, 28 hours left", 6 * DAY, 28 * HOUR, "near"],
  ["6 days, 14 hours left", 6 * DAY, 14 * HOUR, "soon"],
  ["a year, 30 days left", 365 * DAY, 30 * DAY, "good"],
  ["a year, 20 days left", 365 * DAY, 20 * DAY, "near"],
  ["ten years, 30 days left", 3650 * DAY, 30 * DAY, "good"],
  ["nothing left", 90 * DAY, 0, "over"],
  ["not begun", 90 * DAY, 91 * DAY, "early"],
])("judges the life of a certificate: %s", (_, lifetimeMs, leftMs, life) => {
  const now = Date.UTC(2026, 10, 22);
  const span = { notBefore: now + leftMs - lifetimeMs, notAfter: now + leftMs };
  expect(lifeOf(span, now)).toBe(life);
  expect(shareLeft(span, now)).toBeCloseTo(Math.min(1, leftMs / lifetimeMs));
});

it("has a share for spans that make no sense", () => {
  expect(shareLeft({ notBefore: 5, notAfter: 5 }, 5)).toBe(0);
});

function read(pem: string) {
  const certificate = readCertificate(new X509Certificate(pem).raw);
  if (certificate === undefined) throw new Error("no certificate");
  return certificate;
}
