import { expect, it } from "vitest";
import { organisationOf } from "../../src/mail/organisation.ts";

it.each([
  ["mx1.example.org", "example.org"],
  ["MX1.Example.ORG.", "example.org"],
  ["a.b.example.co.uk", "example.co.uk"],
  ["mail.foo.me.uk", "foo.me.uk"],
  ["mail.x.duckdns.org", "x.duckdns.org"],
  ["mail.a.eu.org", "a.eu.org"],
  ["mail.foo.asso.fr", "foo.asso.fr"],
  ["mail.foo.priv.no", "foo.priv.no"],
  ["mail.foo.ind.br", "foo.ind.br"],
  ["mail.foo.uk.com", "foo.uk.com"],
  ["mail.foo.waw.pl", "foo.waw.pl"],
  ["mail.foo.xn--55qx5d.cn", "foo.xn--55qx5d.cn"],
  ["host.internal.canarylab", "internal.canarylab"],
  ["_dmarc.mail_1.example.org", "example.org"],
  ["duckdns.org", "duckdns.org"],
  ["co.uk", "co.uk"],
])("%s belongs to %s", (host, organisation) => {
  expect(organisationOf(host)).toBe(organisation);
});

it.each([
  undefined,
  "",
  "localhost",
  "192.0.2.1",
  "2001:db8::1",
  "a..b",
  "x y.org",
  "a.".repeat(200),
])("%j belongs to nobody", (host) => {
  expect(organisationOf(host)).toBeUndefined();
});
