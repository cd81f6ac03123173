import type { Canary } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { domainOf } from "../../mail/address.ts";
import { consentName } from "../../mail/dmarc-record.ts";
import { type DmarcAt, policyOfWalk, walkTree, type WalkStep } from "../../mail/dmarc-walk.ts";
import { envelopeDomainOf } from "../../mail/envelope-seen.ts";
import { envelopeDomain, fromDomain } from "../../mail/sender-domains.ts";

/** A domain that mail is from. */
export interface Target {
  readonly domain: string;
  readonly routes: readonly Sender[];
  /** The domains that other routes write in From. */
  readonly others: readonly string[];
}

/** What a route authenticates as, by the config file. */
interface Sender {
  readonly route: string;
  readonly envelope: string;
  readonly signers: readonly string[];
}

export interface Facts {
  /** The tree walk of the domain. */
  readonly walk: readonly WalkStep[];
  /** Certainly no such name: the policy for names that do not exist applies. */
  readonly isNonexistent: boolean;
  readonly senders: readonly SenderFacts[];
  readonly destinations: readonly Destination[];
  /** The newest ones of the routes that a mailbox showed. */
  readonly canaries: readonly CanaryFacts[];
}

interface CanaryFacts {
  readonly route: string;
  readonly provider: string;
  /** What the receiver wrote about DMARC, where it did. */
  readonly verdicts: readonly string[];
  /** The domains whose signatures verify: by our own look, or where there was none by the receiver's. */
  readonly signers: readonly string[];
}

export interface SenderFacts {
  readonly route: string;
  readonly envelope: Walked;
  /** Undefined: nothing configured, nothing seen, so nobody knows who signs. */
  readonly signers: readonly Walked[] | undefined;
}

export interface Walked {
  readonly domain: string;
  readonly walk: readonly WalkStep[];
}

/** A mailbox for reports, and whether its domain agreed (RFC 9990 §4, RFC 9991 §5). */
export interface Destination extends Walked {
  readonly address: string;
  readonly consent: DnsAnswer<string>;
}

/** Signing domains of a route that are looked at. */
const MAX_SIGNERS = 6;
/** Mailboxes that are looked at for each kind of report; receivers may stop after two. */
const MAX_DESTINATIONS = 4;

export function targets({ routes }: Config): readonly Target[] {
  const byDomain = Map.groupBy(routes, fromDomain);
  const domains = [...byDomain.keys()];
  return [...byDomain].map(([domain, users]) => ({
    domain,
    routes: users.map(senderOf),
    others: domains.filter((other) => other !== domain),
  }));
}

function senderOf(route: Route): Sender {
  return {
    route: route.name,
    envelope: envelopeDomain(route),
    signers: route.dkim.map(({ domain }) => domain.toLowerCase()),
  };
}

export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const walk = (domain: string) => walkTree(domain, net.dns, signal);
  const own = await walk(target.domain);
  const discovery = policyOfWalk(own);
  const isInherited = discovery.kind === "found" && discovery.domain !== target.domain;
  return {
    walk: own,
    isNonexistent: isInherited && (await isGone(target.domain, net, signal)),
    senders: await Promise.all(
      target.routes.map((sender) => senderFacts(sender, net.seen.arrived(sender.route), walk)),
    ),
    destinations: discovery.kind === "found" ? await destinationsOf(discovery, net, signal) : [],
    canaries: target.routes.flatMap(({ route }) => net.seen.arrived(route).map(canaryFacts)),
  };
}

/** RFC 9989 §3.2.13: NXDOMAIN says so, whatever is asked for; an alias of nothing is a name. */
async function isGone(domain: string, { dns }: Net, signal: AbortSignal): Promise<boolean> {
  const answer = await dns.query(domain, "MX", signal);
  return answer.kind === "absent" && answer.why === "nxdomain" && answer.aliases.length === 0;
}

async function senderFacts(
  sender: Sender,
  arrived: readonly Canary[],
  walk: (domain: string) => Promise<WalkStep[]>,
): Promise<SenderFacts> {
  const walked = async (domain: string) => ({ domain, walk: await walk(domain) });
  const signers = signersOf(sender, arrived);
  return {
    route: sender.route,
    envelope: await walked(envelopeDomainOf(arrived, sender.envelope)),
    signers: signers && (await Promise.all(signers.map(walked))),
  };
}

/** Who signs, as the newest canary shows; before the first one as the config file says. */
function signersOf({ signers }: Sender, arrived: readonly Canary[]): string[] | undefined {
  const [newest] = arrived
    .filter(({ arrival }) => arrival?.secondOpinion !== undefined)
    .toSorted((one, other) => other.plannedAt - one.plannedAt);
  const seen = newest?.arrival?.secondOpinion
    ?.map(({ domain }) => domain.toLowerCase())
    .filter((domain) => domain.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(domain));
  if (seen === undefined && signers.length === 0) return undefined;
  return [...new Set(seen ?? signers)].slice(0, MAX_SIGNERS);
}

function canaryFacts({ route, provider, arrival }: Canary): CanaryFacts {
  const authentication = arrival?.authentication ?? [];
  const wrote = authentication.filter(({ method }) => method === "dkim");
  const checks =
    arrival?.secondOpinion ??
    wrote.map(({ result, properties }) => ({ result, domain: properties["header.d"] ?? "" }));
  const passing = checks.filter(({ result }) => result === "pass");
  return {
    route,
    provider,
    verdicts: authentication.flatMap(({ method, result }) => (method === "dmarc" ? result : [])),
    signers: passing.map(({ domain }) => domain.toLowerCase()),
  };
}

function destinationsOf(
  { record, domain: policyDomain }: DmarcAt,
  net: Net,
  signal: AbortSignal,
): Promise<Destination[]> {
  const addresses = [record.reportsTo, record.failureReportsTo].flatMap((each) =>
    [...new Set(each)].slice(0, MAX_DESTINATIONS),
  );
  return Promise.all(
    [...new Set(addresses)].map(async (address) => {
      const domain = domainOf(address);
      return {
        address,
        domain,
        walk: await walkTree(domain, net.dns, signal),
        consent: await net.dns.query(consentName(policyDomain, domain), "TXT", signal),
      };
    }),
  );
}
