import type { Canary } from "../../domain/canary.ts";
import { DAY } from "../../domain/duration.ts";
import type { Log } from "../../domain/log.ts";
import { MailboxError, type Net } from "../../domain/net.ts";
import type { Seed } from "../../domain/seed.ts";
import type { Store } from "../../domain/store.ts";
import { enter } from "./look.ts";
import { recognise } from "./recognise.ts";

/** A canary is tried for deletion on so many days after it came of age; then it stays. */
const TRIES_DAYS = 3;

const MAX_GLIMPSES = 2000;

/**
 * Deletes our own canaries, and only those, once they are older than the operator's retention:
 * Message-ID and token must both match one that we saw in that very folder.
 */
export async function deleteOldCanaries(
  seed: Seed,
  { net, store, log }: { net: Pick<Net, "clock" | "mailboxes">; store: Store; log: Log },
  signal: AbortSignal,
): Promise<void> {
  if (seed.deleteCanariesAfterMs === undefined) return;
  const to = net.clock.now() - seed.deleteCanariesAfterMs;
  const old = store.arrivedCanaries(seed.name, to - TRIES_DAYS * DAY, to);
  if (old.length === 0) return;
  try {
    await using session = await net.mailboxes.open(seed, signal);
    for (const [folder, canaries] of Map.groupBy(old, ({ arrival }) => arrival?.folder ?? "")) {
      const deleted = await deleteFrom(session, folder, canaries);
      if (deleted > 0) log.info({ seed: seed.name, folder, deleted }, "Old canaries deleted");
    }
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
    log.warn(
      { seed: seed.name, reason: error.reason, err: error },
      "Old canaries could not be deleted",
    );
  }
}

async function deleteFrom(
  session: Awaited<ReturnType<Net["mailboxes"]["open"]>>,
  folder: string,
  canaries: readonly Canary[],
): Promise<number> {
  const { state } = await enter(session, folder, "other");
  const since = Math.min(...canaries.map(({ plannedAt }) => plannedAt)) - DAY;
  const glimpses = await session.glance({ afterUid: 0, since, limit: MAX_GLIMPSES });
  const uids = glimpses
    .filter((one) => recognise(one, canaries) !== undefined)
    .map(({ uid }) => uid);
  if (uids.length > 0) await session.remove(folder, state, uids);
  return uids.length;
}
