/** A message cut at the blank line: the header block with it, and the body. */
export function splitMessage(raw: string): { readonly header: string; readonly body: string } {
  const end = raw.indexOf("\r\n\r\n");
  if (end < 0) return { header: raw, body: "" };
  return { header: raw.slice(0, end + 4), body: raw.slice(end + 4) };
}

/** The header fields as written, each with its folded lines and its line end. */
function fieldsOf(raw: string): readonly string[] {
  return splitMessage(raw)
    .header.split(/\r\n(?![ \t])/)
    .filter((field) => field !== "")
    .map((field) => `${field}\r\n`);
}

/** The unfolded value of the first field of that name. */
export function headerValue(raw: string, name: string): string | undefined {
  const field = fieldsOf(raw).find((candidate) => isNamed(candidate, name));
  return field
    ?.slice(name.length + 1)
    .replaceAll("\r\n", "")
    .trim();
}

/** The fields of those names, in the message's order, and a blank line (RFC 9051 §6.4.5.1). */
export function selectFields(raw: string, names: readonly string[]): string {
  const chosen = fieldsOf(raw).filter((field) => names.some((name) => isNamed(field, name)));
  return `${chosen.join("")}\r\n`;
}

function isNamed(field: string, name: string): boolean {
  return field.slice(0, name.length + 1).toLowerCase() === `${name.toLowerCase()}:`;
}
