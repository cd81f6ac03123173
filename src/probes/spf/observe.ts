import type { Config } from "../../domain/config.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import { domainOf } from "../../mail/address.ts";
import { genericReason } from "../../mail/generic-name.ts";
import { isHostName } from "../../mail/host-name.ts";
import { isLocalName, isWithin, organisationOf } from "../../mail/organisation.ts";
import { asOthersSee } from "../../mail/outside-view.ts";
import { checkSpf, type Lookup, type SpfCheck } from "../../mail/spf-evaluate.ts";
import { isSpfRecord } from "../../mail/spf-record.ts";
import { readSpfTree, type SpfTree } from "../../mail/spf-tree.ts";
import { exitsOf, type Sender, type SendersExits, type UsedExit } from "./exits.ts";

/** A domain that SPF is asked about, or that users will send as. */
export interface Target {
  readonly domain: string;
  /** Those whose envelope it is; none: it stands in From alone. */
  readonly senders: readonly Sender[];
  readonly endpoints: Config["endpoints"];
}

export interface Facts extends Pick<SendersExits, "isUsed"> {
  readonly tree: SpfTree;
  readonly exits: readonly ExitCheck[];
  readonly helos: readonly ExitCheck[];
  readonly greeters: readonly Greeter[];
}

/** What a receiver would find for one exit, or for the name that it gave. */
export interface ExitCheck extends UsedExit {
  readonly check: SpfCheck;
}

/** A name given in HELO, lower-cased, with what it has in the DNS. */
export interface Greeter {
  readonly name: string;
  readonly isAlias: boolean;
  /** SPF records; undefined: nobody knows. */
  readonly texts: readonly string[] | undefined;
  readonly addresses: readonly string[];
}

/** The domains of all envelopes and From addresses, each once. */
export function targets({ routes, endpoints }: Config): readonly Target[] {
  const senders = new Map<string, Sender[]>();
  for (const route of routes) {
    const address = envelopeOf(route);
    const domain = domainOf(address);
    senders.set(domain, [...(senders.get(domain) ?? []), { route, address }]);
  }
  for (const { from } of routes) {
    const domain = domainOf(from.address);
    if (!senders.has(domain)) senders.set(domain, []);
  }
  return [...senders].map(([domain, users]) => ({ domain, senders: users, endpoints }));
}

function envelopeOf({ bounceAddress, envelopeFrom }: Route): string {
  return bounceAddress ?? envelopeFrom;
}

/** Reads the tree and evaluates it for every exit that canaries showed. */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const dns = asOthersSee(net.dns);
  const lookup: Lookup = (name, type) => dns.query(name, type, signal);
  const { domain, senders, endpoints } = target;
  const [tree, { exits, ...known }] = await Promise.all([
    readSpfTree(domain, lookup),
    exitsOf(domain, senders, endpoints, net, signal),
  ]);
  const greeting = exits.filter((exit) => isOwnName(exit, domain));
  const names = [...new Set(greeting.map(({ helo }) => nameOf(helo)))];
  const check = async (exit: UsedExit, sender: string): Promise<ExitCheck> => {
    const { address, helo } = exit;
    return { ...exit, check: await checkSpf({ ip: address, sender, helo }, lookup) };
  };
  return {
    ...known,
    tree,
    exits: await Promise.all(exits.map((exit) => check(exit, exit.sender))),
    helos: await Promise.all(greeting.map((exit) => check(exit, `postmaster@${exit.helo}`))),
    greeters: await Promise.all(names.map((name) => readGreeter(name, lookup))),
  };
}

/**
 * A name of the operator's that can have a record. The domain's own record is judged already; a name
 * may well disown an address it has left.
 */
function isOwnName({ helo, isCurrent, relay, address }: UsedExit, domain: string): boolean {
  const name = nameOf(helo);
  const isJudged = isCurrent && relay === undefined && name !== domain;
  if (!isJudged || !isHostName(name) || isLocalName(name)) return false;
  // In a provider's zone nobody else can publish anything.
  return (
    isWithin(name, organisationOf(domain) ?? domain) || genericReason(name, address) === undefined
  );
}

async function readGreeter(name: string, lookup: Lookup): Promise<Greeter> {
  const [text, ipv4, ipv6] = await Promise.all([
    lookup(name, "TXT"),
    lookup(name, "A"),
    lookup(name, "AAAA"),
  ]);
  const isAlias = [text, ipv4, ipv6].some(
    (answer) => answer.kind !== "failed" && answer.aliases.length > 0,
  );
  const texts = text.kind === "found" ? text.records.filter(isSpfRecord) : [];
  const addresses = [ipv4, ipv6].flatMap((each) => (each.kind === "found" ? each.records : []));
  return { name, isAlias, texts: text.kind === "failed" ? undefined : texts, addresses };
}

/** A HELO name as records have it. */
export function nameOf(helo: string): string {
  return helo.toLowerCase().replace(/\.$/, "");
}
