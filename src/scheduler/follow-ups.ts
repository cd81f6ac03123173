import { MINUTE, SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";
import type { CanaryNews } from "../domain/seen.ts";

/** Canaries go to several seeds at once, and what one shows, the others mostly show as well. */
const SETTLING_MS = SECOND;
/** Whatever canaries show, a check does not follow them more often than this. */
const PAUSE_MS = 5 * MINUTE;

interface Follower {
  readonly id: string;
  readonly follows: readonly CanaryNews[];
}

interface Parts {
  readonly clock: Clock;
  readonly runNow: (id: string) => void;
}

/** Has checks look again when canaries show something new that they look at. */
export function createFollowUps(
  checks: readonly Follower[],
  { clock, runNow }: Parts,
  signal: AbortSignal,
): (news: readonly CanaryNews[]) => void {
  const waiting = new Set<string>();
  const ranAt = new Map<string, number>();

  async function followUp(id: string): Promise<void> {
    if (waiting.has(id)) return;
    waiting.add(id);
    const earliest = (ranAt.get(id) ?? -Infinity) + PAUSE_MS;
    try {
      await clock.sleep(Math.max(SETTLING_MS, earliest - clock.monotonic()), signal);
    } catch {
      return; // Aborted: the daemon is going down.
    }
    waiting.delete(id);
    ranAt.set(id, clock.monotonic());
    runNow(id);
  }

  return (news) => {
    for (const { id, follows } of checks) {
      if (news.some((each) => follows.includes(each))) void followUp(id);
    }
  };
}
