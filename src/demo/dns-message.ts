import { isIPv6 } from "node:net";
import type { ZoneRecord } from "./zone.ts";

/** A question with what its answer has to repeat (RFC 1035 §4). */
export interface DnsQuery {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** Lower-cased, without the final dot. */
  readonly name: string;
  readonly type: number;
  /** The question section as it came. */
  readonly question: Buffer;
}

export type DnsReplyCode = "NOERROR" | "NXDOMAIN" | "REFUSED";

export const RECORD_TYPES = { A: 1, PTR: 12, MX: 15, TXT: 16, AAAA: 28 } as const;

const HEADER_BYTES = 12;
const CLASS_IN = 1;
const TTL_SECONDS = 5;
const REPLY_CODES = { NOERROR: 0, NXDOMAIN: 3, REFUSED: 5 } as const;
/** A pointer to the name in the question (RFC 1035 §4.1.4). */
const QUESTION_NAME = Buffer.from([0xc0, HEADER_BYTES]);
const MAX_STRING_BYTES = 255;

/** Undefined: nothing that this server could answer. */
export function readQuery(message: Buffer): DnsQuery | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  const isStandardQuery = (flags & 0xf800) === 0;
  if (!isStandardQuery || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    at++;
    if (length === 0) break;
    labels.push(message.toString("latin1", at, at + length));
    at += length;
  }
  if (message.length < at + 4 || message.readUInt16BE(at + 2) !== CLASS_IN) return undefined;
  return {
    id: message.readUInt16BE(0),
    recursionDesired: (flags & 0x0100) !== 0,
    name: labels.join(".").toLowerCase(),
    type: message.readUInt16BE(at),
    question: message.subarray(HEADER_BYTES, at + 4),
  };
}

/** `truncated` tells the client to come back over TCP. */
export function writeReply(
  query: DnsQuery,
  code: DnsReplyCode,
  records: readonly ZoneRecord[],
  truncated = false,
): Buffer {
  const answers = truncated ? [] : records.map(writeRecord);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.id, 0);
  const recursion = query.recursionDesired ? 0x0100 : 0;
  header.writeUInt16BE(0x8080 | recursion | (truncated ? 0x0200 : 0) | REPLY_CODES[code], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, query.question, ...answers]);
}

function writeRecord({ type, data }: ZoneRecord): Buffer {
  const content = writeData(type, data);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(RECORD_TYPES[type], 0);
  fixed.writeUInt16BE(CLASS_IN, 2);
  fixed.writeUInt32BE(TTL_SECONDS, 4);
  fixed.writeUInt16BE(content.length, 8);
  return Buffer.concat([QUESTION_NAME, fixed, content]);
}

function writeData(type: ZoneRecord["type"], data: string): Buffer {
  switch (type) {
    case "A":
      return Buffer.from(data.split(".").map(Number));
    case "AAAA":
      return writeIpv6(data);
    case "PTR":
      return writeName(data);
    case "MX": {
      const [preference, exchange = ""] = data.split(" ");
      const head = Buffer.alloc(2);
      head.writeUInt16BE(Number(preference));
      return Buffer.concat([head, writeName(exchange)]);
    }
    case "TXT":
      return writeStrings(data);
    default:
      throw new TypeError(`no such type of record: ${String(type satisfies never)}`);
  }
}

function writeName(name: string): Buffer {
  const labels = name
    .split(".")
    .map((label) => Buffer.from(`${String.fromCodePoint(label.length)}${label}`, "latin1"));
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function writeStrings(text: string): Buffer {
  const octets = Buffer.from(text, "latin1");
  const strings: Buffer[] = [];
  for (let at = 0; at < octets.length; at += MAX_STRING_BYTES) {
    const part = octets.subarray(at, at + MAX_STRING_BYTES);
    strings.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat(strings);
}

function writeIpv6(address: string): Buffer {
  if (!isIPv6(address)) throw new TypeError(`not an IPv6 address: ${address}`);
  const [head = "", tail = ""] = address.split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail.split(":").filter(Boolean);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  const groups = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
