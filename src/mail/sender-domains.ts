import type { Route } from "../domain/route.ts";
import { domainOf } from "./address.ts";

/** The domain in From. */
export function fromDomain({ from }: Route): string {
  return domainOf(from.address);
}

/** The envelope's domain, which receivers check SPF for. */
export function envelopeDomain({ bounceAddress, envelopeFrom }: Route): string {
  return domainOf(bounceAddress ?? envelopeFrom);
}

/** The domains that answers and bounces of our mail go to: of From and of the envelope, each once. */
export function repliedDomains(routes: readonly Route[]): readonly string[] {
  return unique(routes.flatMap(repliedTo));
}

/** Every domain that mail of the routes carries: of From, of the envelope, of each signature. */
export function senderDomains(routes: readonly Route[]): readonly string[] {
  return unique(routes.flatMap((route) => [...repliedTo(route), ...signers(route)]));
}

/** A domain whose zone is looked at. */
export interface ZoneOwner {
  readonly domain: string;
  /** The other domains: a zone that is called like one of them is looked at there. */
  readonly others: readonly string[];
}

/** The domains that mail carries, to look at each zone that they lie in once. */
export function zoneOwners(routes: readonly Route[]): readonly ZoneOwner[] {
  const domains = senderDomains(routes);
  return domains.map((domain) => ({ domain, others: domains.filter((other) => other !== domain) }));
}

function repliedTo(route: Route): readonly string[] {
  return [fromDomain(route), envelopeDomain(route)];
}

function signers({ dkim }: Route): readonly string[] {
  return dkim.map(({ domain }) => domain.toLowerCase());
}

function unique(domains: readonly string[]): readonly string[] {
  return [...new Set(domains)];
}
