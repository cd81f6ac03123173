/** RFC 1035 §3.3: what one character string can hold. */
const MAX_STRING_BYTES = 255;
/** Of a stranger's record, as shown to people. */
const MAX_SHOWN = 400;
/** Of a finding's detail and of a journalled record; the longest useful record has half of it. */
const MAX_KEPT = 4096;

/** A TXT record as a line of a zone file, long text cut into strings: `example.org. IN TXT "v=spf1 -all"`. */
export function txtLine(name: string, text: string): string {
  const strings: string[] = [];
  for (let at = 0; at < text.length || at === 0; at += MAX_STRING_BYTES) {
    strings.push(`"${escaped(text.slice(at, at + MAX_STRING_BYTES))}"`);
  }
  return `${name}. IN TXT ${strings.join(" ")}`;
}

/** What somebody published, in quotes, on one line and of bearable length. */
export function quoted(text: string): string {
  return text.length <= MAX_SHOWN
    ? `"${escaped(text)}"`
    : `"${escaped(text.slice(0, MAX_SHOWN))}..." (${text.length} characters)`;
}

/** Text with records of any length and content in it: in print, and cut to what is worth keeping. */
export function bounded(text: string): string {
  const kept = printed(text.slice(0, MAX_KEPT));
  return text.length <= MAX_KEPT ? kept : `${kept}... (${text.length} characters)`;
}

function escaped(text: string): string {
  return printed(text.replace(/["\\]/g, (character) => `\\${character}`));
}

/** RFC 1035 §5.1: what is no printable ASCII as its decimal value. */
function printed(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\${String(character.charCodeAt(0) & 255).padStart(3, "0")}`,
  );
}
