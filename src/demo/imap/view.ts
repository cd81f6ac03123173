import type { StoredMail } from "./account.ts";
import type { Session } from "./session.ts";

/** Tells the client what has come to and gone from the open folder (RFC 9051 §7.4.1, §7.5.1). */
export function syncView(session: Session): void {
  const { selected } = session;
  if (selected === undefined) return;
  const present = new Set(selected.folder.mails.map(({ uid }) => uid));
  let view = selected.view;
  for (const uid of view.filter((uid) => !present.has(uid))) {
    session.send(`* ${view.indexOf(uid) + 1} EXPUNGE`);
    view = view.filter((other) => other !== uid);
  }
  if (present.size > view.length) session.send(`* ${present.size} EXISTS`);
  selected.view = [...present];
}

/** The messages that the client knows of, with their sequence numbers. */
export function knownMails(
  session: Session,
): readonly { readonly mail: StoredMail; readonly sequenceNumber: number }[] {
  const { selected } = session;
  if (selected === undefined) return [];
  const byUid = new Map(selected.folder.mails.map((mail) => [mail.uid, mail]));
  return selected.view.flatMap((uid, index) => {
    const mail = byUid.get(uid);
    return mail === undefined ? [] : [{ mail, sequenceNumber: index + 1 }];
  });
}
