import { describe, expect, it } from "vitest";
import { envelopeDomainOf, envelopeDomainSeen } from "../../src/mail/envelope-seen.ts";
import { arrival, canary } from "../fakes/canary.ts";

function seen(mailfrom: string, plannedAt = 0) {
  const properties = { "smtp.mailfrom": mailfrom };
  const spf = { method: "spf", result: "pass", reason: undefined, properties };
  return canary({ plannedAt, arrival: arrival({ authentication: [spf] }) });
}

describe("mail/envelope-seen", () => {
  it.each([
    ["0100@eu-west-1.AmazonSES.com", "eu-west-1.amazonses.com"],
    ["<bounce+1@example.org>", "example.org"],
    ["prvs=0123=a@example.org", "example.org"],
    ["example.org.", "example.org"],
    ["<>", undefined],
    ["", undefined],
    ["$(id)@a;b", undefined],
  ])("reads %s as %s", (mailfrom, domain) => {
    expect(envelopeDomainSeen(seen(mailfrom))).toBe(domain);
  });

  it("takes the newest canary's word, and the config file's where any canary bears it out", () => {
    const [old, newer] = [seen("a@one.test", 1), seen("a@two.test", 2)];
    expect(envelopeDomainOf([old, newer], "example.org")).toBe("two.test");
    expect(envelopeDomainOf([old, newer, canary()], "one.test")).toBe("one.test");
    expect(envelopeDomainOf([canary()], "example.org")).toBe("example.org");
  });
});
