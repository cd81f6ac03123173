import type { Template } from "../domain/template.ts";
import { formatDateTime } from "./date-time.ts";
import { encodeWords } from "./encoded-words.ts";

/** The field that carries a canary's token; always the last one that we write. */
export const TOKEN_FIELD = "X-Canary-Token";

/** Where a template wants the token. */
const PLACEHOLDER = "{{token}}";
/** A line may have 998 characters (RFC 5322 §2.1.1); ours have fewer for the eye and for the way. */
const MAX_LINE = 76;

export interface CanaryMail {
  readonly from: { readonly name: string | undefined; readonly address: string };
  readonly to: string;
  /** Milliseconds since the epoch. */
  readonly date: number;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly token: string;
  readonly template: Template;
}

/**
 * The complete message of a canary (RFC 5322) with CRLF line ends: an ordinary letter of one text part,
 * with a template's HTML beside it as multipart/alternative (RFC 2046 §5.1.4). Throws for addresses,
 * ids and tokens that could not stand in a field; free text cannot break out of one.
 */
export function composeCanary({ from, to, date, messageId, token, template }: CanaryMail): string {
  requireShape(from.address, /^[!-;=?-~]+@[\w.-]+$/, "sender");
  requireShape(to, /^[!-;=?-~]+@[\w.-]+$/, "recipient");
  requireShape(messageId, /^[\w.+-]+@[\w.-]+$/, "Message-ID");
  requireShape(token, /^[\w-]{8,64}$/, "token");
  const { head, body } = content(template, token);
  const header = [
    `Date: ${formatDateTime(date)}`,
    folded(`From: ${mailbox(from.name, from.address)}`),
    `To: ${to}`,
    `Message-ID: <${messageId}>`,
    folded(`Subject: ${unstructured(template.subject)}`),
    "MIME-Version: 1.0",
    ...head,
    // Nobody's holiday assistant ought to answer (RFC 3834 §5).
    "Auto-Submitted: auto-generated",
    `${TOKEN_FIELD}: ${token}`,
  ];
  return `${header.join("\r\n")}\r\n\r\n${body}`;
}

function requireShape(text: string, shape: RegExp, what: string): void {
  if (text.length > 320 || !shape.test(text)) throw new TypeError(`not a usable ${what}: ${text}`);
}

interface Part {
  readonly head: readonly string[];
  /** Ends with a line end. */
  readonly body: string;
}

function content({ text, html }: Template, token: string): Part {
  const plain = part("plain", withToken(text, token, `\n\nRef: ${token}\n`));
  if (html === undefined) return plain;
  const rich = part("html", withToken(html, token, `<p>Ref: ${token}</p>`));
  // `=_` occurs in neither encoding of a part, so the boundary is nowhere in them.
  const boundary = `=_${token}`;
  const parts = [plain, rich].map(
    ({ head, body }) => `--${boundary}\r\n${head.join("\r\n")}\r\n\r\n${body}\r\n`,
  );
  return {
    head: [`Content-Type: multipart/alternative;\r\n boundary="${boundary}"`],
    body: `${parts.join("")}--${boundary}--\r\n`,
  };
}

function part(subtype: "plain" | "html", text: string): Part {
  const lines = `${text.trimEnd()}\n`.split(/\r\n|\r|\n/);
  const isSimple = lines.every(isSafeLine);
  return {
    head: [
      `Content-Type: text/${subtype}; charset=utf-8`,
      `Content-Transfer-Encoding: ${isSimple ? "7bit" : "quoted-printable"}`,
    ],
    body: (isSimple ? lines : lines.map(quotedLine)).join("\r\n"),
  };
}

/** Comes through every server unchanged, and holds no boundary of ours. */
function isSafeLine(line: string): boolean {
  const isPlain = /^[\t -~]*$/.test(line) && line.length <= MAX_LINE && !/[\t ]$/.test(line);
  return isPlain && !line.startsWith(".") && !line.startsWith("From ") && !line.includes("=_");
}

function withToken(text: string, token: string, ending: string): string {
  if (text.includes(PLACEHOLDER)) return text.replaceAll(PLACEHOLDER, token);
  return text.trimEnd() + ending;
}

/** Quoted-printable (RFC 2045 §6.7): printable ASCII as it is, the rest and the end of a line escaped. */
function quotedLine(line: string): string {
  const bytes = [...Buffer.from(line)];
  const quoted = bytes.map((byte, index) => {
    const isLast = index === bytes.length - 1;
    const isBlank = byte === 0x20 || byte === 0x09;
    const isPlain = (byte > 0x20 && byte < 0x7f && byte !== 0x3d) || (isBlank && !isLast);
    // A line that begins with `From ` or a dot is altered by some software on the way.
    const isRisky = index === 0 && /^(?:\.|From )/.test(line);
    return isPlain && !isRisky ? String.fromCharCode(byte) : escaped(byte);
  });
  const lines = [""];
  for (const piece of quoted) {
    const current = lines.at(-1) ?? "";
    if (current.length + piece.length < MAX_LINE) lines[lines.length - 1] = current + piece;
    else lines.push(piece);
  }
  return lines.join("=\r\n");
}

function escaped(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function mailbox(name: string | undefined, address: string): string {
  const visible = singleLine(name ?? "");
  if (visible === "") return address;
  if (!isAscii(visible)) return `${encodeWords(visible)} <${address}>`;
  // A phrase of atoms may stand bare, any other text is a quoted string (RFC 5322 §3.2.4).
  const phrase = /^[\w!#$%&'*+/=?^`{|}~ -]+$/.test(visible)
    ? visible
    : `"${visible.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `${phrase} <${address}>`;
}

function unstructured(text: string): string {
  const line = singleLine(text);
  return isAscii(line) && line.split(" ").every((word) => word.length < 500)
    ? line
    : encodeWords(line);
}

/** Line ends and other control characters become a blank: nothing can begin a field of its own. */
function singleLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\s]+/gu, " ").trim();
}

/** ASCII that no reader takes for an encoded word. */
function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text) && !text.includes("=?");
}

/** Folds at blanks (RFC 5322 §2.2.3). */
function folded(field: string): string {
  const lines: string[] = [];
  for (const word of field.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < MAX_LINE) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(lines.length === 0 ? word : ` ${word}`);
    }
  }
  return lines.join("\r\n");
}
