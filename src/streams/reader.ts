/** Computes a reading once for each state that was written, however often it is scraped. */
export function readOncePerState<Reading>(
  state: (key: string) => string | undefined,
  read: (text: string, key: string) => Reading,
): (key: string) => Reading | undefined {
  const readings = new Map<string, { readonly text: string; readonly reading: Reading }>();
  return (key) => {
    const text = state(key);
    if (text === undefined) return undefined;
    const known = readings.get(key);
    if (known?.text === text) return known.reading;
    const reading = read(text, key);
    readings.set(key, { text, reading });
    return reading;
  };
}
