import * as fc from "fast-check";
import { expect, it } from "vitest";
import { isIPv4, isIPv6 } from "node:net";
import { parseIp } from "../../src/mail/ip-address.ts";

it.each([
  ["192.0.2.7", "192.0.2.7", "public"],
  ["127.8.0.1", "127.8.0.1", "loopback"],
  ["10.1.2.3", "10.1.2.3", "private"],
  ["172.31.255.255", "172.31.255.255", "private"],
  ["172.32.0.0", "172.32.0.0", "public"],
  ["100.64.0.1", "100.64.0.1", "private"],
  ["169.254.1.1", "169.254.1.1", "private"],
  ["192.168.0.1", "192.168.0.1", "private"],
  ["::1", "::1", "loopback"],
  ["::", "::", "private"],
  ["fe80::1", "fe80::1", "private"],
  ["fd00::1", "fd00::1", "private"],
  ["2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "public"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "public"],
  ["::ffff:192.0.2.7", "192.0.2.7", "public"],
  ["192.0.0.8", "192.0.0.8", "private"],
  ["192.0.1.8", "192.0.1.8", "public"],
  ["198.18.0.1", "198.18.0.1", "public"],
  ["64:ff9b::192.0.2.33", "64:ff9b::c000:221", "private"],
  ["64:ff9b:1:2::1", "64:ff9b:1:2::1", "private"],
  ["64:ff9b:2::1", "64:ff9b:2::1", "public"],
  ["fec0::1", "fec0::1", "private"],
  ["100::1", "100::1", "private"],
  ["100:0:0:1::1", "100:0:0:1::1", "public"],
])("spells %s as %s (%s)", (text, canonical, scope) => {
  expect(parseIp(text)).toMatchObject({ text: canonical, scope });
});

it.each([
  "",
  "1.2.3",
  "1.2.3.256",
  "1.2.3.4.5",
  ":::",
  "1::2::3",
  "g::1",
  "1:2:3:4:5:6:7",
  "12345::",
])("does not read %j", (text) => {
  expect(parseIp(text)).toBeUndefined();
});

it("agrees with Node about what is an address", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(..."12af:.".split("")) })),
      (text) => {
        const ip = parseIp(text);
        expect(ip !== undefined).toBe(isIPv4(text) || isIPv6(text));
        expect(parseIp(ip?.text ?? "")).toEqual(ip);
      },
    ),
    { numRuns: 1000 },
  );
});
