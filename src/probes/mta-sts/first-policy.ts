import type { Seen } from "../../domain/seen.ts";
import { SECOND } from "../../domain/duration.ts";
import type { StsPolicy } from "../../mail/mta-sts.ts";

/** What the journal says about the policy of a domain. */
export interface Recalled {
  /** The id and the policy that was seen with it first; undefined: nothing yet. */
  readonly first: string | undefined;
  /** The policy at the last look that found one, and since when it has been the same. */
  readonly policy: string | undefined;
  readonly policySince: number | undefined;
}

/** What the journal calls them. */
export const POLICY_ASPECT = "mta-sts policy";
export const FIRST_POLICY_ASPECT = "mta-sts policy of id";

/** Less than the journal keeps of a value, so that what it gives back can be compared. */
const MAX_LENGTH = 3000;

export function recall(seen: Seen, domain: string): Recalled {
  const present = seen.recall?.(domain, POLICY_ASPECT);
  return {
    first: seen.recall?.(domain, FIRST_POLICY_ASPECT)?.value,
    policy: present?.value,
    policySince: present?.firstAt,
  };
}

/** What of a policy matters to senders, in one line. */
export function policyLine({ mode, mx, maxAgeSeconds }: StsPolicy): string {
  const line = `mode ${mode}, mx ${mx.toSorted().join(" ")}, max_age ${maxAgeSeconds}`;
  return line.slice(0, MAX_LENGTH);
}

/** The id and the policy that was seen with it first, which may be this one. */
export function firstOf(id: string, policy: StsPolicy, { first }: Recalled): string {
  const isKnown = first?.startsWith(`${id}: `) === true;
  return isKnown ? first : `${id}: ${policyLine(policy)}`;
}

/**
 * Whether the policy is no longer the one that came with this id. A new id may have been published
 * along with it and not be visible here yet: that is waited for as long as the record may be cached.
 */
export function isChangedUnder(
  id: string,
  policy: StsPolicy,
  recalled: Recalled,
  { now, ttlSeconds }: { readonly now: number; readonly ttlSeconds: number },
): boolean {
  const line = policyLine(policy);
  if (firstOf(id, policy, recalled) === `${id}: ${line}`) return false;
  const { policySince } = recalled;
  if (recalled.policy !== line || policySince === undefined) return false;
  return now - policySince >= ttlSeconds * SECOND;
}
