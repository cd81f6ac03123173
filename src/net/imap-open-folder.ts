import type { MailboxObject } from "imapflow";
import { MailboxError, type FolderState } from "../domain/net.ts";
import type { Connection } from "./imap-connection.ts";

/** EXAMINE, or SELECT to delete. Throws MailboxError. */
export async function openFolder(
  connection: Connection,
  path: string,
  readOnly: boolean,
): Promise<FolderState> {
  const mailbox = await connection.run(async (client) => {
    try {
      return await client.mailboxOpen(path, { readOnly });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new MailboxError("no-folder", `There is no folder ${path} that can be opened.`);
    }
  });
  return toState(path, mailbox);
}

/** NO, rather than a lost connection: the folder is missing, or not for us. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "responseStatus" in error && error.responseStatus === "NO";
}

/** imapflow promises more than that, but not in a session that the server is about to end. */
function toState(path: string, mailbox: Partial<MailboxObject> | undefined): FolderState {
  if (mailbox === undefined) {
    throw new MailboxError("unreachable", "The server ended the session.");
  }
  const { uidValidity, uidNext, exists } = mailbox;
  if (uidValidity === undefined) {
    throw new MailboxError("protocol", `The server tells no UIDVALIDITY for ${path}.`);
  }
  return { uidValidity: String(uidValidity), uidNext: uidNext ?? 1, exists: exists ?? 0 };
}
