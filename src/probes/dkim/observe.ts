import type { SignatureCheck } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { domainOf } from "../../mail/address.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";

/** A domain that signs, or that ought to. */
export interface Target {
  readonly domain: string;
  /** The routes that sign with it or write it in From. */
  readonly routes: readonly SigningRoute[];
  /** All such domains: a signature belongs to the nearest one above it. */
  readonly domains: readonly string[];
  /** How long a key may stay before the reminder. */
  readonly rotateAfterMs: number;
}

interface SigningRoute {
  readonly name: string;
  /** Configured for this domain. */
  readonly selectors: readonly string[];
  /** Configured to be signed by this domain, or by none and written in From. */
  readonly isExpected: boolean;
}

export interface Facts {
  readonly observedAt: number;
  readonly keys: readonly KeyFacts[];
  /** Newest first. */
  readonly sightings: readonly Sighting[];
}

export interface KeyFacts {
  /** d= of the signature: the target's or below it. */
  readonly domain: string;
  readonly selector: string;
  /** The routes that are configured to sign with it; none: it was only seen. */
  readonly routes: readonly string[];
  readonly answer: DnsAnswer<string>;
  /** When the present record was observed first; undefined: not known. */
  readonly firstSeenAt: number | undefined;
  /** When it took the place of another one; undefined: not since we look. */
  readonly changedAt: number | undefined;
}

/** A canary as it lay in a mailbox, and those of its signatures that are the target's. */
export interface Sighting {
  readonly route: string;
  readonly provider: string;
  readonly plannedAt: number;
  readonly seenAt: number;
  readonly signatures: readonly SignatureCheck[];
  /** Signatures of any domain. */
  readonly isSigned: boolean;
}

/** Of one domain; a domain that signs has one or two, three while it rotates. */
const MAX_KEYS = 12;

export function targets({ routes, dkim: { rotateAfterMs } }: Config): readonly Target[] {
  const domains = new Set(
    routes.flatMap(({ dkim, from }) => [
      ...dkim.map(({ domain }) => domain.toLowerCase()),
      domainOf(from.address),
    ]),
  );
  return [...domains].map((domain) => ({
    domain,
    domains: [...domains],
    rotateAfterMs,
    routes: routes.flatMap(({ name, dkim, from }): SigningRoute[] => {
      const own = dkim.filter((signature) => signature.domain.toLowerCase() === domain);
      const isFrom = domainOf(from.address) === domain;
      if (own.length === 0 && !isFrom) return [];
      const selectors = own.map(({ selector }) => selector.toLowerCase());
      return [{ name, selectors, isExpected: own.length > 0 || dkim.length === 0 }];
    }),
  }));
}

/** The keys of all selectors that are configured or were seen to sign. */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const sightings = sightingsOf(target, net);
  const keys = new Map<string, Omit<KeyFacts, "answer">>();
  const add = (domain: string, selector: string, routes: readonly string[]) => {
    const name = keyName({ domain, selector });
    const known = keys.get(name);
    if (known === undefined && keys.size >= MAX_KEYS) return;
    const present = net.seen.recall?.(domain, aspectOf(selector));
    keys.set(name, {
      domain,
      selector,
      firstSeenAt: present?.firstAt,
      changedAt: present?.changedAt,
      routes: [...(known?.routes ?? []), ...routes],
    });
  };
  for (const { name, selectors } of target.routes) {
    for (const selector of selectors) add(target.domain, selector, [name]);
  }
  for (const { signatures } of sightings) {
    for (const { domain, selector } of signatures) add(domain, selector, []);
  }
  return {
    observedAt: net.clock.now(),
    sightings,
    keys: await Promise.all(
      [...keys].map(async ([name, key]) => ({
        ...key,
        answer: await net.dns.query(name, "TXT", signal),
      })),
    ),
  };
}

/** RFC 6376 §3.6.2.1. */
export function keyName({ domain, selector }: Pick<KeyFacts, "domain" | "selector">): string {
  return `${selector}._domainkey.${domain}`;
}

/** What the journal calls the key of a selector. */
export function aspectOf(selector: string): string {
  return `dkim ${selector}`;
}

function sightingsOf(target: Target, { seen }: Net): readonly Sighting[] {
  return target.routes
    .flatMap((route) => seen.arrived(route.name).map((canary) => ({ ...canary, by: route })))
    .flatMap(({ route, by, provider, plannedAt, arrival }): Sighting[] => {
      if (arrival?.secondOpinion === undefined) return [];
      const { secondOpinion, seenAt } = arrival;
      const signatures = secondOpinion
        .filter(({ domain, selector }) => isName(domain) && isName(selector))
        .map((check) => ({
          ...check,
          domain: check.domain.toLowerCase(),
          selector: check.selector.toLowerCase(),
        }))
        .filter(({ domain }) => isOf(domain, target, by));
      const isSigned = secondOpinion.length > 0;
      return [{ route, provider, plannedAt, seenAt, signatures, isSigned }];
    })
    .toSorted((one, other) => other.plannedAt - one.plannedAt);
}

/**
 * Whether a signature with d= the name is the target's: it is the nearest domain above it, or where
 * nothing is configured of the same organisation below it (relaxed alignment, RFC 9989 §4.4.1).
 */
function isOf(name: string, target: Target, { selectors, isExpected }: SigningRoute): boolean {
  const owner = nearest(name, target.domains);
  if (owner !== undefined) return owner === target.domain;
  return isExpected && selectors.length === 0 && isParent(name, target.domain);
}

/** Whether the name stands above the domain, in its organisation. */
export function isParent(name: string, domain: string): boolean {
  return (
    name !== domain && isWithin(domain, name) && organisationOf(name) === organisationOf(domain)
  );
}

/** The longest of the domains that the name is or lies below. */
function nearest(name: string, domains: readonly string[]): string | undefined {
  return domains
    .filter((domain) => isWithin(name, domain))
    .toSorted((one, other) => other.length - one.length)[0];
}

/** What a signature says about itself was written by anybody: it goes into questions and labels. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(text);
}
