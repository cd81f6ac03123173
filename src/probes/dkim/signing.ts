import type { SignatureCheck } from "../../domain/canary.ts";
import { type Facts, type KeyFacts, keyName, type Sighting, type Target } from "./observe.ts";

/** As `net/` words a signature that the key did not make; the body is as it was signed. */
const BAD_SIGNATURE = "bad signature";
/** The key is of another type than the signature (RFC 6376 §6.1.2, step 8). */
const OTHER_TYPE = "inappropriate key algorithm";

/** Whether the newest canary of any route carries a signature of this selector. */
export function signsNow(key: KeyFacts, { sightings }: Facts): boolean {
  return [...byRoute(sightings).values()].some(
    ([newest]) => newest !== undefined && signatureOf(key, newest) !== undefined,
  );
}

/** Another key that signs in the stead of one. */
export interface StandIn {
  readonly name: string;
  /** By the config file it signs on the same route. */
  readonly isConfigured: boolean;
  readonly key: KeyFacts | undefined;
}

/** Who signs in its stead on a route configured for this one, and verifies. */
export function standIn(key: KeyFacts, facts: Facts): StandIn | undefined {
  const others = [...byRoute(facts.sightings)].flatMap(([route, [first]]) => {
    if (!key.routes.includes(route) || first === undefined) return [];
    const passing = first.signatures.filter(({ result }) => result === "pass").map(keyName);
    const names = passing.filter((name) => name !== keyName(key));
    const on = names.map((name) => standInOn(route, name, facts));
    return on.find(({ isConfigured }) => isConfigured) ?? on.slice(0, 1);
  });
  return others.find(({ isConfigured }) => !isConfigured) ?? others[0];
}

function standInOn(route: string, name: string, { keys }: Facts): StandIn {
  const key = keys.find((each) => keyName(each) === name);
  return { name, key, isConfigured: key?.routes.includes(route) ?? false };
}

/** Whether no canary has shown yet which of the keys that its routes are configured for signs. */
export function isTurnUnknown(key: KeyFacts, { sightings, keys }: Facts): boolean {
  const hasRoute = (route: string) => key.routes.includes(route);
  const published = keys.filter((other) => other !== key && other.answer.kind === "found");
  return (
    !sightings.some(({ route }) => hasRoute(route)) &&
    published.some(({ routes }) => routes.some(hasRoute))
  );
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
    if (check !== undefined && isByAnother(check)) failing.add(sighting.provider);
  }
  return failing.size > 0;
}

function isByAnother({ result, detail }: SignatureCheck): boolean {
  return (result === "fail" && detail === BAD_SIGNATURE) || detail === OTHER_TYPE;
}

/** Whether the newest failing signature is of another type than the published key. */
export function signsWithOtherType(key: KeyFacts, { sightings }: Facts): boolean {
  return sightings.some((sighting) => signatureOf(key, sighting)?.detail === OTHER_TYPE);
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
