import type { Deadlines } from "../../domain/config.ts";

/** Searches between *late* and *lost*, and again as many while the seed could not be read. */
const STEPS = 12;

/**
 * The ages at which every folder is searched for a canary that INBOX and spam folder did not
 * show: at a quarter of the late deadline (a filter of the seed's may file it elsewhere), at the
 * late deadline, then in even steps to the lost deadline, and on to twice that, where one gives up.
 */
export function searchAges({ lateMs, lostMs }: Deadlines): readonly number[] {
  const between = Array.from(
    { length: STEPS - 1 },
    (_, n) => lateMs + ((lostMs - lateMs) * (n + 1)) / STEPS,
  );
  const beyond = Array.from({ length: STEPS + 1 }, (_, n) => lostMs + (lostMs * n) / STEPS);
  return [lateMs / 4, lateMs, ...between, ...beyond];
}

/** After this age a canary whose seed could not be read is *unknown* for good. */
export function giveUpAge({ lostMs }: Deadlines): number {
  return 2 * lostMs;
}
