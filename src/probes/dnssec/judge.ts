import type { RecordSignature } from "../../domain/dns.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { DnssecFinding } from "./findings.ts";
import { type Facts, isServfail, isValidated, type Validation, type ZoneFacts } from "./observe.ts";
import {
  earlyTypes,
  expiredSignatures,
  mismatchOf,
  newestSignatures,
  unsignedTypes,
} from "./signatures.ts";

/**
 * Signers renew with a quarter of the lifetime left, or more. Lifetimes are from two days to months, so
 * that a share of them is the only threshold that fits all.
 */
const EXPIRING_SHARE = 0.1;
/** RFC 8914 §4.23 and §4.24: no server answered, or the network failed. That is no word on signatures. */
const UNREACHED = [22, 23];

export function judge(facts: Facts): readonly Fault<DnssecFinding>[] {
  if (facts.kind === "nothing") return [];
  if (facts.kind === "failed") return [fault("dnssec-undecided", facts.detail)];
  const { apex, ds, dnskey, unvalidated } = facts;
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
  const expired = expiredSignatures(facts);
  if (expired.length > 0) return [fault("dnssec-expired", describe(expired, apex))];
  const trouble = judgeValidations(facts);
  if (trouble !== undefined) return [trouble];
  const now = facts.observedAt;
  const expiring = newestSignatures(facts).filter(
    ({ expiresAt, inceptionAt }) => expiresAt - now < EXPIRING_SHARE * (expiresAt - inceptionAt),
  );
  return expiring.length === 0 ? [] : [fault("dnssec-expiring", describe(expiring, apex))];
}

function judgeValidations(facts: ZoneFacts): Fault<DnssecFinding> | undefined {
  const { apex, validations } = facts;
  const unsigned = unsignedTypes(facts).map((type) => `there is no RRSIG of its ${type}`);
  const early = earlyTypes(facts).map((type) => `its RRSIG of ${type} does not hold yet`);
  const flaws = [...unsigned, ...early].join(", ");
  if (flaws !== "" && !isValidated(facts)) {
    return fault("dnssec-broken", `the parent has DS records for ${apex}, and ${flaws}`);
  }
  const bogus = failuresOf(validations.filter(isBogus).map(({ soa }) => soa));
  if (bogus !== undefined) return fault("dnssec-broken", bogus);
  const failed = validations.filter(({ soa }) => soa.answer.kind === "failed");
  const isUnsure = failed.some(({ soa }) => isServfail(soa)) && !isValidated(facts);
  if (failed.length < validations.length && !isUnsure) return undefined;
  const asked = failed.flatMap(({ soa, besides }) => [soa, ...(besides ? [besides.ds] : [])]);
  return fault("dnssec-undecided", failuresOf(asked) ?? "");
}

/**
 * What a resolver answers unvalidated and not otherwise, it has found bogus (RFC 4035 §5.5); unless it
 * fails with what the parent says too, which is trouble further up.
 */
function isBogus({ soa, besides }: Validation): boolean {
  if (soa.answer.kind !== "failed" || besides === undefined) return false;
  const isUnreached = soa.answer.extendedErrors?.some((code) => UNREACHED.includes(code)) ?? false;
  const { unvalidated, ds } = besides;
  return !isUnreached && unvalidated.answer.kind === "found" && ds.answer.kind !== "failed";
}

function describe(signatures: readonly RecordSignature[], apex: string): string {
  return signatures
    .map(({ typeCovered, expiresAt }) => {
      const when = new Date(expiresAt).toISOString().replace(/\.\d+Z$/, "Z");
      return `RRSIG of ${typeCovered} of ${apex}: until ${when}`;
    })
    .join("; ");
}
