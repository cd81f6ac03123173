/** A line of text, or undefined where it was longer than allowed. */
export type Line = string | undefined;

/**
 * Splits UTF-8 into lines, those of one chunk together. Remembers at most `maxLength` characters:
 * a longer line is passed over up to its end and yields undefined. The last line needs no newline.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  maxLength: number,
): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder();
  // The beginning of the line whose end has not come yet; undefined once it is too long.
  let begun: Line = "";
  const split = (text: string): Line[] => {
    const [first = "", ...others] = text.split("\n");
    const lines = [begun === undefined ? undefined : begun + first, ...others].map((line) =>
      line === undefined || line.length > maxLength ? undefined : line,
    );
    begun = lines.pop();
    return lines;
  };
  for await (const chunk of chunks) yield split(decoder.decode(chunk, { stream: true }));
  const lines = split(decoder.decode());
  yield begun === "" ? lines : [...lines, begun];
}
