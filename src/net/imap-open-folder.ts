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

/** imapflow promises the three numbers, but takes them from the server, which may not send them. */
function toState(path: string, { uidValidity, uidNext, exists }: Partial<MailboxObject>) {
  if (uidValidity === undefined) {
    throw new MailboxError("protocol", `The server tells no UIDVALIDITY for ${path}.`);
  }
  return { uidValidity: String(uidValidity), uidNext: uidNext ?? 1, exists: exists ?? 0 };
}
