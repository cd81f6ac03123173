import type { RecordSignature } from "../../domain/dns.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { DnssecFinding } from "./findings.ts";
import { type Facts, newestSignatures, type ZoneFacts } from "./observe.ts";

/**
 * Signers renew with a quarter of the lifetime left, or more. Lifetimes are from two days to months, so
 * that a share of them is the only threshold that fits all.
 */
const EXPIRING_SHARE = 0.1;

export function judge(facts: Facts): readonly Fault<DnssecFinding>[] {
  if (facts.kind === "nothing") return [];
  if (facts.kind === "failed") return [fault("dnssec-undecided", facts.detail)];
  const { apex, ds, dnskey, soa, unvalidated } = facts;
  if (ds.answer.kind === "absent") {
    const isSigned = recordsOf(dnskey).length > 0;
    return isSigned
      ? [fault("dnssec-not-delegated", `${apex} has DNSKEY records, and no DS record`)]
      : [];
  }
  const unknown = failuresOf([ds, dnskey, unvalidated]);
  if (unknown !== undefined) return [fault("dnssec-undecided", unknown)];
  const mismatch = mismatchOf(facts);
  if (mismatch !== undefined) return [fault("dnssec-broken", mismatch)];
  const now = facts.observedAt;
  const signatures = newestSignatures(facts);
  const expired = signatures.filter(({ expiresAt }) => expiresAt <= now);
  if (expired.length > 0) return [fault("dnssec-expired", describe(expired, apex))];
  if (soa.answer.kind === "failed") {
    // What a resolver answers unvalidated and not otherwise, it has found bogus (RFC 4035 §5.5).
    const isBogus = soa.answer.why === "servfail";
    const detail = failuresOf([soa]) ?? "";
    return [fault(isBogus ? "dnssec-broken" : "dnssec-undecided", detail)];
  }
  const expiring = signatures.filter(
    ({ expiresAt, inceptionAt }) => expiresAt - now < EXPIRING_SHARE * (expiresAt - inceptionAt),
  );
  return expiring.length === 0 ? [] : [fault("dnssec-expiring", describe(expiring, apex))];
}

/** The parent says that the zone is signed with keys of these algorithms (RFC 4035 §2.4). */
function mismatchOf({ apex, ds, dnskey }: ZoneFacts): string | undefined {
  const promised = new Set(recordsOf(ds).map(({ algorithm }) => algorithm));
  const held = new Set(recordsOf(dnskey).map(({ algorithm }) => algorithm));
  if (held.size === 0) return `the parent has DS records for ${apex}, which has no DNSKEY record`;
  if ([...promised].some((algorithm) => held.has(algorithm))) return undefined;
  const list = (algorithms: ReadonlySet<number>) => [...algorithms].join(", ");
  return `the DS records name keys of algorithm ${list(promised)}; ${apex} has keys of ${list(held)}`;
}

function describe(signatures: readonly RecordSignature[], apex: string): string {
  return signatures
    .map(({ typeCovered, expiresAt }) => {
      const when = new Date(expiresAt).toISOString().replace(/\.\d+Z$/, "Z");
      return `RRSIG of ${typeCovered} of ${apex}: until ${when}`;
    })
    .join("; ");
}
