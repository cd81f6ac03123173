/**
 * Reads structured field values (RFC 5322 §3.2) from left to right. Every function takes a position
 * and answers the next one, so a value is read once however it is built.
 */

/** The position behind blanks and comments (CFWS, RFC 5322 §3.2.2); an open comment ends with the text. */
export function skipCfws(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (isBlank(text[at])) at++;
    if (text[at] !== "(") return at;
    at = skipComment(text, at);
  }
}

/** The position behind the comment that opens at `from`; comments nest. */
export function skipComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at + 1;
  }
  return text.length;
}

/** A run of ordinary characters and quoted strings, unquoted. `stops` end it besides blank, `;` and `(`. */
export function readWord(text: string, from: number, stops: string): { word: string; end: number } {
  const parts: string[] = [];
  let at = from;
  let start = at;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (character === '"') {
      parts.push(text.slice(start, at));
      const quoted = readQuoted(text, at);
      parts.push(quoted.word);
      at = start = quoted.end;
    } else if (isBlank(character) || ";(".includes(character) || stops.includes(character)) {
      break;
    } else {
      at++;
    }
  }
  parts.push(text.slice(start, at));
  return { word: parts.join(""), end: at };
}

function readQuoted(text: string, from: number): { word: string; end: number } {
  const parts: string[] = [];
  let start = from + 1;
  let at = start;
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at] !== "\\") continue;
    parts.push(text.slice(start, at));
    start = ++at; // The next character stands for itself (RFC 5322 §3.2.1).
  }
  parts.push(text.slice(start, at));
  return { word: parts.join(""), end: Math.min(at + 1, text.length) };
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}
