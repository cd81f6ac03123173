/** RFC 1035 §2.3.4. */
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
/** Honest messages need a handful; each costs time, and a message may hold thousands of names. */
const MAX_POINTERS = 32;
const POINTER = 0xc0;

/** A message that does not follow RFC 1035. */
export class DnsFormatError extends Error {
  override readonly name = "DnsFormatError";
}

/** The name on the wire (RFC 1035 §3.1), or undefined where there can be no such name. */
export function encodeName(name: string): Buffer | undefined {
  const labels = splitLabels(name);
  // A final dot is allowed; alone it is the root.
  if (name.endsWith(".") && labels?.at(-1)?.length === 0) labels.pop();
  if (name === ".") labels?.pop();
  const parts: Buffer[] = [];
  for (const label of labels ?? [[]]) {
    if (label.length === 0 || label.length > MAX_LABEL_BYTES) return undefined;
    parts.push(Buffer.from([label.length, ...label]));
  }
  const encoded = Buffer.concat([...parts, Buffer.alloc(1)]);
  return encoded.length > MAX_NAME_BYTES ? undefined : encoded;
}

/**
 * Reads a name, compressed or not (RFC 1035 §4.1.4), in lower case and without the final dot; the root
 * is `.`. Octets that a host name cannot have are escaped as in zone files (RFC 1035 §5.1).
 */
export function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  let segment = start;
  let bytes = 1;
  let pointers = 0;
  for (;;) {
    const length = octet(message, at);
    if (length === 0) break;
    if ((length & POINTER) === POINTER) {
      const target = ((length & ~POINTER) << 8) | octet(message, at + 1);
      end ??= at + 2;
      pointers += 1;
      // "A prior occurrence of the same name": what points forward or at itself would never end.
      if (target >= segment || pointers > MAX_POINTERS) throw new DnsFormatError("a bad pointer");
      segment = target;
      at = target;
      continue;
    }
    bytes += length + 1;
    const next = at + 1 + length;
    if (length > MAX_LABEL_BYTES || bytes > MAX_NAME_BYTES || next > message.length) {
      throw new DnsFormatError("a name that is none");
    }
    labels.push(showLabel(message.subarray(at + 1, next)));
    at = next;
  }
  return { name: labels.length === 0 ? "." : labels.join("."), end: end ?? at + 1 };
}

function octet(message: Buffer, at: number): number {
  const value = message[at];
  if (value === undefined) throw new DnsFormatError("a name beyond the end");
  return value;
}

function showLabel(octets: Buffer): string {
  let text = "";
  for (const code of octets) {
    const character = String.fromCodePoint(code).toLowerCase();
    if (code <= 0x20 || code >= 0x7f) text += `\\${String(code).padStart(3, "0")}`;
    else text += character === "." || character === "\\" ? `\\${character}` : character;
  }
  return text;
}

/** The octets of each label, escapes resolved; undefined where one is beyond ASCII and not escaped. */
function splitLabels(name: string): number[][] | undefined {
  if (name.length > 4 * MAX_NAME_BYTES) return undefined;
  let label: number[] = [];
  const labels = [label];
  for (const [part] of name.matchAll(/\\\d{3}|\\?[^]/g)) {
    const code = part.length === 4 ? Number(part.slice(1)) : part.charCodeAt(part.length - 1);
    if (code > (part.length === 4 ? 0xff : 0x7f)) return undefined;
    if (part === ".") labels.push((label = []));
    else label.push(code);
  }
  return labels;
}
