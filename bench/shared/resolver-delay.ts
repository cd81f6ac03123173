/** As of a recursive resolver that has nothing cached: half of the answers within this. */
const MEDIAN_MS = 80;
/** Of the logarithm: one answer in twenty takes five times as long, one in a hundred ten times. */
const SPREAD = 1;
const LONGEST_MS = 1500;

/** How long the answer for a name takes, milliseconds: log-normal, and always the same for a name. */
export function delayOf(name: string): number {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  const first = (hash + 1) / 4_294_967_297;
  const second = (Math.imul(hash, 2_654_435_761) >>> 0) / 4_294_967_296;
  const normal = Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
  return Math.min(LONGEST_MS, Math.round(MEDIAN_MS * Math.exp(SPREAD * normal)));
}
