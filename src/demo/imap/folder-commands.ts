import type { Account, MailFolder } from "./account.ts";
import type { Command } from "./commands.ts";
import { encodeFolderName, fitsPattern, quote } from "./names.ts";
import type { Session } from "./session.ts";
import { itemsOf, textOf, type Token } from "./tokens.ts";

const DELIMITER = "/";
const KIB = 1024;

/** Commands about folders as wholes. */
export const FOLDER_COMMANDS: Readonly<Record<string, Command>> = {
  NAMESPACE: {
    needs: "account",
    run(session) {
      session.send(`* NAMESPACE (("" "${DELIMITER}")) NIL NIL`);
      return "OK";
    },
  },
  LIST: { needs: "account", run: (session, args) => list(session, "LIST", args) },
  LSUB: { needs: "account", run: (session, args) => list(session, "LSUB", args) },
  STATUS: { needs: "account", run: status },
  SELECT: { needs: "account", run: (session, [name]) => open(session, textOf(name), false) },
  EXAMINE: { needs: "account", run: (session, [name]) => open(session, textOf(name), true) },
  GETQUOTAROOT: { needs: "account", run: quotaRoot },
};

function list(session: Session, verb: "LIST" | "LSUB", args: readonly Token[]): string {
  // A selection such as (SPECIAL-USE) may stand in front (RFC 5258 §3); this server ignores it.
  const words = args.filter((arg) => "text" in arg).map(({ text }) => text);
  const [reference = "", pattern = ""] = words;
  if (pattern === "") {
    session.send(`* ${verb} (\\Noselect) "${DELIMITER}" ""`);
    return "OK";
  }
  const announcesUse = session.rules.capabilities.includes("SPECIAL-USE");
  const subscribed = JSON.stringify(args).includes('"SUBSCRIBED"') ? [String.raw`\Subscribed`] : [];
  for (const { path, specialUse } of session.account?.folders ?? []) {
    const name = encodeFolderName(path);
    const inbox = path === "INBOX" && pattern.toUpperCase() === "INBOX";
    if (!inbox && !fitsPattern(reference + pattern, name, DELIMITER)) continue;
    const use = announcesUse && specialUse !== undefined ? [specialUse] : [];
    const attributes = [String.raw`\HasNoChildren`, ...use, ...subscribed].join(" ");
    session.send(`* ${verb} (${attributes}) "${DELIMITER}" ${quote(name)}`);
  }
  return "OK";
}

function status(session: Session, [name, items]: readonly Token[]): string {
  const folder = find(session.account, textOf(name));
  if (folder === undefined) return "NO [NONEXISTENT] no such folder";
  const answers: Readonly<Record<string, number>> = {
    MESSAGES: folder.mails.length,
    RECENT: 0,
    UIDNEXT: folder.uidNext,
    UIDVALIDITY: folder.uidValidity,
    UNSEEN: folder.mails.filter(({ flags }) => !flags.has(String.raw`\Seen`)).length,
  };
  const told = itemsOf(items).flatMap((item) => {
    const key = textOf(item)?.toUpperCase() ?? "";
    const value = answers[key];
    return value === undefined ? [] : [`${key} ${value}`];
  });
  session.send(`* STATUS ${quote(encodeFolderName(folder.path))} (${told.join(" ")})`);
  return "OK";
}

function open(session: Session, name: string | undefined, readOnly: boolean): string {
  session.selected = undefined;
  const folder = find(session.account, name);
  if (folder === undefined) return "NO [NONEXISTENT] no such folder";
  session.selected = { folder, readOnly, view: folder.mails.map(({ uid }) => uid) };
  session.send(String.raw`* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)`);
  session.send(`* OK [PERMANENTFLAGS (${readOnly ? "" : String.raw`\Deleted \Seen`})] flags kept`);
  session.send(`* ${folder.mails.length} EXISTS`);
  session.send("* 0 RECENT");
  session.send(`* OK [UIDVALIDITY ${folder.uidValidity}] UIDs valid`);
  session.send(`* OK [UIDNEXT ${folder.uidNext}] next UID`);
  return readOnly ? "OK [READ-ONLY] open" : "OK [READ-WRITE] open";
}

/** RFC 9208 §4.1.3; STORAGE counts units of 1024 octets. */
function quotaRoot(session: Session, [name]: readonly Token[]): string {
  const { account } = session;
  if (account?.quotaBytes === undefined) return "NO no quota here";
  const path = find(account, textOf(name))?.path ?? "INBOX";
  const used = Math.ceil(account.usedBytes() / KIB);
  session.send(`* QUOTAROOT ${quote(encodeFolderName(path))} "user"`);
  session.send(`* QUOTA "user" (STORAGE ${used} ${Math.floor(account.quotaBytes / KIB)})`);
  return "OK";
}

function find(account: Account | undefined, name: string | undefined): MailFolder | undefined {
  const wanted = name?.toUpperCase() === "INBOX" ? "INBOX" : name;
  return account?.folders.find(({ path }) => encodeFolderName(path) === wanted);
}
