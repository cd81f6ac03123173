import type { SignatureCheck } from "../../domain/canary.ts";
import { type Facts, type KeyFacts, keyName, type Sighting, type Target } from "./observe.ts";

/** As `net/` words a signature that the key did not make; the body is as it was signed. */
const BAD_SIGNATURE = "bad signature";

/** Whether the newest canary of any route carries a signature of this selector. */
export function signsNow(key: KeyFacts, { sightings }: Facts): boolean {
  return [...byRoute(sightings).values()].some(
    ([newest]) => newest !== undefined && signatureOf(key, newest) !== undefined,
  );
}

/** The name of another key that signs in its stead on a route configured for this one, and verifies. */
export function standIn(key: KeyFacts, { sightings }: Facts): string | undefined {
  const newest = [...byRoute(sightings)].flatMap(([route, [first]]) =>
    key.routes.includes(route) && first !== undefined ? first.signatures : [],
  );
  const other = newest.find(
    (signature) => signature.result === "pass" && keyName(signature) !== keyName(key),
  );
  return other === undefined ? undefined : keyName(other);
}

/** Whether the newest signatures on some route were made with another key than the published one. */
export function isMismatch(key: KeyFacts, { sightings }: Facts): boolean {
  return [...byRoute(sightings).values()].some((list) => isMismatchOn(key, list));
}

/**
 * A relay that alters headers looks the same as another key, so where somebody saw a signature pass
 * not long before, two providers must see it fail.
 */
function isMismatchOn(key: KeyFacts, sightings: readonly Sighting[]): boolean {
  const failing = new Set<string>();
  for (const sighting of sightings) {
    // What was verified before the record changed was verified with another one.
    if (sighting.seenAt < (key.changedAt ?? 0)) continue;
    const check = signatureOf(key, sighting);
    if (check?.result === "pass") return failing.size > 1;
    if (check?.result === "fail" && check.detail === BAD_SIGNATURE) failing.add(sighting.provider);
  }
  return failing.size > 0;
}

function byRoute(sightings: readonly Sighting[]): ReadonlyMap<string, readonly Sighting[]> {
  return Map.groupBy(sightings, ({ route }) => route);
}

/** The routes whose newest canary should carry the domain's signature and does not, in words. */
export function unsignedRoutes({ sightings }: Facts, { routes, domain }: Target): string[] {
  return routes.flatMap(({ name, selectors, isExpected }) => {
    const newest = sightings.find(({ route }) => route === name);
    if (!isExpected || newest === undefined || newest.signatures.length > 0) return [];
    // Nothing configured: the signature of a relay or of another domain is somebody's choice.
    if (selectors.length === 0 && newest.isSigned) return [];
    const at = new Date(newest.plannedAt).toISOString();
    return [`the canary of ${at} on ${name} has no signature with d=${domain}`];
  });
}

function signatureOf(key: KeyFacts, { signatures }: Sighting): SignatureCheck | undefined {
  return signatures.find((signature) => keyName(signature) === keyName(key));
}
