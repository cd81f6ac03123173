/** Tags of one record that are read; none has as many. */
const MAX_TAGS = 64;

/**
 * Reads `tag=value; tag=value` (RFC 6376 §3.2), blanks around both taken off, in their order.
 * Answers what is wrong, in words, where it is no such list.
 */
export function parseTags(text: string): ReadonlyMap<string, string> | string {
  const parts = text.split(";");
  if (parts.at(-1)?.trim() === "") parts.pop();
  if (parts.length > MAX_TAGS) return `more than ${MAX_TAGS} tags`;
  const tags = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    if (!/^[a-z][a-z0-9_]*$/i.test(name)) return "not a list of tag=value; tag=value";
    if (tags.has(name)) return `the tag ${name} stands twice`;
    tags.set(name, part.slice(at + 1).trim());
  }
  return tags;
}
