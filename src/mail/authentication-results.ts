import type { MethodResult } from "../domain/canary.ts";
import { decodeWords } from "./encoded-words.ts";
import { readWord, skipCfws } from "./structured-field.ts";

/** A parsed Authentication-Results field body (RFC 8601 §2.2). */
export interface AuthenticationResults {
  readonly kind: "parsed";
  /** Lower-cased; Microsoft's servers give none. */
  readonly authservId: string | undefined;
  readonly version: number | undefined;
  /** Empty where the server says `none`. */
  readonly results: readonly MethodResult[];
  /** Items that are no result, such as the recipient's domain in an older form of Microsoft's. */
  readonly bareItems: readonly string[];
}

/** Why there is nothing to read. */
export interface UnreadableResults {
  readonly kind: "unreadable";
  readonly reason: "empty" | "too-long";
}

const MAX_VALUE_BYTES = 64 * 1024;
const MAX_RESULTS = 100;
const MAX_PROPERTIES = 50;
const MAX_PROPERTY_LENGTH = 1000;

/**
 * Reads the body of an Authentication-Results field: RFC 8601 §2.2, and beyond it what receivers
 * really write. Methods, results and property names come out lower-cased, property values as written.
 */
export function parseAuthenticationResults(
  value: string,
): AuthenticationResults | UnreadableResults {
  if (value.length > MAX_VALUE_BYTES) return { kind: "unreadable", reason: "too-long" };
  const [head = [], ...rest] = segments(decodedWhole(value));
  const { authservId, version, remaining } = splitHead(head);
  const items = [remaining, ...rest].filter((segment) => segment.length > 0);
  if (authservId === undefined && items.length === 0) {
    return { kind: "unreadable", reason: "empty" };
  }
  return {
    kind: "parsed",
    authservId,
    version,
    results: items.flatMap(methodResult).slice(0, MAX_RESULTS),
    bareItems: items.flatMap(bareItem).slice(0, MAX_RESULTS),
  };
}

type Item = Bare | Pair;
interface Bare {
  readonly kind: "bare";
  readonly word: string;
}
interface Pair {
  readonly kind: "pair";
  readonly key: string;
  readonly value: string;
}

/**
 * Some gateways encode the whole field because the message's author is not ASCII (RFC 2047). Encoded
 * words further inside are a sender's text: decoding those would let it write results of its own.
 */
function decodedWhole(value: string): string {
  return value.trimStart().startsWith("=?") ? decodeWords(value) : value;
}

function segments(text: string): Item[][] {
  const all: Item[][] = [[]];
  let at = skipCfws(text, 0);
  while (at < text.length) {
    const segment = all.at(-1) ?? [];
    if (text[at] === ";") {
      all.push([]);
      at++;
    } else {
      const { word, end } = readWord(text, at, "=");
      const next = skipCfws(text, end);
      if (text[next] !== "=") {
        segment.push({ kind: "bare", word });
        at = next;
      } else {
        const { value, end } = readValue(text, next + 1);
        segment.push({ kind: "pair", key: wholeKey(segment, word), value });
        at = end;
      }
    }
    at = skipCfws(text, at);
  }
  return all;
}

/** A value runs to the next blank, `=` included: `smtp.mailfrom=prvs=0123=a@example.org` is common. */
function readValue(text: string, from: number): { value: string; end: number } {
  const start = skipCfws(text, from);
  const { word, end } = readWord(text, start, "");
  // `header.from= spf=pass`: the value is missing, what follows is the next pair.
  const isNextPair = start > from && /^[\w-]{1,60}(?:\.[\w-]{1,60})?=/.test(word);
  return isNextPair ? { value: "", end: from } : { value: word, end };
}

/** Puts `smtp (comment) . mailfrom` and `dkim / 1` together; takes the pieces out of the segment. */
function wholeKey(segment: Item[], word: string): string {
  let key = word;
  for (let pieces = 0; pieces < 2; pieces++) {
    const last = segment.at(-1);
    if (last?.kind !== "bare") break;
    if (!/[./]$/.test(last.word) && !/^[./]/.test(key)) break;
    key = last.word + key;
    segment.pop();
  }
  return key.toLowerCase();
}

function splitHead(head: readonly Item[]): {
  authservId: string | undefined;
  version: number | undefined;
  remaining: readonly Item[];
} {
  const [first, second] = head;
  if (first?.kind !== "bare" || first.word.toLowerCase() === "none") {
    return { authservId: undefined, version: undefined, remaining: head };
  }
  const hasVersion = second?.kind === "bare" && /^\d{1,4}$/.test(second.word);
  return {
    authservId: first.word.toLowerCase(),
    version: hasVersion ? Number(second.word) : undefined,
    remaining: head.slice(hasVersion ? 2 : 1),
  };
}

/** One word, or Google's `gateway.spf`; the registered kinds of property are no methods (RFC 8601 §2.3). */
const METHOD = /^(?!(?:smtp|header|body|policy)\.)(?:[\w-]{1,60}\.)?[\w-]{1,60}$/;

function methodResult(segment: readonly Item[]): MethodResult[] {
  const [head, ...rest] = segment.filter((item) => item.kind === "pair");
  const method = head?.key.split("/", 1)[0] ?? "";
  // A method that is not there was not reported; it is neither a pass nor a fail.
  if (head === undefined || head.value === "" || !METHOD.test(method)) return [];
  const reason = rest.find(({ key }) => key === "reason");
  // Of a property that is written twice the first counts.
  const properties = rest
    .filter((pair) => pair !== reason)
    .slice(0, MAX_PROPERTIES)
    .filter(({ key }, index, pairs) => pairs.findIndex((pair) => pair.key === key) === index)
    .map(({ key, value }) => [key, value.slice(0, MAX_PROPERTY_LENGTH)] as const);
  return [
    {
      method,
      result: head.value.toLowerCase().slice(0, MAX_PROPERTY_LENGTH),
      reason: reason?.value.slice(0, MAX_PROPERTY_LENGTH),
      properties: Object.fromEntries(properties),
    },
  ];
}

function bareItem(segment: readonly Item[]): string[] {
  const [first] = segment;
  const isAlone = segment.every((item) => item.kind === "bare");
  if (first?.kind !== "bare" || !isAlone || first.word.toLowerCase() === "none") return [];
  return [first.word.slice(0, MAX_PROPERTY_LENGTH)];
}
