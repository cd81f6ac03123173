import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DnsAnswer } from "../../src/domain/dns.ts";
import { parseDkimKey } from "../../src/mail/dkim-key.ts";
import { parseDmarc } from "../../src/mail/dmarc-record.ts";
import { parseIp } from "../../src/mail/ip-address.ts";
import { describeCosts, lookupsOf } from "../../src/mail/spf-cost.ts";
import { checkSpf, type Lookup } from "../../src/mail/spf-evaluate.ts";
import { isDomainSpec } from "../../src/mail/spf-macro.ts";
import { parseSpf } from "../../src/mail/spf-record.ts";
import { readSpfTree } from "../../src/mail/spf-tree.ts";

const NAMES = ["a.test", "b.test", "c.test", "d.test"] as const;
const domain = fc.constantFrom(...NAMES, "%{d}", "%{i}.a.test", "%{p}.b.test", "gone.test");
const term = fc.oneof(
  fc.tuple(fc.constantFrom("include:", "a:", "mx:", "ptr:", "exists:", "redirect="), domain),
  fc.tuple(
    fc.constantFrom("a", "mx", "ptr", "all", "-all", "ip4:192.0.2.0/24", "?"),
    fc.constant(""),
  ),
  fc.tuple(fc.string({ maxLength: 12 }), fc.constant("")),
);
const record = fc
  .array(term, { maxLength: 14 })
  .map((terms) => ["v=spf1", ...terms.map(([head, tail]) => head + tail)].join(" "));
const world = fc.record({
  texts: fc.array(record, { minLength: NAMES.length, maxLength: NAMES.length }),
  kind: fc.constantFrom("found", "absent", "failed"),
});

function lookupIn(texts: readonly string[], kind: string): { lookup: Lookup; asked: () => number } {
  let asked = 0;
  const answer = (name: string, type: string): DnsAnswer<unknown> => {
    asked += 1;
    const text = texts[(NAMES as readonly string[]).indexOf(name)];
    const common = { ttlSeconds: 60, authenticated: false, aliases: [] };
    if (type === "TXT" && text !== undefined) {
      return { kind: "found", records: [text], signatures: [], ...common };
    }
    if (kind === "failed") return { kind, why: "timeout", detail: "no answer" };
    if (kind === "absent") return { kind, why: "nxdomain", ...common };
    const records = type === "MX" ? [{ preference: 1, exchange: "a.test" }] : ["203.0.113.1"];
    return { kind: "found", records, signatures: [], ...common };
  };
  const lookup = ((name: string, type: string) => Promise.resolve(answer(name, type))) as Lookup;
  return { lookup, asked: () => asked };
}

describe("records that mean no good", () => {
  it("are read without end of the world", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: "binary" }), (text) => {
        expect(() => {
          parseSpf(`v=spf1 ${text}`);
          parseDkimKey(text);
          parseDmarc(`v=DMARC1; ${text}`);
          isDomainSpec(text);
        }).not.toThrow();
      }),
    );
  });

  it("end an evaluation within the limits of RFC 7208 §4.6.4", async () => {
    const ip = parseIp("192.0.2.9");
    if (ip === undefined) throw new Error("no address");
    await fc.assert(
      fc.asyncProperty(world, async ({ texts, kind }) => {
        const { lookup, asked } = lookupIn(texts, kind);
        const check = await checkSpf({ ip, sender: "x@a.test", helo: "a.test" }, lookup);
        expect(check.lookups).toBeLessThanOrEqual(11);
        expect(check.voids).toBeLessThanOrEqual(3);
        // The record, and for each term its target, ten hosts and the names behind %{p}.
        expect(asked()).toBeLessThanOrEqual(1 + 10 * (1 + 10 + 11));
      }),
    );
  });

  it("end a walk through what they include", async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ texts, kind }) => {
        const { lookup, asked } = lookupIn(texts, kind);
        const tree = await readSpfTree("a.test", lookup);
        expect(asked()).toBeLessThanOrEqual(1 + 60 * 21);
        expect(describeCosts(tree).length).toBeLessThan(60 * 100);
        expect(lookupsOf(tree)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
