import type { StoredMail } from "./account.ts";
import { headerValue } from "./message.ts";
import { readSequence } from "./sequence.ts";
import { textOf, type Token } from "./tokens.ts";

type Matches = (mail: StoredMail, sequenceNumber: number) => boolean;

const DAY_MS = 86_400_000;

/** Compiles the keys of a SEARCH (RFC 9051 §6.4.4); undefined: a key that this server lacks. */
export function compileSearch(
  keys: readonly Token[],
  largest: { readonly uid: number; readonly sequence: number },
): Matches | undefined {
  const queue = [...keys];
  const tests: Matches[] = [];
  while (queue.length > 0) {
    const test = nextTest(queue, largest);
    if (test === undefined) return undefined;
    tests.push(test);
  }
  return (mail, sequenceNumber) => tests.every((test) => test(mail, sequenceNumber));
}

function nextTest(
  queue: Token[],
  largest: { readonly uid: number; readonly sequence: number },
): Matches | undefined {
  const token = queue.shift();
  const key = textOf(token)?.toUpperCase();
  if (key === undefined) {
    return token === undefined || "text" in token ? undefined : compileSearch(token, largest);
  }
  const word = (): string => textOf(queue.shift()) ?? "";
  switch (key) {
    case "ALL":
      return () => true;
    case "SEEN":
    case "DELETED":
      return flagged(key, true);
    case "UNSEEN":
    case "UNDELETED":
      return flagged(key.slice(2), false);
    case "SINCE":
    case "BEFORE":
    case "ON":
      return dated(key, word());
    case "SUBJECT":
    case "FROM":
    case "TO":
      return headed(key, word());
    case "HEADER":
      return headed(word(), word());
    case "UID": {
      const holds = readSequence(word(), largest.uid);
      return holds && (({ uid }) => holds(uid));
    }
    case "NOT": {
      const inner = nextTest(queue, largest);
      return inner && ((mail, n) => !inner(mail, n));
    }
    case "OR": {
      const left = nextTest(queue, largest);
      const right = nextTest(queue, largest);
      return left && right && ((mail, n) => left(mail, n) || right(mail, n));
    }
    default: {
      const holds = readSequence(key, largest.sequence);
      return holds && ((_, n) => holds(n));
    }
  }
}

function flagged(name: string, wanted: boolean): Matches {
  const flag = `\\${name.charAt(0)}${name.slice(1).toLowerCase()}`;
  return ({ flags }) => flags.has(flag) === wanted;
}

/** Days are compared without their time and zone (RFC 9051 §6.4.4); this server lives in UTC. */
function dated(key: "SINCE" | "BEFORE" | "ON", text: string): Matches | undefined {
  const day = Date.parse(`${text.replaceAll("-", " ")} UTC`) / DAY_MS;
  if (!Number.isInteger(day)) return undefined;
  return ({ storedAt }) => {
    const stored = Math.floor(storedAt / DAY_MS);
    if (key === "ON") return stored === day;
    return key === "SINCE" ? stored >= day : stored < day;
  };
}

function headed(name: string, wanted: string): Matches {
  const needle = wanted.toLowerCase();
  return ({ raw }) => headerValue(raw, name)?.toLowerCase().includes(needle) ?? false;
}
