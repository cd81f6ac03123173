import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOf, verpAddress } from "../../src/mail/address.ts";
import { decodeWords } from "../../src/mail/encoded-words.ts";
import { parseHeader, valuesOf } from "../../src/mail/header-fields.ts";
import { type CanaryMail, composeCanary } from "../../src/mail/message.ts";
import { BUILT_IN_TEMPLATES } from "../../src/mail/templates.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

function mail(changes: Partial<CanaryMail> & { subject?: string; text?: string; html?: string }) {
  const { subject = "Hello", text = "Hi,\n\nRef: {{token}}\n", html, ...rest } = changes;
  return composeCanary({
    from: { name: "Anna", address: "anna@own.example" },
    to: "seed@rcv.example",
    date: Date.UTC(2026, 1, 2, 10, 0, 2),
    messageId: "abc123@own.example",
    token: TOKEN,
    template: { name: "t", subject, text, html },
    ...rest,
  });
}

function header(raw: string, name: string): string | undefined {
  return valuesOf(parseHeader(raw), name)[0];
}

/** A decoder that is not ours would be better; quoted-printable is small enough to read back here. */
function unquoted(body: string): string {
  const bytes = body
    .replaceAll("=\r\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

describe("composeCanary", () => {
  it("writes an ordinary letter", () => {
    expect(mail({})).toBe(
      [
        "Date: Mon, 2 Feb 2026 10:00:02 +0000",
        "From: Anna <anna@own.example>",
        "To: seed@rcv.example",
        "Message-ID: <abc123@own.example>",
        "Subject: Hello",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 7bit",
        "Auto-Submitted: auto-generated",
        `X-Canary-Token: ${TOKEN}`,
        "",
        "Hi,",
        "",
        `Ref: ${TOKEN}`,
        "",
      ].join("\r\n"),
    );
  });

  it("adds the token to a text that has no place for it", () => {
    expect(mail({ text: "Hi" })).toContain(`\r\n\r\nHi\r\n\r\nRef: ${TOKEN}\r\n`);
  });

  it("puts HTML beside the text", () => {
    const raw = mail({ html: "<p>Grüße {{token}} a=b</p>" });
    const boundary = /boundary="([^"]+)"/.exec(header(raw, "content-type") ?? "")?.[1] ?? "none";
    const [, plain = "", rich = "", end] = raw.split(`--${boundary}`);
    expect(plain).toContain("Content-Type: text/plain; charset=utf-8\r\n");
    expect(unquoted(plain)).toContain(`Ref: ${TOKEN}`);
    expect(rich).toContain("Content-Type: text/html; charset=utf-8\r\n");
    expect(unquoted(rich)).toContain(`<p>Grüße ${TOKEN} a=b</p>`);
    expect(end).toBe("--\r\n");
  });

  it("keeps a boundary unique when the text looks like it", () => {
    const raw = mail({ text: "--=_{{token}}", html: "<p>--=_{{token}}--</p>" });
    expect(raw.split(`--=_${TOKEN}`)).toHaveLength(4);
  });

  it.each([
    ["Übung am Montag", "Übung am Montag"],
    ["=?utf-8?q?raw?=", "=?utf-8?q?raw?="],
    ["long ".repeat(60), "long ".repeat(60).trim()],
    ["ü".repeat(200), "ü".repeat(200)],
    ["x".repeat(1200), "x".repeat(1200)],
  ])("carries the subject %s", (subject, expected) => {
    expect(decodeWords(header(mail({ subject }), "subject") ?? "")).toBe(expected);
  });

  it.each([
    ["Anna B", "Anna B <anna@own.example>"],
    ['B., "Anna" \\', String.raw`"B., \"Anna\" \\" <anna@own.example>`],
    ["", "anna@own.example"],
  ])("writes the sender's name %s", (name, expected) => {
    const from = { name, address: "anna@own.example" };
    expect(header(mail({ from }), "from")).toBe(expected);
  });

  it("encodes a name that is not ASCII", () => {
    const from = { name: "Jörg Müller", address: "anna@own.example" };
    expect(decodeWords(header(mail({ from }), "from") ?? "")).toBe(
      "Jörg Müller <anna@own.example>",
    );
  });

  it("lets no text break out of its field or its line", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom("\r", "\n", "\r\n", "\u2028", "x: y", "."), fc.string()),
    });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.option(text, { nil: undefined }),
        (name, subject, body, html) => {
          const raw = composeCanary({
            from: { name, address: "anna@own.example" },
            to: "seed@rcv.example",
            date: 0,
            messageId: "abc123@own.example",
            token: TOKEN,
            template: { name: "t", subject, text: body, html },
          });
          expect(parseHeader(raw).map(({ name }) => name)).toEqual([
            "date",
            "from",
            "to",
            "message-id",
            "subject",
            "mime-version",
            "content-type",
            ...(html === undefined ? ["content-transfer-encoding"] : []),
            "auto-submitted",
            "x-canary-token",
          ]);
          expect(raw).toMatch(/^[\t\r\n -~]*$/);
          expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
          expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
        },
      ),
    );
  });

  it("carries any text unchanged, line ends apart", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const raw = mail({ text: `${text} {{token}}` });
        const body = raw.slice(raw.indexOf("\r\n\r\n") + 4);
        const decoded = raw.includes("Encoding: 7bit") ? body : unquoted(body);
        const lines = `${text} ${TOKEN}\n`.replaceAll(/\r\n|\r|\n/g, "\r\n");
        expect(decoded).toBe(lines);
      }),
    );
  });

  it.each([
    { to: "seed@rcv.example\r\nBcc: x@y.example" },
    { to: "seed@rcv.example, other@rcv.example" },
    { from: { name: undefined, address: "a b@own.example" } },
    { messageId: "abc>\r\nX: y@own.example" },
    { token: "short" },
    { token: `${TOKEN}\r\nX: y` },
  ])("refuses %j", (changes) => {
    expect(() => mail(changes)).toThrow(TypeError);
  });
});

describe("the built-in templates", () => {
  it.each(BUILT_IN_TEMPLATES)("$name is short, plain and harmless", (template) => {
    const raw = mail({ template });
    expect(raw).toContain(`Ref: ${TOKEN}\r\n`);
    expect(raw).toContain("Encoding: 7bit");
    expect(template.text).not.toMatch(/https?:|www\.|[€$%!]|\d{3}/);
    expect(template.subject.length).toBeLessThan(60);
    expect(template.name).toMatch(/^[a-z-]{3,20}$/);
  });

  it("have names of their own", () => {
    expect(new Set(BUILT_IN_TEMPLATES.map(({ name }) => name)).size).toBe(
      BUILT_IN_TEMPLATES.length,
    );
  });
});

describe("addresses", () => {
  it("gives the domain in lower case", () => {
    expect(domainOf("Anna@Own.Example")).toBe("own.example");
  });

  it("makes the bounce address unique", () => {
    expect(verpAddress("bounce@own.example", TOKEN)).toBe(`bounce+${TOKEN}@own.example`);
  });

  it.each([
    ["bounce", TOKEN],
    [`${"b".repeat(40)}@own.example`, TOKEN],
    ["bounce@own.example", "a b"],
  ])("refuses %s with %s", (address, token) => {
    expect(() => verpAddress(address, token)).toThrow(TypeError);
  });
});
