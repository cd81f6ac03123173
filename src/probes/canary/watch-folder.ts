import { once } from "node:events";
import { MINUTE, SECOND } from "../../domain/duration.ts";
import { MailboxError, type MailboxSession } from "../../domain/net.ts";
import { inboxFolder, spamFolder } from "../../mail/folders.ts";
import { inFlight } from "./life.ts";
import { enter, look } from "./look.ts";
import type { WatchParts } from "./watch-parts.ts";

const RECONNECT_MS = { first: 5 * SECOND, last: 5 * MINUTE } as const;

/** IDLE is renewed at least this often: some providers drop it after a few minutes. */
const MAX_QUIET_MS = 4 * MINUTE;

/**
 * After a hand-over the server is asked at 0.1, 0.2, 0.4 ... seconds, since servers batch what
 * they push (Dovecot by half a second) and most mail comes within moments; IDLE does the rest.
 */
const FIRST_POKE_MS = 100;
const LAST_POKE_MS = 25.6 * SECOND;

/** Watches INBOX or the spam folder of a seed for as long as a canary may turn up in it. */
export async function watchFolder(
  role: "inbox" | "spam",
  parts: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs: number = RECONNECT_MS.first;
  while (isAwaited(parts) && !signal.aborted) {
    try {
      await using session = await parts.net.mailboxes.open(parts.seed, signal);
      pauseMs = RECONNECT_MS.first;
      const path = pathOf(role, await session.folders(), parts);
      if (path === undefined) break;
      await attend(path, role, session, parts, signal);
    } catch (error) {
      if (!(error instanceof MailboxError) || signal.aborted) throw error;
      parts.log.warn(
        { seed: parts.seed.name, folder: role, reason: error.reason, err: error },
        "Seed mailbox could not be watched; trying again",
      );
      parts.onTrouble(parts.seed);
      await parts.net.clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, RECONNECT_MS.last);
    }
  }
  // Only a sweep can find a canary where the folder is not known; one look for it a flight is enough.
  while (isAwaited(parts) && !signal.aborted) await rung(parts.bell.next(), signal);
}

async function attend(
  path: string,
  role: "inbox" | "spam",
  session: MailboxSession,
  parts: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  const place = await enter(session, path, role);
  while (isAwaited(parts)) {
    const wake = parts.bell.next();
    await look(session, place, parts, signal);
    if (!isAwaited(parts)) break;
    const quietMs = untilNextPokeMs(parts);
    await session.news(quietMs, wake);
    await session.poke();
  }
}

function rung(bell: AbortSignal, signal: AbortSignal): Promise<unknown> {
  return once(AbortSignal.any([bell, signal]), "abort");
}

function pathOf(
  role: "inbox" | "spam",
  folders: Parameters<typeof inboxFolder>[0],
  { seed }: WatchParts,
): string | undefined {
  if (role === "inbox") return inboxFolder(folders, seed.folders.inbox);
  const found = spamFolder(folders, seed.folders.spam, seed.provider);
  return found.kind === "found" ? found.path : undefined;
}

function isAwaited({ book, seed }: WatchParts): boolean {
  return book.open(seed.name).some(({ phase }) => phase !== "planned");
}

/** Pure but for the ages: the next of the doubling steps that the youngest canary has not passed. */
function untilNextPokeMs({ book, seed }: WatchParts): number {
  const ages = book
    .open(seed.name)
    .filter(inFlight)
    .map((canary) => book.ageMs(canary));
  const youngestMs = Math.min(...ages, Number.POSITIVE_INFINITY);
  if (youngestMs > LAST_POKE_MS) return MAX_QUIET_MS;
  const passed = Math.max(0, Math.floor(Math.log2(Math.max(youngestMs, 1) / FIRST_POKE_MS)) + 1);
  return Math.max(FIRST_POKE_MS / 2, FIRST_POKE_MS * 2 ** passed - youngestMs);
}
