import type { Hop, TransportSecurity } from "../domain/canary.ts";
import { parseDateTime } from "./date-time.ts";
import { parseIp } from "./ip-address.ts";
import { readWord, skipComment } from "./structured-field.ts";

const MAX_TEXT = 8 * 1024;
const MAX_NAME = 255;

/**
 * Reads a Received field (RFC 5321 §4.4) in the styles of the usual servers. What it does not
 * understand is undefined. Names and addresses are as the writer of the field put them down; only a
 * field that the receiver wrote may be believed.
 */
export function parseReceived(value: string): Hop {
  const items = itemsOf(value.slice(0, MAX_TEXT));
  const clauses = clausesOf(items);
  const protocol = protocolOf(clauses.with ?? []);
  return {
    ...clientOf(clauses.from ?? [], items.some(isExim)),
    by: named(wordOf(clauses.by?.[0])),
    protocol,
    tls: transportSecurity(items, clauses.tls?.[0], protocol),
    at: parseDateTime(dateOf(items)),
  };
}

type Item = { readonly kind: "word" | "comment"; readonly text: string };

function itemsOf(text: string): Item[] {
  const items: Item[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    if (at >= text.length) return items;
    if (text[at] === "(") {
      const end = skipComment(text, at);
      const closed = text[end - 1] === ")";
      items.push({ kind: "comment", text: text.slice(at + 1, closed ? end - 1 : end) });
      at = end;
    } else if (text[at] === ";") {
      items.push({ kind: "word", text: ";" });
      at++;
    } else {
      const { word, end } = readWord(text, at, "");
      items.push({ kind: "word", text: word });
      at = end;
    }
  }
}

const KEYWORDS = ["from", "by", "via", "with", "id", "for", "tls"] as const;

type Clauses = Partial<Record<(typeof KEYWORDS)[number], Item[]>>;

/** What follows each keyword; each counts where it comes first, as receivers write from left to right. */
function clausesOf(items: readonly Item[]): Clauses {
  const clauses: Clauses = {};
  let open: Item[] | undefined;
  for (const item of items) {
    if (item.kind === "word" && item.text === ";") break;
    const keyword = KEYWORDS.find((word) => wordOf(item)?.toLowerCase() === word);
    // The word behind a keyword is its value even when it looks like one: a HELO may be `by`.
    if (keyword !== undefined && open?.length !== 0) {
      open = [];
      clauses[keyword] ??= open;
    } else {
      open?.push(item);
    }
  }
  return clauses;
}

type Client = Pick<Hop, "helo" | "reverseName" | "ip">;

function clientOf(from: readonly Item[], isFromExim: boolean): Client {
  const words = from.filter(({ kind }) => kind === "word").map(({ text }) => text);
  const comments = from.filter(({ kind }) => kind === "comment").map(({ text }) => text);
  const [first = ""] = words;
  const ip = firstDefined(comments, ipIn) ?? firstDefined(words, (word) => ipIn(bracketed(word)));
  const told = firstDefined(comments, (text) => TOLD_HELO.exec(text.slice(0, MAX_NAME)));
  // Exim and qmail put a name that they looked up first, everybody else the HELO.
  const reverse = isFromExim ? first : firstDefined(comments, reverseNameIn);
  return {
    helo: named(told?.[1] ?? first),
    // qmail does not ask whether the name leads back to the address, so it proves nothing.
    reverseName: told !== undefined && !isFromExim ? undefined : hostName(reverse),
    ip,
  };
}

/** `([192.0.2.1] helo=name)` by Exim, `(HELO name)` by qmail, `(EHLO name)` by Yahoo. */
const TOLD_HELO = /(?:^|\s)(?:helo|ehlo)[ =]([^\s)]{1,255})/i;

const bracketed = (word: string): string => (word.startsWith("[") ? word : `[${word}]`);

const isExim = ({ kind, text }: Item): boolean => kind === "comment" && text.startsWith("Exim ");

