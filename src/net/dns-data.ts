import type { RecordData, RecordSignature, RecordType } from "../domain/dns.ts";
import { SECOND } from "../domain/duration.ts";
import { parseIp } from "../mail/ip-address.ts";
import { DnsFormatError, readName } from "./dns-name.ts";

/** Of the types that probes ask for, and of RRSIG. */
export const TYPE_CODES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  DNSKEY: 48,
  TLSA: 52,
  CAA: 257,
} as const satisfies Record<RecordType, number>;
export const RRSIG = 46;

/** Where a record's data lies. */
interface Place {
  readonly message: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Reads the data of a record of this type; throws DnsFormatError. */
export function readData<T extends RecordType>(type: T, place: Place): RecordData[T] {
  return READERS[type](place);
}

const READERS: { readonly [T in RecordType]: (place: Place) => RecordData[T] } = {
  A: (place) => [...fixed(place, 4)].join("."),
  AAAA: (place) => {
    const groups = fixed(place, 16)
      .toString("hex")
      .replaceAll(/.{4}(?!$)/g, "$&:");
    const address = parseIp(groups);
    return address?.family === "ipv6" ? address.text : groups;
  },
  NS: (place) => lastName(place, 0),
  CNAME: (place) => lastName(place, 0),
  PTR: (place) => lastName(place, 0),
  MX: (place) => ({
    preference: head(place, 2).readUInt16BE(0),
    exchange: lastName(place, 2),
  }),
  SRV: (place) => {
    const data = head(place, 6);
    return {
      priority: data.readUInt16BE(0),
      weight: data.readUInt16BE(2),
      port: data.readUInt16BE(4),
      target: lastName(place, 6),
    };
  },
  TXT: readStrings,
  SOA: readSoa,
  // RFC 4034 §5.1 and §2.1, RFC 6698 §2.1.
  DS: (place) => {
    const data = head(place, 4);
    return {
      keyTag: data.readUInt16BE(0),
      algorithm: data.readUInt8(2),
      digestType: data.readUInt8(3),
    };
  },
  DNSKEY: (place) => {
    const data = head(place, 4);
    return {
      flags: data.readUInt16BE(0),
      algorithm: data.readUInt8(3),
      keyTag: keyTagOf(data),
    };
  },
  TLSA: (place) => {
    const data = head(place, 3);
    return {
      usage: data.readUInt8(0),
      selector: data.readUInt8(1),
      matchingType: data.readUInt8(2),
      data: data.toString("hex", 3),
    };
  },
  CAA: readCaa,
};

/** An RRSIG (RFC 4034 §3.1); throws DnsFormatError. */
export function readSignature(place: Place): RecordSignature {
  const data = head(place, 18);
  const code = data.readUInt16BE(0);
  const covered = Object.entries(TYPE_CODES).find(([, value]) => value === code);
  return {
    typeCovered: covered?.[0] ?? `TYPE${code}`,
    signer: readName(place.message, place.start + 18).name,
    inceptionAt: data.readUInt32BE(12) * SECOND,
    expiresAt: data.readUInt32BE(8) * SECOND,
  };
}

/** Character strings, at least one, up to the very end (RFC 1035 §3.3.14). */
function readStrings({ message, start, end }: Place): string {
  const parts: string[] = [];
  let at = start;
  while (at < end) {
    const next = at + 1 + message.readUInt8(at);
    if (next > end) throw new DnsFormatError("a string beyond its record");
    parts.push(message.toString("latin1", at + 1, next));
    at = next;
  }
  return parts.join("");
}

/** RFC 4034 Appendix B, of the record's data as a whole. Algorithm 1 counts otherwise, and nobody validates it. */
function keyTagOf(data: Buffer): number {
  let sum = 0;
  for (const [index, octet] of data.entries()) sum += index % 2 === 0 ? octet << 8 : octet;
  return (sum + (sum >>> 16)) & 0xffff;
}

function readSoa(place: Place): RecordData["SOA"] {
  const primary = readName(place.message, place.start);
  const mailbox = readName(place.message, primary.end);
  const numbers = fixed({ ...place, start: mailbox.end }, 20);
  return {
    primary: primary.name,
    serial: numbers.readUInt32BE(0),
    minimumSeconds: numbers.readUInt32BE(16),
  };
}

/** RFC 8659 §4.1. */
function readCaa(place: Place): RecordData["CAA"] {
  const data = head(place, 2);
  const valueAt = 2 + data.readUInt8(1);
  if (valueAt > data.length) throw new DnsFormatError("a tag beyond its record");
  return {
    critical: (data.readUInt8(0) & 0x80) !== 0,
    tag: data.toString("latin1", 2, valueAt),
    value: data.toString("latin1", valueAt),
  };
}

/** A name that ends with its record. */
function lastName({ message, start, end }: Place, offset: number): string {
  const read = readName(message, start + offset);
  if (read.end !== end) throw new DnsFormatError("a name that is not as long as its record");
  return read.name;
}

function head({ message, start, end }: Place, least: number): Buffer {
  if (start > end || end - start < least) throw new DnsFormatError("a record that is too short");
  return message.subarray(start, end);
}

function fixed(place: Place, length: number): Buffer {
  const data = head(place, length);
  if (data.length !== length) throw new DnsFormatError("a record that is too long");
  return data;
}
