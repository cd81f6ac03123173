import type { Route } from "../domain/route.ts";
import { domainOf } from "./address.ts";

/** The domains that answers and bounces of our mail go to: of From and of the envelope, each once. */
export function repliedDomains(routes: readonly Route[]): readonly string[] {
  return unique(routes.flatMap(repliedTo));
}

/** Every domain that mail of the routes carries: of From, of the envelope, of each signature. */
export function senderDomains(routes: readonly Route[]): readonly string[] {
  return unique(routes.flatMap((route) => [...repliedTo(route), ...signers(route)]));
}

function repliedTo({ from, envelopeFrom, bounceAddress }: Route): readonly string[] {
  return [domainOf(from.address), domainOf(bounceAddress ?? envelopeFrom)];
}

function signers({ dkim }: Route): readonly string[] {
  return dkim.map(({ domain }) => domain.toLowerCase());
}

function unique(domains: readonly string[]): readonly string[] {
  return [...new Set(domains)];
}
