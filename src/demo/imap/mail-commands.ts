import type { StoredMail } from "./account.ts";
import type { Command } from "./commands.ts";
import { compileFetch } from "./fetch.ts";
import { compileSearch } from "./search.ts";
import { readSequence } from "./sequence.ts";
import type { Session } from "./session.ts";
import { itemsOf, textOf, type Token } from "./tokens.ts";
import { knownMails, syncView } from "./view.ts";

const DELETED = String.raw`\Deleted`;
const SEEN = String.raw`\Seen`;

/** Commands about the messages of the open folder. */
export const MAIL_COMMANDS: Readonly<Record<string, Command>> = {
  NOOP: { needs: "nothing", run: sync },
  CHECK: { needs: "folder", run: sync },
  IDLE: { needs: "account", run: idle },
  SEARCH: { needs: "folder", run: (session, args) => search(session, args, false) },
  "UID SEARCH": { needs: "folder", run: (session, args) => search(session, args, true) },
  FETCH: { needs: "folder", run: (session, args) => fetch(session, args, false) },
  "UID FETCH": { needs: "folder", run: (session, args) => fetch(session, args, true) },
  STORE: { needs: "folder", run: (session, args) => store(session, args, false) },
  "UID STORE": { needs: "folder", run: (session, args) => store(session, args, true) },
  EXPUNGE: { needs: "folder", run: (session) => expunge(session, "1:*") },
  "UID EXPUNGE": { needs: "folder", run: (session, [set]) => expunge(session, textOf(set)) },
  CLOSE: {
    needs: "folder",
    run(session) {
      if (session.selected?.readOnly === false) expunge(session, "1:*");
      session.selected = undefined;
      return "OK";
    },
  },
  UNSELECT: {
    needs: "folder",
    run(session) {
      session.selected = undefined;
      return "OK";
    },
  },
};

function sync(session: Session): string {
  syncView(session);
  return "OK";
}

/** RFC 2177: news are told as they happen, until the client says DONE. */
async function idle(session: Session): Promise<string> {
  const unsubscribe = session.account?.subscribe(() => syncView(session));
  const done = session.prompt("idling");
  syncView(session);
  const word = await done;
  unsubscribe?.();
  return word?.toUpperCase() === "DONE" ? "OK" : "BAD expected DONE";
}

function search(session: Session, args: readonly Token[], byUid: boolean): string {
  // Numbers of messages may change in the answer to a command with UIDs only (RFC 9051 §7.5.1).
  if (byUid) syncView(session);
  const keys = textOf(args[0])?.toUpperCase() === "CHARSET" ? args.slice(2) : args;
  const matches = keys.length === 0 ? undefined : compileSearch(keys, largestOf(session));
  if (matches === undefined) return "BAD unknown search key";
  const hits = knownMails(session)
    .filter(({ mail, sequenceNumber }) => matches(mail, sequenceNumber))
    .map(({ mail, sequenceNumber }) => (byUid ? mail.uid : sequenceNumber));
  session.send(["* SEARCH", ...hits].join(" "));
  return "OK";
}

function fetch(session: Session, [set, wanted]: readonly Token[], byUid: boolean): string {
  if (byUid) syncView(session);
  const mails = chosen(session, textOf(set), byUid);
  const items = compileFetch(itemsOf(wanted), byUid);
  if (mails === undefined || items === undefined) return "BAD unknown fetch item";
  const marks = session.selected?.readOnly === false && items.some(({ reads }) => reads);
  for (const { mail, sequenceNumber } of mails) {
    if (marks) mail.flags.add(SEEN);
    const parts = items.map((item) => item.write(mail));
    session.send(`* ${sequenceNumber} FETCH (${parts.join(" ")})`);
  }
  return "OK";
}

function store(session: Session, [set, verb, flags]: readonly Token[], byUid: boolean): string {
  const [, sign, silent] = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(textOf(verb) ?? "") ?? [];
  const mails = chosen(session, textOf(set), byUid);
  if (mails === undefined || sign === undefined) return "BAD malformed STORE";
  if (session.selected?.readOnly !== false) return "NO [READ-ONLY] opened with EXAMINE";
  const names = itemsOf(flags).flatMap((flag) => textOf(flag) ?? []);
  for (const { mail, sequenceNumber } of mails) {
    changeFlags(mail, sign, names);
    if (silent !== undefined) continue;
    const uid = byUid ? `UID ${mail.uid} ` : "";
    session.send(`* ${sequenceNumber} FETCH (${uid}FLAGS (${[...mail.flags].join(" ")}))`);
  }
  return "OK";
}

function changeFlags(mail: StoredMail, sign: string, names: readonly string[]): void {
  if (sign === "") mail.flags.clear();
  for (const name of names) {
    if (sign === "-") mail.flags.delete(name);
    else mail.flags.add(name);
  }
}

/** Without UIDPLUS (RFC 4315) the set is everything. */
function expunge(session: Session, set: string | undefined): string {
  const { account, selected } = session;
  const mails = chosen(session, set, true);
  if (mails === undefined || account === undefined) return "BAD malformed UID EXPUNGE";
  if (selected?.readOnly !== false) return "NO [READ-ONLY] opened with EXAMINE";
  const doomed = mails.filter(({ mail }) => mail.flags.has(DELETED)).map(({ mail }) => mail.uid);
  account.expunge(selected.folder, new Set(doomed));
  syncView(session);
  return "OK";
}

function chosen(
  session: Session,
  set: string | undefined,
  byUid: boolean,
): ReturnType<typeof knownMails> | undefined {
  const largest = largestOf(session);
  const holds = readSequence(set ?? "", byUid ? largest.uid : largest.sequence);
  return (
    holds &&
    knownMails(session).filter(({ mail, sequenceNumber }) =>
      holds(byUid ? mail.uid : sequenceNumber),
    )
  );
}

function largestOf(session: Session): { readonly uid: number; readonly sequence: number } {
  const view = session.selected?.view ?? [];
  return { uid: view.at(-1) ?? 0, sequence: view.length };
}
