/** Longer text is given back as it is. */
const MAX_DECODED_BYTES = 64 * 1024;
/** Makes words of 56 characters: 75 are allowed (RFC 2047 §2), but a field's name stands before the first. */
const BYTES_PER_WORD = 33;

const ENCODED_WORD = /=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bq])\?([^?\s]{0,2000})\?=/gi;

/** Decodes the encoded words of RFC 2047 in a header value; what cannot be decoded stays as it is. */
export function decodeWords(text: string): string {
  if (text.length > MAX_DECODED_BYTES || !text.includes("=?")) return text;
  let decoded = "";
  let end = 0;
  let afterWord = false;
  for (const match of text.matchAll(ENCODED_WORD)) {
    const between = text.slice(end, match.index);
    const word = decodeWord(match[1] ?? "", match[2] ?? "", match[3] ?? "");
    // Blanks between two encoded words are not part of the text (RFC 2047 §6.2).
    const isSeam = afterWord && word !== undefined && between.trim() === "";
    decoded += (isSeam ? "" : between) + (word ?? match[0]);
    afterWord = word !== undefined;
    end = match.index + match[0].length;
  }
  return decoded + text.slice(end);
}

/** Text as encoded words of UTF-8 in base64, separated by blanks at which a line may be folded. */
export function encodeWords(text: string): string {
  const words: string[] = [];
  let chunk = "";
  for (const character of text) {
    if (Buffer.byteLength(chunk + character) > BYTES_PER_WORD) {
      words.push(chunk);
      chunk = "";
    }
    chunk += character;
  }
  if (chunk !== "") words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}

function decodeWord(charset: string, encoding: string, payload: string): string | undefined {
  const bytes =
    encoding.toLowerCase() === "b" ? Buffer.from(payload, "base64") : quotedBytes(payload);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // A character set nobody knows.
    throw error;
  }
}

/** The "Q" encoding (RFC 2047 §4.2). */
function quotedBytes(payload: string): Uint8Array {
  const text = payload
    .replaceAll("_", " ")
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(text, "latin1");
}
