import type { Placement } from "../../domain/canary.ts";
import { DAY } from "../../domain/duration.ts";
import type { FolderState, MailboxSession } from "../../domain/net.ts";
import { recognise } from "./recognise.ts";
import { sight } from "./sighting.ts";
import type { WatchParts } from "./watch-parts.ts";

/** So many of the newest messages are looked through at once; a flooded mailbox costs no more. */
const MAX_GLIMPSES = 500;

/** An EXAMINEd folder and how far it has been looked through. */
export interface Place {
  readonly path: string;
  readonly placement: Placement;
  readonly state: FolderState;
  /** Messages up to this UID have been looked at; undefined before the first look. */
  lastUid: number | undefined;
}

export async function enter(
  session: MailboxSession,
  path: string,
  placement: Placement,
): Promise<Place> {
  const state = await session.examine(path);
  return { path, placement, state, lastUid: undefined };
}

/** Looks through what is new in the place and writes down every canary that it finds. */
export async function look(
  session: MailboxSession,
  place: Place,
  { seed, net, book, log }: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  const { lastUid } = place;
  const awaited = book.awaited(seed.name);
  const glimpses = await session.glance({
    afterUid: lastUid ?? 0,
    since:
      lastUid === undefined
        ? Math.min(...awaited.map(({ plannedAt }) => plannedAt)) - DAY
        : undefined,
    limit: MAX_GLIMPSES,
  });
  if (glimpses.length === MAX_GLIMPSES) {
    log.warn(
      { seed: seed.name, folder: place.path, looked: MAX_GLIMPSES },
      "Very many new messages in the seed; only the newest were looked at. Is it used for other mail?",
    );
  }
  for (const glimpse of glimpses) {
    const canary = recognise(glimpse, awaited);
    if (canary === undefined) continue;
    const where = { folder: place.path, placement: place.placement, seed };
    const arrival = await sight(session, glimpse, where, net, signal);
    if (arrival === undefined) continue;
    await book.apply(canary.id, { type: "seen", at: arrival.seenAt, arrival });
  }
  place.lastUid = Math.max(
    lastUid ?? 0,
    place.state.uidNext - 1,
    ...glimpses.map(({ uid }) => uid),
  );
}
