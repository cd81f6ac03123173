import { expect, it } from "vitest";
import { isHostName } from "../../src/mail/host-name.ts";

it.each(["mail.example.org", "Mail.Example.org", "xn--bcher-kva.example", "_dmarc.example.org"])(
  "takes %s for a host's name",
  (name) => expect(isHostName(name)).toBe(true),
);

it.each([
  "",
  "localhost",
  "192.0.2.25",
  "[192.0.2.25]",
  "2001:db8::25",
  "mail..example.org",
  "mail.example.org.",
  "$(id).example.org",
  "a b.example.org",
  String.raw`a\032b.example.org`,
  `${"a".repeat(64)}.example.org`,
  Array.from({ length: 130 }, () => "a").join("."),
])("takes %s for none", (name) => expect(isHostName(name)).toBe(false));
