import { DnsFormatError, encodeName, readName } from "./dns-name.ts";

/** What is asked; the name as it goes over the wire. */
export interface DnsQuestion {
  readonly name: Buffer;
  readonly type: number;
}

export interface QueryFlags {
  /** RD: find it out for me (RFC 1035 §4.1.1). */
  readonly recursion: boolean;
  /** DO: with signatures (RFC 3225). */
  readonly dnssec: boolean;
  /** CD: also what you could not validate (RFC 4035 §3.2.2). */
  readonly unvalidated: boolean;
  /** With an OPT record (RFC 6891); servers from before 1999 refuse it. */
  readonly edns: boolean;
}

export interface DnsReply {
  /** RFC 1035 §4.1.1, widened by RFC 6891 §6.1.3. */
  readonly code: number;
  readonly truncated: boolean;
  readonly authoritative: boolean;
  readonly authenticated: boolean;
  readonly answers: readonly RawRecord[];
  readonly authorities: readonly RawRecord[];
  readonly additional: readonly RawRecord[];
  /** Why it failed, in the server's words (RFC 8914). */
  readonly extendedErrors: readonly ExtendedError[];
  /** Records are read from here. */
  readonly message: Buffer;
}

/** A record of class IN whose data is not yet read. */
export interface RawRecord {
  readonly name: string;
  readonly type: number;
  readonly ttlSeconds: number;
  /** Where the data lies in the message. */
  readonly start: number;
  readonly end: number;
}

export interface ExtendedError {
  readonly code: number;
  /** As the server wrote it. */
  readonly text: string;
}

export const REPLY_CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** Fits every path without fragments; see dnsflagday.net 2020. */
const UDP_BYTES = 1232;
const HEADER_BYTES = 12;
const CLASS_IN = 1;
const TYPE_OPT = 41;
const OPTION_EXTENDED_ERROR = 15;
const MAX_EXTENDED_ERRORS = 4;
const MAX_ERROR_TEXT = 200;

export function writeQuery(id: number, question: DnsQuestion, flags: QueryFlags): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  // AD in a question asks for AD in the answer (RFC 6840 §5.7).
  const bits = (flags.recursion ? 0x0100 : 0) | 0x0020 | (flags.unvalidated ? 0x0010 : 0);
  header.writeUInt16BE(bits, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(flags.edns ? 1 : 0, 10);
  return Buffer.concat([header, section(question), ...(flags.edns ? [opt(flags.dnssec)] : [])]);
}

/** Whether the message answers this very question (RFC 5452 §9.1); what does not is nobody's. */
export function isReplyTo(message: Buffer, id: number, question: DnsQuestion): boolean {
  if (message.length < HEADER_BYTES || message.readUInt16BE(0) !== id) return false;
  const flags = message.readUInt16BE(2);
  // QR set, a standard query.
  if ((flags & 0xf800) !== 0x8000) return false;
  const questions = message.readUInt16BE(4);
  // A server that could not read the question need not repeat it.
  if (questions === 0) return (flags & 0x000f) === REPLY_CODES.FORMERR;
  const expected = section(question);
  const repeated = message.subarray(HEADER_BYTES, HEADER_BYTES + expected.length);
  return questions === 1 && lowerCase(repeated).equals(lowerCase(expected));
}

/** Takes a message apart that `isReplyTo`; throws DnsFormatError. */
export function readReply(message: Buffer): DnsReply {
  const flags = message.readUInt16BE(2);
  const counts = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const [questions = 0, answerCount = 0, authorityCount = 0, additionalCount = 0] = counts;
  const truncated = (flags & 0x0200) !== 0;
  const reply = {
    truncated,
    authoritative: (flags & 0x0400) !== 0,
    authenticated: (flags & 0x0020) !== 0,
    message,
  };
  // What is truncated is asked again, whatever it holds.
  if (truncated) {
    const nothing = { answers: [], authorities: [], additional: [], extendedErrors: [] };
    return { ...reply, code: flags & 0xf, ...nothing };
  }
  const start = questions === 0 ? HEADER_BYTES : readName(message, HEADER_BYTES).end + 4;
  const answers = readRecords(message, start, answerCount);
  const authorities = readRecords(message, answers.end, authorityCount);
  const additional = readRecords(message, authorities.end, additionalCount);
  const { opt } = additional;
  return {
    ...reply,
    code: ((opt?.extendedCode ?? 0) << 4) | (flags & 0xf),
    answers: answers.records,
    authorities: authorities.records,
    additional: additional.records,
    extendedErrors: opt === undefined ? [] : readExtendedErrors(message, opt),
  };
}

interface Opt {
  readonly extendedCode: number;
  readonly start: number;
  readonly end: number;
}

function readRecords(message: Buffer, start: number, count: number) {
  const records: RawRecord[] = [];
  let opt: Opt | undefined;
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const { name, end: fixed } = readName(message, at);
    const data = fixed + 10;
    if (data > message.length) throw new DnsFormatError("a record beyond the end");
    const type = message.readUInt16BE(fixed);
    const end = data + message.readUInt16BE(fixed + 8);
    if (end > message.length) throw new DnsFormatError("a record beyond the end");
    if (type === TYPE_OPT) {
      opt = { extendedCode: message.readUInt8(fixed + 4), start: data, end };
    } else if (message.readUInt16BE(fixed + 2) === CLASS_IN) {
      const ttl = message.readUInt32BE(fixed + 4);
      // RFC 2181 §8: with the top bit set it counts as zero.
      records.push({ name, type, ttlSeconds: ttl > 0x7fffffff ? 0 : ttl, start: data, end });
    }
    at = end;
  }
  return { records, opt, end: at };
}

function readExtendedErrors(message: Buffer, { start, end }: Opt): ExtendedError[] {
  const errors: ExtendedError[] = [];
  for (let at = start; at + 4 <= end && errors.length < MAX_EXTENDED_ERRORS;) {
    const option = message.readUInt16BE(at);
    const next = at + 4 + message.readUInt16BE(at + 2);
    if (next > end) break;
    if (option === OPTION_EXTENDED_ERROR && next >= at + 6) {
      const text = message.toString("latin1", at + 6, Math.min(next, at + 6 + MAX_ERROR_TEXT));
      errors.push({ code: message.readUInt16BE(at + 4), text });
    }
    at = next;
  }
  return errors;
}

/** Undefined where there can be no such name. */
export function questionOf(name: string, type: number): DnsQuestion | undefined {
  const encoded = encodeName(name);
  return encoded === undefined ? undefined : { name: encoded, type };
}

function section({ name, type }: DnsQuestion): Buffer {
  const rest = Buffer.alloc(4);
  rest.writeUInt16BE(type, 0);
  rest.writeUInt16BE(CLASS_IN, 2);
  return Buffer.concat([name, rest]);
}

/** RFC 6891 §6.1.2: the root, the size in place of the class, DO in place of the TTL. */
function opt(dnssec: boolean): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(TYPE_OPT, 1);
  record.writeUInt16BE(UDP_BYTES, 3);
  record.writeUInt16BE(dnssec ? 0x8000 : 0, 7);
  return record;
}

/** ASCII letters alone (RFC 4343); length octets lie below them. */
function lowerCase(octets: Buffer): Buffer {
  return Buffer.from(octets.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet)));
}
