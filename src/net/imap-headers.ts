/** The field that carries a canary's token. */
export const TOKEN_FIELD = "X-Canary-Token";
export const MESSAGE_ID_FIELD = "Message-ID";

/** RFC 5322 §2.1.1: the longest line. */
const MAX_MESSAGE_ID_CHARACTERS = 998;
const MAX_TOKEN_CHARACTERS = 200;

export interface CanaryFields {
  /** Without angle brackets. */
  readonly messageId: string | undefined;
  readonly token: string | undefined;
}

/** Reads a header as latin1 text; where a field is repeated, the first one counts. */
export function readCanaryFields(header: string): CanaryFields {
  const messageId = firstField(header, MESSAGE_ID_FIELD.toLowerCase());
  const token = firstField(header, TOKEN_FIELD.toLowerCase());
  return {
    messageId: present(messageId && withoutBrackets(messageId).slice(0, MAX_MESSAGE_ID_CHARACTERS)),
    token: present(token?.slice(0, MAX_TOKEN_CHARACTERS)),
  };
}

function present(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function firstField(header: string, name: string): string | undefined {
  let value: string | undefined;
  for (const line of lines(header)) {
    const isFolded = line.startsWith(" ") || line.startsWith("\t");
    if (value !== undefined) {
      if (!isFolded) break;
      // Unfolding takes the line break away and leaves the blank (RFC 5322 §2.2.3).
      value += line;
    } else if (!isFolded && fieldName(line) === name) {
      value = line.slice(line.indexOf(":") + 1);
    }
    if (line === "") break;
  }
  return value?.trim();
}

function fieldName(line: string): string | undefined {
  const colon = line.indexOf(":");
  // RFC 5322 §4.5.3 still lets blanks stand before the colon.
  return colon < 0 ? undefined : line.slice(0, colon).trimEnd().toLowerCase();
}

function* lines(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
    start = end + 1;
  }
}

function withoutBrackets(value: string): string {
  const open = value.indexOf("<");
  if (open < 0) return value;
  const close = value.indexOf(">", open);
  return value.slice(open + 1, close < 0 ? undefined : close).trim();
}
