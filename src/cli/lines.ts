/** A line of text, or undefined where it was longer than allowed. */
export type Line = string | undefined;

const NEWLINE = 10;

/**
 * Splits a byte stream into lines, those of one chunk together. Remembers at most `maxLineBytes`:
 * a longer line is passed over up to its end and yields undefined. The last line needs no newline.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<readonly Line[]> {
  // The beginning of a line whose end has not come yet; undefined once it is too long.
  let begun: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(joined(begun, chunk, start, end, maxLineBytes)?.toString());
      begun = Buffer.alloc(0);
      start = end + 1;
    }
    begun = joined(begun, chunk, start, chunk.length, maxLineBytes);
    yield lines;
  }
  if (begun?.length !== 0) yield [begun?.toString()];
}

function joined(
  begun: Buffer | undefined,
  chunk: Buffer,
  start: number,
  end: number,
  maxLineBytes: number,
): Buffer | undefined {
  if (begun === undefined || begun.length + end - start > maxLineBytes) return undefined;
  const piece = chunk.subarray(start, end);
  return begun.length === 0 ? piece : Buffer.concat([begun, piece]);
}
