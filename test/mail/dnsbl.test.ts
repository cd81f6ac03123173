import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/domain/duration.ts";
import { parseIp } from "../../src/mail/ip-address.ts";
import { BLOCKLISTS } from "../../src/mail/blocklist-catalogue.ts";
import { notWorthAsking, subjectName, testNames } from "../../src/mail/dnsbl.ts";

const [anyList] = BLOCKLISTS;
if (anyList === undefined) throw new Error("the catalogue is empty");

describe("mail/dnsbl", () => {
  it.each([
    ["192.0.2.99", "99.2.0.192"],
    ["8.64.32.1", "1.32.64.8"],
  ])("asks for %s as %s", (text, name) => {
    expect(subjectName({ kind: "ipv4", text })).toBe(name);
  });

  it.each([
    // The example of RFC 5782 §2.4.
    [
      "2001:db8:1:2:3:4:567:89ab",
      "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2",
    ],
    ["2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"],
    ["2e00::25", "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.2"],
    ["::2", "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"],
    ["2e00:1::", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.e.2"],
  ])("asks for %s by its nibbles", (text, name) => {
    expect(subjectName({ kind: "ipv6", text: parseIp(text)?.text ?? "" })).toBe(name);
  });

  it("asks for a domain as it is", () => {
    expect(subjectName({ kind: "domain", text: "mail.example.org" })).toBe("mail.example.org");
  });

  it("tests an IPv4 list with the entries of RFC 5782 and an address of the hour", () => {
    const { listed, unlisted, absurd } = testNames("ipv4", anyList, 0);
    expect(listed).toEqual(["2.0.0.127"]);
    expect(unlisted[0]).toBe("1.0.0.127");
    expect(unlisted[1]).toMatch(/^\d+\.\d+\.\d+\.127$/);
    expect(testNames("ipv4", anyList, HOUR - 1)).toEqual({ listed, unlisted, absurd });
    expect(absurd[0]).toMatch(/^mailcanary-[\d-]+$/);
    expect(testNames("ipv4", anyList, HOUR).unlisted).not.toEqual(unlisted);
  });

  it("never takes a test entry for the address of the hour", () => {
    const names = Array.from(
      { length: 1000 },
      (_, hour) => testNames("ipv4", anyList, hour * HOUR).unlisted[1] ?? "",
    );
    expect(new Set(names).size).toBeGreaterThan(900);
    for (const name of names) expect(name).not.toMatch(/\.0\.0\.127$/);
  });

  it("tests an IPv6 list with ::FFFF:7F00:2 and ::FFFF:7F00:1", () => {
    const zeros = "0.".repeat(19);
    const { listed, unlisted } = testNames("ipv6", anyList, 0);
    expect(listed).toEqual([`2.0.0.0.0.0.f.7.f.f.f.f.${zeros}0`]);
    expect(unlisted[0]).toBe(`1.0.0.0.0.0.f.7.f.f.f.f.${zeros}0`);
    expect(unlisted[1]?.split(".")).toHaveLength(32);
    expect(unlisted[1]).toContain(`.f.7.f.f.f.f.${zeros}0`);
  });

  it("tests a list of domains with its own names, or TEST and INVALID", () => {
    const dbl = BLOCKLISTS.find(({ name }) => name === "spamhaus-dbl") ?? anyList;
    expect(testNames("domain", dbl, 0).listed).toEqual(["dbltest.com"]);
    const { listed, unlisted } = testNames("domain", anyList, 0);
    expect([listed, unlisted[0]]).toEqual([["test"], "invalid"]);
    expect(unlisted[1]).toMatch(/^mailcanary-[\d-]+\.invalid$/);
  });

  it.each([
    ["127.0.0.1", "a loopback address"],
    ["::1", "a loopback address"],
    ["10.1.2.3", "a private address"],
    ["192.168.1.1", "a private address"],
    ["fd00::1", "a private address"],
    ["192.0.2.1", "an address for documentation"],
    ["198.51.100.255", "an address for documentation"],
    ["203.0.113.9", "an address for documentation"],
    ["2001:db8:ffff::1", "an address for documentation"],
    ["3fff:fff::1", "an address for documentation"],
    ["localhost", "a name that only works locally"],
    ["mx.lan", "a name that only works locally"],
    ["garden.example", "a name that only works locally"],
    ["203.0.114.1", undefined],
    ["2001:db9::1", undefined],
    ["3fff:1000::1", undefined],
    ["example.org", undefined],
    ["example.test.org", undefined],
  ])("asks about %s? %s", (text, why) => {
    expect(notWorthAsking(text)).toBe(why);
  });
});
