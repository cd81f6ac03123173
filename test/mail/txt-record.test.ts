import { expect, it } from "vitest";
import { bounded, quoted, txtLine } from "../../src/mail/txt-record.ts";

it("writes a TXT record as a zone file has it, long text in several strings", () => {
  expect(txtLine("a.test", 'x "y" \\ z')).toBe('a.test. IN TXT "x \\"y\\" \\\\ z"');
  const line = txtLine("a.test", "k".repeat(600));
  expect([...line.matchAll(/"(k*)"/g)].map(([, text]) => text?.length)).toEqual([255, 255, 90]);
});

it("quotes what strangers wrote in print and in bounds", () => {
  expect(quoted("a\u0000b\u001b\u00fc")).toBe('"a\\000b\\027\\252"');
  expect(quoted("k".repeat(64_000))).toMatch(/^"k{400}..." \(64000 characters\)$/);
  expect(bounded('"\n"')).toBe('"\\010"');
  expect(bounded("k".repeat(64_000))).toHaveLength(4096 + "... (64000 characters)".length);
});
