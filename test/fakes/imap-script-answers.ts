import type { ImapCommand, ImapScript, ScriptSession } from "./imap-script.ts";

/** One message of a scripted mailbox. */
export interface FakeMail {
  /** As the server tells it: may be silly. */
  readonly uid: number | string;
  readonly raw: string;
  readonly storedAt?: string;
  readonly sizeBytes?: number;
}

const CAPABILITIES = "IMAP4rev1 AUTH=PLAIN SASL-IR ID IDLE NAMESPACE UIDPLUS QUOTA SPECIAL-USE";
const STORED_AT = "22-Nov-2026 12:00:00 +0000";

/** What a plain server answers. */
export function answerByTheBook(
  { tag, name, rest }: ImapCommand,
  script: ImapScript,
  session: ScriptSession,
): string {
  const mails = script.mails ?? [];
  const done = `${tag} OK done\r\n`;
  switch (name) {
    case "CAPABILITY":
      return `* CAPABILITY ${script.capabilities ?? CAPABILITIES}\r\n${done}`;
    case "ID":
      return `* ID ("name" "script")\r\n${done}`;
    case "AUTHENTICATE":
      session.pendingTag = tag;
      return rest.includes(" ") ? done : "+ \r\n";
    case "NAMESPACE":
      return `* NAMESPACE (("" "/")) NIL NIL\r\n${done}`;
    case "LIST":
      return `* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Junk) "/" "Spam"\r\n${done}`;
    case "EXAMINE":
    case "SELECT":
      return open(mails, done);
    case "UID SEARCH":
      return `* SEARCH ${mails.map(({ uid }) => uid).join(" ")}\r\n${done}`;
    case "UID FETCH":
    case "FETCH":
      return fetch(mails, name, rest) + done;
    case "GETQUOTAROOT":
      return `* QUOTAROOT INBOX ""\r\n* QUOTA "" (STORAGE 10 512)\r\n${done}`;
    case "IDLE":
      session.pendingTag = tag;
      return "+ idling\r\n";
    case "LOGOUT":
      session.send(`* BYE bye\r\n${done}`);
      session.hangUp();
      return "";
    default:
      return tag === "" ? `${session.pendingTag} OK done\r\n` : done;
  }
}

function open(mails: readonly FakeMail[], done: string): string {
  const uidNext = 1 + Math.max(0, ...mails.map(({ uid }) => Number(uid)));
  return (
    `* ${mails.length} EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\n* OK [UIDNEXT ${uidNext}] ok\r\n` +
    done.replace("OK", "OK [READ-ONLY]")
  );
}

function fetch(mails: readonly FakeMail[], name: string, rest: string): string {
  const [set = "", ...items] = rest.split(" ");
  const wanted = mails
    .map((mail, index) => ({ mail, seq: index + 1 }))
    .filter(({ mail, seq }) =>
      contains(set, name === "FETCH" ? seq : mail.uid, name === "FETCH" ? mails.length : undefined),
    );
  return wanted.map(({ mail, seq }) => row(mail, seq, items.join(" "))).join("");
}

/** A silly UID is told whatever was asked for. */
function contains(set: string, id: number | string, last?: number): boolean {
  if (typeof id === "string") return true;
  return set.split(",").some((part) => {
    const [from = "", to = from] = part.split(":");
    const end = to === "*" ? Infinity : Number(to);
    return id >= Math.min(Number(from), last ?? Infinity) && id <= end;
  });
}

function row({ uid, raw, storedAt, sizeBytes }: FakeMail, seq: number, items: string): string {
  const parts = [`UID ${uid}`];
  if (items.includes("INTERNALDATE")) parts.push(`INTERNALDATE "${storedAt ?? STORED_AT}"`);
  if (items.includes("RFC822.SIZE")) parts.push(`RFC822.SIZE ${sizeBytes ?? raw.length}`);
  const body = /BODY\.PEEK\[(?<section>[^\]]*)\](?:<0\.(?<most>\d+)>)?/.exec(items)?.groups;
  if (body !== undefined) {
    const text = section(raw, body["section"] ?? "").slice(0, Number(body["most"] ?? Infinity));
    const origin = body["most"] === undefined ? "" : "<0>";
    parts.push(`BODY[${body["section"]}]${origin} {${text.length}}\r\n${text}`);
  }
  return `* ${seq} FETCH (${parts.join(" ")})\r\n`;
}

function section(raw: string, name: string): string {
  if (name === "") return raw;
  const header = raw.slice(0, raw.indexOf("\r\n\r\n") + 4);
  if (name === "HEADER") return header;
  const names = (/\((?<names>.*)\)/.exec(name)?.groups?.["names"] ?? "").toLowerCase().split(" ");
  const fields = header.split(/\r\n(?![ \t])/);
  const chosen = fields.filter((field) => names.includes(field.split(":")[0]?.toLowerCase() ?? ""));
  return [...chosen, "", ""].join("\r\n");
}
