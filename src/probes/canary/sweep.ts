import type { Placement } from "../../domain/canary.ts";
import { type Folder, MailboxError } from "../../domain/net.ts";
import { inboxFolder, isVirtual, spamFolder } from "../../mail/folders.ts";
import { enter, look } from "./look.ts";
import type { WatchParts } from "./watch-parts.ts";

/** Folders searched in one sweep; a seed needs a handful. */
const MAX_FOLDERS = 100;

/**
 * Looks for the awaited canaries in every folder of the seed. A canary that shows in several
 * folders counts once, by this order: INBOX (with its tabs), spam folder, any other, and last the
 * folders that only mirror others (RFC 6154 \All, \Flagged, \Important).
 * Answers whether the look was complete; only then may an absence be believed.
 */
export async function sweep(parts: WatchParts, signal: AbortSignal): Promise<boolean> {
  try {
    await using session = await parts.net.mailboxes.open(parts.seed, signal);
    const places = inOrder(await session.folders(), parts);
    for (const { path, placement } of places.slice(0, MAX_FOLDERS)) {
      if (parts.book.awaited(parts.seed.name).length === 0) break;
      try {
        const place = await enter(session, path, placement);
        await look(session, place, parts, signal);
      } catch (error) {
        // A folder that cannot be opened hides nothing that a reader of the mailbox could see.
        if (!(error instanceof MailboxError) || error.reason !== "no-folder") throw error;
        if (placement !== "other") return false;
      }
    }
    return true;
  } catch (error) {
    if (!(error instanceof MailboxError) || signal.aborted) throw error;
    parts.log.warn(
      { seed: parts.seed.name, reason: error.reason, err: error },
      "Seed mailbox could not be searched",
    );
    parts.onTrouble(parts.seed);
    return false;
  }
}

function inOrder(
  folders: readonly Folder[],
  { seed }: WatchParts,
): { path: string; placement: Placement }[] {
  const inbox = inboxFolder(folders, seed.folders.inbox);
  const spam = spamFolder(folders, seed.folders.spam, seed.provider);
  const spamPath = spam.kind === "found" ? spam.path : undefined;
  const rank = (folder: Folder): number => {
    if (folder.path === inbox) return 0;
    if (folder.path === spamPath) return 1;
    return isVirtual(folder) ? 3 : 2;
  };
  const placements = ["inbox", "spam", "other", "other"] as const;
  return folders
    .toSorted((a, b) => rank(a) - rank(b))
    .map((folder) => ({ path: folder.path, placement: placements[rank(folder)] ?? "other" }));
}
