import type { DnsAnswer, RecordData, RecordType } from "../domain/dns.ts";
import { readData, readSignature, RRSIG, TYPE_CODES } from "./dns-data.ts";
import { type DnsReply, type RawRecord, REPLY_CODES } from "./dns-message.ts";
import { DnsFormatError } from "./dns-name.ts";

/** The way through CNAMEs so far. */
export interface Trail {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly ttlSeconds: number;
  readonly authenticated: boolean;
}

/** The server left off at a CNAME: its target has to be asked for. */
export interface Onward {
  readonly kind: "onward";
  readonly trail: Trail;
}

/** Longer chains are a mistake or malice; resolvers give up at about as many. */
export const MAX_ALIASES = 16;

/** What the reply says about the name at the end of the trail; throws DnsFormatError. */
export function answerOf<T extends RecordType>(
  reply: DnsReply,
  type: T,
  start: Trail,
): DnsAnswer<RecordData[T]> | Onward {
  const place = (record: RawRecord) => ({ ...record, message: reply.message });
  const atName = new Map<string, RawRecord[]>();
  for (const record of reply.answers) {
    const list = atName.get(record.name);
    if (list === undefined) atName.set(record.name, [record]);
    else list.push(record);
  }
  const code = TYPE_CODES[type];
  let trail = { ...start, authenticated: start.authenticated && reply.authenticated };
  for (;;) {
    const here = atName.get(trail.name) ?? [];
    const records = here.filter((record) => record.type === code);
    if (records.length > 0) {
      return {
        kind: "found",
        records: records.map((record) => readData(type, place(record))),
        ttlSeconds: leastTtl(records, trail),
        authenticated: trail.authenticated,
        aliases: trail.aliases,
        signatures: here
          .filter((record) => record.type === RRSIG)
          .map((record) => readSignature(place(record))),
      };
    }
    const alias = here.find((record) => record.type === TYPE_CODES.CNAME);
    if (alias === undefined) break;
    trail = follow(trail, readData("CNAME", place(alias)), alias);
  }
  const soa = reply.authorities.find((record) => record.type === TYPE_CODES.SOA);
  const isAbsent = reply.code === REPLY_CODES.NXDOMAIN || soa !== undefined;
  const moved = trail.aliases.length > start.aliases.length;
  if (moved && !isAbsent) return { kind: "onward", trail };
  return {
    kind: "absent",
    why: reply.code === REPLY_CODES.NXDOMAIN ? "nxdomain" : "nodata",
    ttlSeconds: soa === undefined ? 0 : negativeTtl(soa, reply, trail),
    authenticated: trail.authenticated,
    aliases: trail.aliases,
  };
}

/**
 * Name servers and neither an answer nor an SOA: nothing is said of the name (RFC 2308 §2.2). Without
 * name servers it is taken for NODATA, as small forwarders answer.
 */
export function isReferral({ code, authoritative, answers, authorities }: DnsReply): boolean {
  const has = (type: number) => authorities.some((record) => record.type === type);
  const isEmpty = code === REPLY_CODES.NOERROR && !authoritative && answers.length === 0;
  return isEmpty && has(TYPE_CODES.NS) && !has(TYPE_CODES.SOA);
}

/**
 * What a referral says about the name (RFC 1034 §4.3.2, step 3b): name servers in the authority
 * section, addresses in the additional one. Undefined: it is no referral, but the zone's own word.
 */
export function delegationOf<T extends RecordType>(
  reply: DnsReply,
  type: T,
  name: string,
): DnsAnswer<RecordData[T]> | undefined {
  const handedOn = reply.authorities.filter(({ type }) => type === TYPE_CODES.NS);
  const isOfZone = type !== "NS" || handedOn.some((record) => record.name === name);
  const isReferral = !reply.authoritative && reply.answers.length === 0 && handedOn.length > 0;
  if (!isReferral || !isOfZone) return undefined;
  const section = type === "NS" ? reply.authorities : reply.additional;
  const here = section.filter((each) => each.name === name && each.type === TYPE_CODES[type]);
  const rest = { authenticated: false, aliases: [] };
  if (here.length === 0) return { kind: "absent", why: "nodata", ttlSeconds: 0, ...rest };
  const { message } = reply;
  const ttlSeconds = Math.min(...here.map((record) => record.ttlSeconds));
  const records = here.map((record) => readData(type, { ...record, message }));
  return { kind: "found", records, ttlSeconds, signatures: [], ...rest };
}

function follow(trail: Trail, target: string, alias: RawRecord): Trail {
  if (trail.aliases.length >= MAX_ALIASES || trail.aliases.includes(target)) {
    throw new DnsFormatError("CNAMEs without end");
  }
  return {
    name: target,
    aliases: [...trail.aliases, target],
    ttlSeconds: leastTtl([alias], trail),
    authenticated: trail.authenticated,
  };
}

function leastTtl(records: readonly RawRecord[], trail: Trail): number {
  return records.reduce((least, { ttlSeconds }) => Math.min(least, ttlSeconds), trail.ttlSeconds);
}

/** RFC 2308 §5. */
function negativeTtl(soa: RawRecord, { message }: DnsReply, trail: Trail): number {
  const { minimumSeconds } = readData("SOA", { ...soa, message });
  return Math.min(soa.ttlSeconds, minimumSeconds, trail.ttlSeconds);
}
