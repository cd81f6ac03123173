/**
 * Whether a sequence set (RFC 9051 §9, sequence-set) holds a number; `*` is the largest in use.
 * Undefined where the text is not a sequence set.
 */
export function readSequence(text: string, largest: number): ((n: number) => boolean) | undefined {
  if (
    !/^(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?(?:,(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?)*$/.test(text)
  ) {
    return undefined;
  }
  const ranges = text.split(",").map((range) => {
    const ends = range.split(":").map((end) => (end === "*" ? largest : Number(end)));
    return { low: Math.min(...ends), high: Math.max(...ends) };
  });
  return (n) => ranges.some(({ low, high }) => low <= n && n <= high);
}
