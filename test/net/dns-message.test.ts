import { encode } from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerOf } from "../../src/net/dns-answer.ts";
import { readData, TYPE_CODES } from "../../src/net/dns-data.ts";
import { isReplyTo, questionOf, readReply, writeQuery } from "../../src/net/dns-message.ts";
import { DnsFormatError, encodeName, readName } from "../../src/net/dns-name.ts";

describe("a name", () => {
  it.each([
    [".", "00"],
    ["a", "016100"],
    ["Ab.c.", "02416201 6300"],
    [String.raw`a\.b.c`, "03612e6201 6300"],
    [String.raw`a\\.c`, "02615c01 6300"],
    [String.raw`\000\255`, "0200ff00"],
  ])("%s is written", (name, hex) => {
    expect(encodeName(name)?.toString("hex")).toBe(hex.replaceAll(" ", ""));
  });

  it.each(["", "a..b", ".a", "..", String.raw`\256`, "é", "a".repeat(64), "a.".repeat(128)])(
    "%j cannot be written",
    (name) => {
      expect(encodeName(name)).toBeUndefined();
    },
  );

  it("comes back as it was, in lower case, whatever octets it has", () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 5 }), (labels) => {
        const wire = Buffer.concat([
          ...labels.map((octets) => Buffer.from([octets.length, ...octets])),
          Buffer.alloc(1),
        ]);
        const { name, end } = readName(wire, 0);
        expect(end).toBe(wire.length);
        const again = encodeName(name) ?? Buffer.alloc(0);
        expect(readName(again, 0).name).toBe(name);
        expect(again.length).toBe(wire.length);
      }),
    );
  });

  it.each([
    ["points at itself", "c000"],
    ["points forward", "c002 0161 00"],
    ["points beyond the end", "0161 ffff"],
    ["ends too soon", "0561"],
    ["has no end", "0161"],
    ["has half a pointer", "c0"],
    ["has a label of the unknown kind", "4161 00"],
    ["is too long", "3f" + "61".repeat(63) + ("3f" + "61".repeat(63)).repeat(3) + "00"],
  ])("that %s is refused", (_, hex) => {
    const message = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(() => readName(message, 0)).toThrow(DnsFormatError);
  });

  it("with a long way of pointers is refused, and quickly", () => {
    const hops = Buffer.alloc(16_000);
    for (let at = 2; at < hops.length; at += 2) hops.writeUInt16BE(0xc000 | (at - 2), at);
    expect(() => readName(hops, hops.length - 2)).toThrow(/pointer/);
    expect(readName(hops, 40).name).toBe(".");
  });
});

describe("a message", () => {
  const question = questionOf("example.org", TYPE_CODES.TXT);
  const reply = encode({
    type: "response",
    id: 7,
    questions: [{ name: "example.org", type: "TXT" }],
    answers: [
      { name: "example.org", type: "CNAME", ttl: 5, data: "text.example.org" },
      { name: "text.example.org", type: "TXT", ttl: 2 ** 31 + 1, data: ["a", "b"] },
    ],
    authorities: [{ name: "example.org", type: "SOA", data: { mname: "a", rname: "b" } }],
    additionals: [{ name: ".", type: "OPT", udpPayloadSize: 1232, options: [] } as never],
  });

  it("asks as it should", () => {
    if (question === undefined) throw new Error("no question");
    const flags = { recursion: true, dnssec: true, unvalidated: true, edns: true };
    expect(writeQuery(7, question, flags).toString("hex")).toBe(
      "000701300001000000000001" +
        "076578616d706c65036f726700" +
        "00100001" +
        "00002904d0000080000000",
    );
  });

  it("is read, a TTL with the top bit counting as none (RFC 2181 §8)", () => {
    if (question === undefined) throw new Error("no question");
    expect(isReplyTo(reply, 7, question)).toBe(true);
    expect(isReplyTo(reply, 8, question)).toBe(false);
    expect(interpret(reply)).toMatchObject({
      kind: "found",
      records: ["ab"],
      ttlSeconds: 0,
      aliases: ["text.example.org"],
    });
  });

  it("that is spoiled is read or refused, and nothing else", () => {
    const spoiling = fc.array(fc.tuple(fc.nat(reply.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(spoiling, fc.nat(reply.length), (changes, cut) => {
        const spoiled = Buffer.from(reply);
        for (const [at, octet] of changes) spoiled[at] = octet;
        for (const message of [spoiled, spoiled.subarray(0, Math.max(12, cut))]) {
          expect(["found", "absent", "onward", "refused"]).toContain(readOrRefuse(message));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["A", "c0000201ff"],
    ["A", "c00002"],
    ["AAAA", "00"],
    ["MX", "00"],
    ["MX", "000a0161 00ff"],
    ["SRV", "0000 0000 03e1"],
    ["SRV", "0000 0000 03"],
    ["SRV", "0000 0000 03e1 0161 00ff"],
    ["SRV", "0000 0000 03e1 0161"],
    ["NS", ""],
    ["TXT", "05616263"],
    ["CAA", "00"],
    ["CAA", "0005616263"],
    ["TLSA", "0301"],
    ["SOA", "00000000"],
    ["DS", "000001"],
    ["DNSKEY", "0101"],
  ] as const)("with a %s record of the wrong size (%s) is refused", (type, hex) => {
    const message = Buffer.from(hex.replaceAll(" ", ""), "hex");
    const place = { message, start: 0, end: message.length };
    expect(() => readData(type, place)).toThrow(DnsFormatError);
  });

  const wireTypes = Object.keys(TYPE_CODES) as (keyof typeof TYPE_CODES)[];

  it.each(wireTypes)("with any octets for a %s record is read or refused", (type) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), (octets, from) => {
        const message = Buffer.from(octets);
        const place = { message, start: Math.min(from, message.length), end: message.length };
        try {
          expect(readData(type, place)).toBeDefined();
        } catch (error) {
          if (!(error instanceof DnsFormatError)) throw error;
        }
      }),
    );
  });

  function interpret(message: Buffer) {
    const trail = { name: "example.org", aliases: [], ttlSeconds: Infinity, authenticated: true };
    return answerOf(readReply(message), "TXT", trail);
  }

  function readOrRefuse(message: Buffer): string {
    try {
      return interpret(message).kind;
    } catch (error) {
      if (!(error instanceof DnsFormatError)) throw error;
      return "refused";
    }
  }
});
