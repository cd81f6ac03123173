import type { StoredMail } from "./account.ts";
import { selectFields, splitMessage } from "./message.ts";
import { textOf, type Token } from "./tokens.ts";

/** What one FETCH item writes about a message; `reads` when it marks the message as seen. */
export interface FetchItem {
  readonly reads: boolean;
  write(mail: StoredMail): string;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const FAST = ["FLAGS", "INTERNALDATE", "RFC822.SIZE"];

/** Compiles the items of a FETCH (RFC 9051 §6.4.5); undefined: an item that this server lacks. */
export function compileFetch(items: readonly Token[], withUid: boolean): FetchItem[] | undefined {
  const names = items.flatMap((item) => {
    const name = textOf(item) ?? "";
    return name.toUpperCase() === "FAST" ? FAST : [name];
  });
  if (withUid && !names.some((name) => name.toUpperCase() === "UID")) names.unshift("UID");
  const compiled = names.map((name) => plainItem(name.toUpperCase()) ?? bodyItem(name));
  return compiled.every((item) => item !== undefined) ? compiled : undefined;
}

/** `01-Feb-2026 12:34:56 +0000` (RFC 9051 §9, date-time). */
function formatInternalDate(storedAt: number): string {
  const date = new Date(storedAt);
  const day = String(date.getUTCDate()).padStart(2, "0");
  const time = date.toISOString().slice(11, 19);
  return `${day}-${MONTHS[date.getUTCMonth()] ?? ""}-${date.getUTCFullYear()} ${time} +0000`;
}

function plainItem(name: string): FetchItem | undefined {
  switch (name) {
    case "UID":
      return silent(({ uid }) => `UID ${uid}`);
    case "FLAGS":
      return silent(({ flags }) => `FLAGS (${[...flags].join(" ")})`);
    case "INTERNALDATE":
      return silent(({ storedAt }) => `INTERNALDATE "${formatInternalDate(storedAt)}"`);
    case "RFC822.SIZE":
      return silent(({ raw }) => `RFC822.SIZE ${raw.length}`);
    default:
      return undefined;
  }
}

function silent(write: (mail: StoredMail) => string): FetchItem {
  return { reads: false, write };
}

function bodyItem(name: string): FetchItem | undefined {
  const match = /^BODY(\.PEEK)?\[([^\]]*)\](?:<(\d{1,10})(?:\.(\d{1,10}))?>)?$/i.exec(name);
  if (match === null) return undefined;
  const [, peek, section = "", offset, length] = match;
  const cut = sectionOf(section);
  if (cut === undefined) return undefined;
  const start = Number(offset ?? 0);
  const label = `BODY[${section}]${offset === undefined ? "" : `<${start}>`}`;
  return {
    reads: peek === undefined,
    write({ raw }) {
      const end = length === undefined ? undefined : start + Number(length);
      const text = cut(raw).slice(start, end);
      return `${label} {${text.length}}\r\n${text}`;
    },
  };
}

function sectionOf(section: string): ((raw: string) => string) | undefined {
  const fields = /^HEADER\.FIELDS \(([^)]*)\)$/i.exec(section);
  if (fields !== null) {
    const names = (fields[1] ?? "").split(" ").map((name) => name.replaceAll('"', ""));
    return (raw) => selectFields(raw, names);
  }
  switch (section.toUpperCase()) {
    case "":
      return (raw) => raw;
    case "HEADER":
      return (raw) => splitMessage(raw).header;
    case "TEXT":
      return (raw) => splitMessage(raw).body;
    default:
      return undefined;
  }
}
