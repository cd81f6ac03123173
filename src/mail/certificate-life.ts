import { DAY } from "../domain/duration.ts";

/** A span of validity, milliseconds since the epoch. */
export interface Lifetime {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Where in its life a certificate is. `near`: renewal is overdue; `soon`: it ends within days.
 * Fixed numbers of days do not fit certificates of 6, 47 and 398 days alike, so it is shares of
 * the lifetime, and for long-lived ones no more than these days.
 */
export type Life = "early" | "good" | "near" | "soon" | "over";

/** Automatic renewal comes at a third of the lifetime left; this is well after that. */
const NEAR_RATIO = 0.2;
const NEAR_MAX_MS = 21 * DAY;
const SOON_RATIO = 0.1;
const SOON_MAX_MS = 7 * DAY;

export function lifeOf({ notBefore, notAfter }: Lifetime, now: number): Life {
  if (now < notBefore) return "early";
  if (now >= notAfter) return "over";
  const lifetimeMs = notAfter - notBefore;
  const leftMs = notAfter - now;
  if (leftMs < Math.min(SOON_RATIO * lifetimeMs, SOON_MAX_MS)) return "soon";
  if (leftMs < Math.min(NEAR_RATIO * lifetimeMs, NEAR_MAX_MS)) return "near";
  return "good";
}

/** The share of the lifetime that is left, from 1 down to 0. */
export function shareLeft({ notBefore, notAfter }: Lifetime, now: number): number {
  const share = (notAfter - now) / (notAfter - notBefore);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}
