import type { RecordSignature } from "../../domain/dns.ts";
import { type Asked, recordsOf } from "../../mail/dns-answers.ts";
import type { ZoneFacts } from "./observe.ts";

/** What the records show by themselves, whoever validates them. */
type Records = Pick<ZoneFacts, "apex" | "observedAt" | "ds" | "dnskey" | "unvalidated" | "mail">;

/** Of each type of record the signature that holds longest, of those that have begun to. */
export function newestSignatures(records: Records): readonly RecordSignature[] {
  return byType(records).flatMap(({ begun }) =>
    begun.length === 0
      ? []
      : [begun.reduce((newest, one) => (one.expiresAt > newest.expiresAt ? one : newest))],
  );
}

/** Types of record of which no signature has begun to hold. */
export function earlyTypes(records: Records): readonly string[] {
  return byType(records).flatMap(({ type, begun }) => (begun.length === 0 ? [type] : []));
}

function byType({ dnskey, unvalidated, mail, observedAt }: Records) {
  const all = [dnskey, unvalidated, ...mail].flatMap(signaturesOf);
  return [...Map.groupBy(all, ({ typeCovered }) => typeCovered)].map(([type, list]) => ({
    type,
    begun: list.filter(({ inceptionAt }) => inceptionAt <= observedAt),
  }));
}

export function expiredSignatures(records: Records): readonly RecordSignature[] {
  return newestSignatures(records).filter(({ expiresAt }) => expiresAt <= records.observedAt);
}

/**
 * The parent names the zone's keys by tag and algorithm, and one of those it names has to be there
 * (RFC 4035 §5.2).
 */
export function mismatchOf({ apex, ds, dnskey }: Records): string | undefined {
  const keys = recordsOf(dnskey).map(showKey);
  if (keys.length === 0) return `the parent has DS records for ${apex}, which has no DNSKEY record`;
  const promised = recordsOf(ds).map(showKey);
  if (promised.some((key) => keys.includes(key))) return undefined;
  const list = (all: readonly string[]) => [...new Set(all)].join(", ");
  return `the DS records name keys ${list(promised)}; ${apex} has keys ${list(keys)}`;
}

/**
 * Types of record that ought to be signed and are not; none where the resolver keeps all signatures
 * to itself, those of the parent included.
 */
export function unsignedTypes({ ds, dnskey, unvalidated }: Records): readonly string[] {
  if (!isSigned(ds)) return [];
  return [unvalidated, dnskey].filter((one) => !isSigned(one)).map(({ type }) => type);
}

function showKey({ keyTag, algorithm }: { keyTag: number; algorithm: number }): string {
  return `${keyTag} (algorithm ${algorithm})`;
}

function isSigned(one: Asked<unknown>): boolean {
  return signaturesOf(one).some(({ typeCovered }) => typeCovered === one.type);
}

function signaturesOf({ answer }: Asked<unknown>): readonly RecordSignature[] {
  return answer.kind === "found" ? answer.signatures : [];
}
