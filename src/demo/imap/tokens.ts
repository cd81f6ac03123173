/** A word of an IMAP command: an atom as typed, or the content of a string. */
interface Word {
  readonly kind: "atom" | "string";
  readonly text: string;
}

export type Token = Word | readonly Token[];

const MAX_DEPTH = 20;

/**
 * Reads the arguments of a command (RFC 9051 §9). Literals have been put in place already, as
 * `{n}` CRLF and n octets. Undefined: not a command line.
 */
export function readTokens(line: string): readonly Token[] | undefined {
  const scanner = { line, at: 0 };
  const tokens = readList(scanner, 0);
  return tokens !== undefined && scanner.at >= line.length ? tokens : undefined;
}

/** The text of a word; undefined for a list or nothing. */
export function textOf(token: Token | undefined): string | undefined {
  return token !== undefined && "text" in token ? token.text : undefined;
}

/** The items of a list; a word alone is a list of one. */
export function itemsOf(token: Token | undefined): readonly Token[] {
  if (token === undefined) return [];
  return "text" in token ? [token] : token;
}

interface Scanner {
  readonly line: string;
  at: number;
}

function readList(scanner: Scanner, depth: number): readonly Token[] | undefined {
  const tokens: Token[] = [];
  while (scanner.at < scanner.line.length) {
    const char = scanner.line[scanner.at];
    if (char === ")") return tokens;
    if (char === " ") {
      scanner.at++;
      continue;
    }
    const token = char === "(" ? readNested(scanner, depth) : readWord(scanner);
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return depth === 0 ? tokens : undefined;
}

function readNested(scanner: Scanner, depth: number): readonly Token[] | undefined {
  if (depth >= MAX_DEPTH) return undefined;
  scanner.at++;
  const tokens = readList(scanner, depth + 1);
  scanner.at++;
  return tokens;
}

function readWord(scanner: Scanner): Word | undefined {
  const rest = scanner.line.slice(scanner.at);
  const quoted = /^"((?:[^"\\\r\n]|\\["\\])*)"/.exec(rest);
  if (quoted !== null) {
    scanner.at += quoted[0].length;
    return { kind: "string", text: (quoted[1] ?? "").replaceAll(/\\(["\\])/g, "$1") };
  }
  const literal = /^\{(\d{1,9})\+?\}\r\n/.exec(rest);
  if (literal !== null) {
    const start = literal[0].length;
    const length = Number(literal[1]);
    scanner.at += start + length;
    return { kind: "string", text: rest.slice(start, start + length) };
  }
  // A section in brackets belongs to the atom, blanks and parentheses included.
  const atom = /^(?:[^\s()"{[\]]|\[[^\]\r\n]*\])+/.exec(rest);
  if (atom === null) return undefined;
  scanner.at += atom[0].length;
  return { kind: "atom", text: atom[0] };
}
