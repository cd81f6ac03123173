import { MailboxError, type FolderState } from "../domain/net.ts";
import type { Connection } from "./imap-connection.ts";
import { isUid } from "./imap-glance.ts";
import { openFolder } from "./imap-open-folder.ts";

/** Keeps a command line short. */
const UIDS_PER_COMMAND = 200;

/** Deletes messages, unless the folder was rebuilt since `state`. Throws MailboxError. */
export async function removeMessages(
  connection: Connection,
  path: string,
  state: FolderState,
  uids: readonly number[],
): Promise<void> {
  const { client } = connection;
  const wanted = uids.filter(isUid);
  if (wanted.length === 0) return;
  // RFC 4315: without it, EXPUNGE deletes what others have marked, too.
  if (!client.capabilities.has("UIDPLUS")) {
    throw new MailboxError(
      "protocol",
      "The server cannot delete single messages (no UIDPLUS): switch off the seed's retention.",
    );
  }
  const before = client.mailbox === false ? path : client.mailbox.path;
  try {
    const { uidValidity } = await openFolder(connection, path, false);
    if (uidValidity === state.uidValidity) await expunge(connection, path, wanted);
  } finally {
    // Never CLOSE: it deletes all that is marked (RFC 9051 §6.4.1). EXAMINE does not.
    if (connection.failure() === undefined) await openFolder(connection, before, true);
  }
}

async function expunge(
  { client, run }: Connection,
  path: string,
  uids: readonly number[],
): Promise<void> {
  for (let at = 0; at < uids.length; at += UIDS_PER_COMMAND) {
    const range = uids.slice(at, at + UIDS_PER_COMMAND).join(",");
    if (!(await run(() => client.messageDelete(range, { uid: true })))) {
      throw new MailboxError("protocol", `The server refuses to delete messages from ${path}.`);
    }
  }
}
