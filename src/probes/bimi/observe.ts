import type { Config } from "../../domain/config.ts";
import type { Dns } from "../../domain/dns.ts";
import { SECOND } from "../../domain/duration.ts";
import type { Https, HttpsAnswer } from "../../domain/https.ts";
import type { Net } from "../../domain/net.ts";
import { isPlainHttps, readBimiRecord } from "../../mail/bimi.ts";
import { ask, type Asked, recordsOf } from "../../mail/dns-answers.ts";
import { organisationOf } from "../../mail/organisation.ts";
import { fromDomain } from "../../mail/sender-domains.ts";
import type { DomainTarget } from "../domain-probe.ts";

export interface Target extends DomainTarget {
  /** The other domains in From: what they inherit from one another is looked at there. */
  readonly others: readonly string[];
}

export interface Facts {
  readonly now: number;
  /** Whose record it is: the domain's own, or else its organisation's. */
  readonly at: string;
  readonly asked: Asked<string>;
  /** What follows is there where the record names it. */
  readonly logo: HttpsAnswer | undefined;
  readonly certificate: HttpsAnswer | undefined;
}

/** Larger than receivers take, so that the size can be told. */
const FETCH = { maxBytes: 128 * 1024, timeoutMs: 30 * SECOND };
const MAX_REDIRECTS = 3;

export function targets({ routes }: Config): readonly Target[] {
  const domains = [...new Set(routes.map(fromDomain))];
  return domains.map((domain) => ({ domain, others: domains.filter((each) => each !== domain) }));
}

export async function observe(
  target: Target,
  { dns, https, clock }: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const now = clock.now();
  const { at, asked } = await findRecord(target, dns, signal);
  const parsed = readBimiRecord(recordsOf(asked));
  if (parsed?.kind !== "record") {
    return { now, at, asked, logo: undefined, certificate: undefined };
  }
  const [logo, certificate] = await Promise.all([
    fetchFollowing(parsed.logo, https, signal),
    parsed.certificate === undefined
      ? undefined
      : fetchFollowing(parsed.certificate, https, signal),
  ]);
  return { now, at, asked, logo, certificate };
}

/** The domain's own, or else its organisation's (draft-brand-indicators-for-message-identification §7.2). */
async function findRecord(
  { domain, others }: Target,
  dns: Dns,
  signal: AbortSignal,
): Promise<Pick<Facts, "at" | "asked">> {
  const lookUp = async (at: string) => ({
    at,
    asked: await ask(dns, `default._bimi.${at}`, "TXT", signal),
  });
  const own = await lookUp(domain);
  const isDecided =
    own.asked.answer.kind === "failed" || readBimiRecord(recordsOf(own.asked)) !== undefined;
  const organisation = organisationOf(domain) ?? domain;
  const isElsewhere = organisation === domain || others.includes(organisation);
  return isDecided || isElsewhere ? own : lookUp(organisation);
}

/** Receivers follow redirects, as long as they stay within https. */
async function fetchFollowing(
  start: string,
  https: Https,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  let url = start;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await https.get(url, FETCH, signal);
    const next = redirects < MAX_REDIRECTS ? redirectOf(answer, url) : undefined;
    if (next === undefined) return answer;
    url = next;
  }
}

function redirectOf(answer: HttpsAnswer, url: string): string | undefined {
  if (answer.kind !== "answered" || answer.location === undefined) return undefined;
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const next = URL.parse(answer.location, url)?.href;
  return next !== undefined && isPlainHttps(next) ? next : undefined;
}
