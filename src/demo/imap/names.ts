/** Modified UTF-7 of a folder name (RFC 3501 §5.1.3). */
export function encodeFolderName(path: string): string {
  return path.replaceAll(/[^\u0020-\u007e]+|&/g, (run) => {
    if (run === "&") return "&-";
    const utf16 = Buffer.from(run, "utf16le").swap16();
    return `&${utf16.toString("base64").replaceAll("=", "").replaceAll("/", ",")}-`;
  });
}

/** A quoted string (RFC 9051 §9). */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Whether a LIST pattern fits a name (RFC 9051 §6.3.9); of the wildcards, one a pattern. */
export function fitsPattern(pattern: string, name: string, delimiter: string): boolean {
  const wildcard = /[*%]/.exec(pattern);
  if (wildcard === null) return name === pattern;
  const head = pattern.slice(0, wildcard.index);
  const tail = pattern.slice(wildcard.index + 1);
  if (!name.startsWith(head) || !name.slice(head.length).endsWith(tail)) return false;
  const middle = name.slice(head.length, name.length - tail.length);
  return wildcard[0] === "*" || !middle.includes(delimiter);
}