/** `(name [192.0.2.1])`, `([IPv6:2001:db8::1]:25 helo=x)`, `(192.0.2.1)`, `(ident@192.0.2.1)`. */
function ipIn(comment: string): string | undefined {
  const start = comment.indexOf("[");
  const inner =
    start < 0
      ? (/^(?:[^\s@]{0,100}@)?([0-9A-Fa-f:.]{2,45})$/.exec(comment.trim())?.[1] ?? "")
      : comment.slice(start + 1, start + 60).split("]", 1)[0];
  return parseIp(inner?.replace(/^IPv6:/i, "") ?? "")?.text;
}

/** The name in `(name [192.0.2.1])`; Sendmail marks one that does not lead back (RFC 8601 §3). */
function reverseNameIn(comment: string): string | undefined {
  if (comment.includes("may be forged")) return undefined;
  const start = comment.indexOf("[");
  return start < 1
    ? undefined
    : comment.slice(0, Math.min(start, MAX_NAME)).trim().split("@").at(-1);
}

function hostName(text: string | undefined): string | undefined {
  const name = text?.replace(/\.$/, "").toLowerCase();
  if (name === undefined || name === "unknown" || parseIp(name) !== undefined) return undefined;
  return /^[a-z0-9_.-]{1,255}$/.test(name) ? name : undefined;
}

function named(text: string | undefined): string | undefined {
  const name = text?.slice(0, MAX_NAME).replace(/\.$/, "");
  return name === "" ? undefined : name;
}

const wordOf = (item: Item | undefined): string | undefined =>
  item?.kind === "word" ? item.text : undefined;

function protocolOf(items: readonly Item[]): string | undefined {
  const words = items.filter(({ kind }) => kind === "word").map(({ text }) => text);
  const [only] = words;
  if (words.length === 1 && only !== undefined) return only.toUpperCase().slice(0, 40);
  return words.length === 0 ? undefined : words.slice(0, 3).join(" ").slice(0, 40);
}

/** The date stands behind the last semicolon (RFC 5321 §4.4), comments apart. */
function dateOf(items: readonly Item[]): string {
  const words = items.filter(({ kind }) => kind === "word").map(({ text }) => text);
  const end = words.lastIndexOf(";");
  return end < 0 ? "" : words.slice(end + 1, end + 12).join(" ");
}

const TLS_VERSION = /\b(TLS|SSL)[ v]{0,2}(\d)(?:[._](\d))?(?![\w.])/i;
const CIPHER =
  /(?:\bcipher[ =]|^TLSv?1[._]\d:|^TLS:[^,]{1,20},[^,]{1,10},)([A-Z0-9][A-Z0-9_-]{4,80})/i;

function transportSecurity(
  items: readonly Item[],
  exim: Item | undefined,
  protocol: string | undefined,
): TransportSecurity | undefined {
  const comments = items.filter(({ kind }) => kind === "comment").map(({ text }) => text);
  const version = firstDefined(comments, (text) => TLS_VERSION.exec(text.slice(0, MAX_NAME)));
  const cipher =
    firstDefined(comments, (text) => CIPHER.exec(text.slice(0, MAX_NAME))?.[1]) ??
    // Exim 4.94 and later: `with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384`.
    wordOf(exim);
  if (version === undefined && cipher === undefined) {
    // The protocol's name alone tells that there was TLS (RFC 3848).
    return /^(?:E|UTF8)?(?:SMTP|LMTP)SA?$/.test(protocol ?? "")
      ? { version: undefined, cipher: undefined }
      : undefined;
  }
  return {
    version: version && spelled(version),
    cipher: cipher?.slice(0, 80),
  };
}

/** `TLS1_3`, `TLS1.3` and `TLSv1.3` are one version. */
function spelled([, family = "", major = "", minor]: RegExpExecArray): string {
  return `${family.toUpperCase()}v${major}${minor === undefined ? "" : `.${minor}`}`;
}

function firstDefined<T>(
  texts: readonly string[],
  read: (text: string) => T | null | undefined,
): T | undefined {
  for (const text of texts) {
    const value = read(text);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
