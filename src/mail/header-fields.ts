/** One header field (RFC 5322 §2.2), in the order of the message: the newest trace field is first. */
export interface HeaderField {
  /** Lower-cased. */
  readonly name: string;
  /** Unfolded and trimmed, otherwise as it stands: latin1 text, encoded words not decoded. */
  readonly value: string;
}

/** Fields beyond this are not looked at; a receiver writes its own at the top. */
export const MAX_FIELDS = 1000;
/** A longer field is cut. */
export const MAX_FIELD_BYTES = 64 * 1024;
/** Where the header goes on behind this, the rest is not looked at. */
const MAX_HEADER_BYTES = 1024 * 1024;

const LF = 10;
const CR = 13;

/**
 * Splits the header section of a raw message, given as latin1 text, into its fields.
 * Stops at the empty line. Takes CRLF, LF and CR as line ends and skips lines that are no field.
 */
export function parseHeader(raw: string): HeaderField[] {
  const fields: HeaderField[] = [];
  let open: OpenField | undefined;
  for (const line of lines(raw.slice(0, MAX_HEADER_BYTES))) {
    if (line === "") break;
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (open !== undefined) append(open, line);
      continue;
    }
    if (open !== undefined) fields.push(closed(open));
    open = fields.length < MAX_FIELDS ? opened(line) : undefined;
    if (fields.length >= MAX_FIELDS) break;
  }
  if (open !== undefined) fields.push(closed(open));
  return fields;
}

/** The values of every field of that name, in order. */
export function valuesOf(fields: readonly HeaderField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value);
}

interface OpenField {
  readonly name: string;
  readonly parts: string[];
  length: number;
}

function opened(line: string): OpenField | undefined {
  const colon = line.indexOf(":");
  // Blanks before the colon are obsolete but legal (RFC 5322 §4.5).
  const name = colon < 0 ? "" : line.slice(0, Math.min(colon, MAX_FIELD_BYTES)).trimEnd();
  if (!/^[!-9;-~]+$/.test(name)) return undefined;
  const field = { name: name.toLowerCase(), parts: [], length: 0 };
  append(field, line.slice(colon + 1));
  return field;
}

/** Unfolding takes away the line end and nothing else (RFC 5322 §2.2.3). */
function append(field: OpenField, text: string): void {
  const part = text.slice(0, Math.max(0, MAX_FIELD_BYTES - field.length));
  if (part === "") return;
  field.parts.push(part);
  field.length += part.length;
}

function closed({ name, parts }: OpenField): HeaderField {
  return { name, value: parts.join("").trim() };
}

function* lines(text: string): Generator<string> {
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== LF && code !== CR) continue;
    yield text.slice(start, at);
    if (code === CR && text.charCodeAt(at + 1) === LF) at++;
    start = at + 1;
  }
  yield text.slice(start);
}
