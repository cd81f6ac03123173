import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeWords, encodeWords } from "../../src/mail/encoded-words.ts";
import {
  MAX_FIELD_BYTES,
  MAX_FIELDS,
  parseHeader,
  valuesOf,
} from "../../src/mail/header-fields.ts";

describe("parseHeader", () => {
  it.each([
    ["CRLF", "\r\n"],
    ["LF", "\n"],
    ["CR", "\r"],
  ])("splits at %s and unfolds", (_, end) => {
    const raw = ["Subject: a", "\tb", " c", "X-Two:two", "", "Not-A: field"].join(end);
    expect(parseHeader(raw)).toEqual([
      { name: "subject", value: "a\tb c" },
      { name: "x-two", value: "two" },
    ]);
  });

  it("keeps repeated fields in their order", () => {
    const fields = parseHeader("Received: one\r\nX: y\r\nreceived: two\r\n\r\n");
    expect(valuesOf(fields, "received")).toEqual(["one", "two"]);
  });

  it("takes obsolete blanks before the colon", () => {
    expect(parseHeader("Subject  : hello\r\n")).toEqual([{ name: "subject", value: "hello" }]);
  });

  it("skips lines that are no field, with their continuation", () => {
    const raw = "From sender Mon Jan 1\n folded on\nno colon here\nTo: x\n";
    expect(parseHeader(raw)).toEqual([{ name: "to", value: "x" }]);
  });

  it("keeps octets as they are", () => {
    expect(parseHeader("Subject: \xff\xfe\x00\r\n")[0]?.value).toBe("\xff\xfe\x00");
  });

  it("looks at a thousand fields of ten thousand", () => {
    const fields = parseHeader("X: y\r\n".repeat(10_000));
    expect(fields).toHaveLength(MAX_FIELDS);
  });

  it("cuts a field that folds without end", () => {
    const [field] = parseHeader(`X: a${"\r\n b".repeat(100_000)}`);
    expect(field?.value).toHaveLength(MAX_FIELD_BYTES - 1);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (raw) => {
        expect(parseHeader(raw).length).toBeLessThanOrEqual(MAX_FIELDS);
      }),
    );
  });
});

describe("decodeWords", () => {
  it.each([
    ["plain", "plain"],
    ["=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait"],
    ["=?UTF-8?B?w7xiZXI=?= uns", "über uns"],
    ["=?iso-8859-1?q?a?= =?iso-8859-1?q?b?= c", "ab c"],
    ["=?utf-8*en?q?hi?=", "hi"],
    ["=?nobody-knows?q?a?= b", "=?nobody-knows?q?a?= b"],
    ["=?utf-8?q?open", "=?utf-8?q?open"],
  ])("reads %s", (text, decoded) => {
    expect(decodeWords(text)).toBe(decoded);
  });

  it("reads back what encodeWords wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const encoded = encodeWords(text);
        expect(encoded.split(" ").every((word) => word.length <= 75)).toBe(true);
        expect(decodeWords(encoded)).toBe(text);
      }),
    );
  });

  it("is not slowed down by thousands of openings", () => {
    expect(decodeWords("=?a?q?".repeat(10_000))).toContain("=?a?q?");
  });
});
